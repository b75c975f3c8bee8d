"""What is wrong, what it means for the district, and what to do about it: in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tonglianggov import health
from tonglianggov.operations.measures import Measured

Text = str | Promise
# Beyond this a worker does not keep up, or none takes the tasks.
LONG_QUEUE = 500
DISK_SCARCE_BELOW = 0.1  # of the whole


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. `weight`: "now", or "soon".

    commands: to be given on the server, in this order; none in the one-process platform.
    """

    key: str
    weight: str
    title: Text
    meaning: Text
    todo: Text
    commands: tuple[str, ...] = ()
    url: str = ""


# How the parts are looked at and started again, by their names in docker-compose.yml.
def _again(*parts: str) -> tuple[str, ...]:
    names = " ".join(parts)
    return (f"docker compose logs --tail 50 {names}", f"docker compose up -d {names}")


def find(found: Measured) -> list[Finding]:
    """Return what is wrong by these numbers, what cannot wait first."""
    parts = health.state_of(found)
    told = [finding for part in _ASKED for finding in part(found, parts)]
    if settings.EMBEDDED:
        told = [_in_one_process(finding) for finding in told]
    return sorted(told, key=lambda finding: finding.weight)


def _in_one_process(finding: Finding) -> Finding:
    """There are no parts to be started again: the whole platform is one."""
    if not finding.commands:
        return finding
    return Finding(
        finding.key, finding.weight, finding.title, finding.meaning,
        _("Everything is one process here: read its last lines, stop it, and start it again."),
        url=finding.url,
    )  # fmt: skip


Parts = dict[str, dict[str, Any]]


def _database(found: Measured, parts: Parts) -> Iterator[Finding]:
    if found.database and not found.migrated:
        yield Finding(
            "migrations", "now",
            _("The database does not fit this version"),
            _("Some pages fail. A step of the upgrade is missing."),
            _("Let the one-shot part migrate the database."),
            ("docker compose run --rm migrate",),
        )  # fmt: skip


def _redis(found: Measured, parts: Parts) -> Iterator[Finding]:
    if not found.redis:
        yield Finding(
            "redis", "now",
            _("Redis does not answer"),
            _("Reports come in and notices go out. Walls are slower, photos and reminders wait."),
            _("Start Redis. Nothing has to be made up by hand afterwards."),
            _again("redis"),
        )  # fmt: skip


def _worker(found: Measured, parts: Parts) -> Iterator[Finding]:
    # Without Redis nobody can see it: that is said already.
    if found.redis and not parts["worker"]["ok"]:
        yield Finding(
            "worker", "now",
            _("No worker has been seen for a minute"),
            _("Reminders, climbs, photos and figures wait. They are made up in order later."),
            _("Look at the worker and at the timetable, which gives it its work."),
            _again("worker", "beat"),
        )  # fmt: skip
    if found.queued is not None and found.queued > LONG_QUEUE:
        yield Finding(
            "queue", "soon",
            _("Many tasks wait for the worker"),
            _("Everything is done, but late."),
            _("Run a second worker until the queue is short again."),
            ("docker compose up -d --scale worker=2 worker",),
        )  # fmt: skip


def _outbox(found: Measured, parts: Parts) -> Iterator[Finding]:
    notices = reverse("admin:notices_notice_changelist")
    if found.work and not parts["outbox"]["ok"]:
        yield Finding(
            "outbox", "now",
            _("Notices wait longer than they should"),
            _("Reporters are not told what becomes of their reports. No notice is lost."),
            _("Look at the relay, which sends them."),
            _again("relay"),
            f"{notices}?state__exact=waiting",
        )  # fmt: skip
    if found.work and found.work.outbox.failed:
        yield Finding(
            "given-up", "soon",
            _("Notices were given up"),
            _("A gateway refused them ten times, or for good."),
            _("See what the gateway said, mend it, then let them be sent again."),
            url=f"{notices}?state__exact=failed",
        )  # fmt: skip


def _waiting(found: Measured, parts: Parts) -> Iterator[Finding]:
    # The worker that does it is missing: that is said already.
    missing = not parts["worker"]["ok"]
    if found.work and not parts["due_steps"]["ok"] and not missing:
        yield Finding(
            "steps", "now",
            _("Reminders and climbs are late"),
            _("They are made up in order, each with the time at which it was truly due."),
            _("After a long stop this ends by itself. Else look for faults in the worker's log."),
            _again("worker"),
        )  # fmt: skip
    if found.work and found.work.steps_failed:
        yield Finding(
            "steps-failed", "soon",
            _("Steps of some tickets fail"),
            _("These tickets are not reminded and do not climb; all others do."),
            _("They are tried again every hour. The worker's log names the fault."),
            ("docker compose logs worker | grep 'a due step'",),
        )  # fmt: skip
    if found.work and not parts["photos"]["ok"] and not missing:
        yield Finding(
            "photos", "soon",
            _("Photos wait to be prepared"),
            _("Nobody sees them before that. The reports themselves are on their way."),
            _("Look at the room on the disk, then at the worker's log."),
            ("df -h", *_again("worker")),
        )  # fmt: skip
    if found.work and not parts["seals"]["ok"] and not missing:
        yield Finding(
            "seals", "now",
            _("What was recorded is not sealed"),
            _("A change made past the platform would not be found in these rows."),
            _("Look for faults in the worker's log; then let the seals be checked."),
            (*_again("worker"), "docker compose run --rm migrate python manage.py audit verify"),
        )  # fmt: skip


def _disk(found: Measured, parts: Parts) -> Iterator[Finding]:
    full = not parts["disk"]["ok"]
    if full or found.disk_free < DISK_SCARCE_BELOW * found.disk_size:
        yield Finding(
            "disk", "now" if full else "soon",
            _("The disk for photos is nearly full"),
            _("When it is full, reports are taken without photos only."),
            _("Make room, or give the data a larger disk."),
            ("df -h", "docker system df"),
        )  # fmt: skip


_ASKED: tuple[Callable[[Measured, Parts], Iterator[Finding]], ...] = (
    _database, _redis, _worker, _outbox, _waiting, _disk,
)  # fmt: skip
