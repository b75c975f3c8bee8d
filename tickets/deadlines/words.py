"""A clock's arithmetic in sentences that a resident can follow, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from tickets.deadlines.clock import Clock, Skipped
from tickets.deadlines.hours import DayName
from tickets.deadlines.limits import Limit, Unit


def explain(clock: Clock) -> list[str]:
    """Return how the due moment was found: short sentences, times on the current zone's clock."""
    lines = [
        _("The limit is %(limit)s, from %(start)s.")
        % {"limit": limit_in_words(clock.limit), "start": _moment(clock.start)},
        *_counting(clock),
        *_changes(clock),
    ]
    if clock.paused_at:
        lines.append(_("The clock stands still now; it gets a new end when it goes on."))
    else:
        lines.append(_("So it ends on %(due)s.") % {"due": _moment(clock.due)})
    if clock.provisional:
        lines.append(
            _(
                "This is provisional: not all the holidays of this time are announced yet. When "
                "they are, it is reckoned again."
            )
        )
    return lines


def limit_in_words(limit: Limit) -> str:
    """Return a limit as people say it: “4 work hours”."""
    n = limit.amount
    texts = {
        Unit.MINUTE: ngettext("%(count)d minute", "%(count)d minutes", n),
        Unit.URGENT_HOUR: ngettext("%(count)d hour", "%(count)d hours", n),
        Unit.WORK_HOUR: ngettext("%(count)d work hour", "%(count)d work hours", n),
        Unit.WORK_DAY: ngettext("%(count)d working day", "%(count)d working days", n),
        Unit.NATURAL_DAY: ngettext("%(count)d calendar day", "%(count)d calendar days", n),
    }
    return texts[limit.unit] % {"count": n}


def _counting(clock: Clock) -> list[str]:
    first = {"day": _day(clock.first_day)}
    off = _listed(_off(days) for days in clock.skipped)
    match clock.limit.unit:
        case Unit.MINUTE | Unit.URGENT_HOUR:
            return [_("It runs round the clock, on weekends and holidays too.")]
        case Unit.NATURAL_DAY:
            lines = [
                _(
                    "The first day is not counted: day one is %(day)s. Weekends and holidays "
                    "count; the limit ends at the close of business of its last day."
                )
                % first
            ]
            if off:
                lines.append(
                    _("The last day would not be a working day, so the end moves on: %(days)s.")
                    % {"days": off}
                )
            return lines
        case Unit.WORK_HOUR:
            lines = [
                _("Only office hours on working days count, beginning on %(day)s.") % first,
            ]
        case Unit.WORK_DAY:
            lines = [
                _(
                    "The first day is not counted: day one is %(day)s. The limit ends at the close "
                    "of business of its last day."
                )
                % first
            ]
    if off:
        lines.append(_("Not counted: %(days)s.") % {"days": off})
    if clock.made_up:
        days = _listed(_day(day) for day in clock.made_up)
        lines.append(_("Worked instead of other days, so counted: %(days)s.") % {"days": days})
    return lines


def _changes(clock: Clock) -> list[str]:
    lines = []
    for kind, what in clock.steps:
        if isinstance(what, Limit):
            lines.append(_("It was extended by %(limit)s.") % {"limit": limit_in_words(what)})
        elif kind == "pause":
            lines.append(
                _("The clock was stopped on %(at)s; what was left of it was kept.")
                % {"at": _moment(what)}
            )
        else:
            lines.append(_("The clock went on on %(at)s.") % {"at": _moment(what)})
    return lines


def _off(days: Skipped) -> str:
    which = _day(days.first)
    if days.last != days.first:
        which = _("%(first)s to %(last)s") % {"first": which, "last": _day(days.last)}
    return _("%(days)s (%(why)s)") % {"days": which, "why": _name(days.name) or _("weekend")}


def _listed(items: Iterable[str]) -> str:
    return pgettext("between the items of a list", ", ").join(items)


def _name(day: DayName) -> str:
    return (get_language() or "").startswith("en") and day.name_en or day.name


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return _("%(day)s at %(time)s") % {"day": _day(local.date()), "time": f"{local:%H:%M}"}
