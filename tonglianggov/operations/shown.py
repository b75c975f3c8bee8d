"""The parts and numbers as the page shows them: names, units, and what is not known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tonglianggov import health
from tonglianggov.operations.measures import Measured
from tonglianggov.operations.pages import Answers

UNKNOWN = "–"

NAMES: dict[str, Promise] = {
    "database": gettext_lazy("Database"),
    "migrations": gettext_lazy("Version of the database"),
    "channel_layer": gettext_lazy("Live channel to the walls"),
    "broker": gettext_lazy("Queue of tasks"),
    "worker": gettext_lazy("Worker and timetable"),
    "outbox": gettext_lazy("Notices"),
    "due_steps": gettext_lazy("Reminders and climbs"),
    "photos": gettext_lazy("Photos"),
    "seals": gettext_lazy("Seals"),
    "disk": gettext_lazy("Disk for photos"),
}


@dataclass(frozen=True)
class Part:
    """A line of the table: the part's name, whether it is well, and what it says of itself."""

    name: str | Promise
    ok: bool
    says: str


@dataclass(frozen=True)
class Number:
    """A tile: what it counts, the number with its unit, and a word of explanation."""

    name: str
    value: str
    meaning: str


def parts(found: Measured) -> list[Part]:
    """Return every part in the order of /readyz."""
    state = health.state_of(found)
    return [Part(NAMES[name], part["ok"], _says(name, found)) for name, part in state.items()]


def _says(name: str, found: Measured) -> str:
    work = found.work
    if name == "worker":
        if not found.worker_seen:
            return _("not seen")
        return _("last seen %s ago") % duration((found.at - found.worker_seen).total_seconds())
    if name == "broker" and found.queued is not None:
        return ngettext("%d task waits", "%d tasks wait", found.queued) % found.queued
    if name == "disk":
        return _("%s free") % filesizeformat(found.disk_free)
    if work is None:
        return ""
    lags = {
        "outbox": work.outbox.seconds, "due_steps": work.steps.seconds,
        "photos": work.photos.seconds, "seals": work.unsealed_seconds,
    }  # fmt: skip
    if not lags.get(name):
        return _("nothing waits") if name in lags else ""
    return _("the oldest waits for %s") % duration(lags[name])


def duration(seconds: float) -> str:
    """Return a length of time as people say it, in its largest unit."""
    whole = max(0, round(seconds))
    if whole < 120:
        return ngettext("%d second", "%d seconds", whole) % whole
    if whole < 2 * 3600:
        return ngettext("%d minute", "%d minutes", whole // 60) % (whole // 60)
    if whole < 2 * 86400:
        return ngettext("%d hour", "%d hours", whole // 3600) % (whole // 3600)
    return ngettext("%d day", "%d days", whole // 86400) % (whole // 86400)


def numbers(found: Measured, answered: Answers) -> list[Number]:
    """Return what the tiles show."""
    work = partial(_known, found.work)
    sockets = partial(_known, found.sockets)
    rows: list[tuple[str, int | None, str]] = [
        (_("Reports"), work(lambda w: w.reports), _("of the last hour")),
        (_("Notices to send"), work(lambda w: w.outbox.waiting), _("due now")),
        (
            _("Steps to do"),
            work(lambda w: w.steps.count),
            _("reminders, climbs and endings due now"),
        ),
        (_("Photos to prepare"), work(lambda w: w.photos.count), _("seen by nobody before that")),
        (_("Open walls and pages"), sockets(lambda s: s.get("sockets", 0)), _("that listen live")),
        (_("Slow listeners"), sockets(lambda s: s.get("slow", 0)), _("told to fetch anew")),
        (_("Requests answered"), answered.count, _("since the pages' part was started")),
        (_("Requests failed"), answered.failed, _("of them, by a fault of ours")),
    ]
    return [
        Number(name, UNKNOWN if value is None else number_format(value, force_grouping=True), word)
        for name, value, word in rows
    ]


def _known(part: Any, ask: Callable[[Any], int]) -> int | None:
    """Ask the part that knows; None if it is away."""
    return None if part is None else ask(part)
