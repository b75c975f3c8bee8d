"""What is left of a ticket's nearest limit, in the limit's own time, as one looks at a watch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.deadlines import Calendar, Clock, Unit, consumed
from tickets.models import Ticket
from tickets.states import AT_WORK

_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Remaining:
    """The nearest limit: which clock ("accept", "sign", "resolve"), when it ends, what is left."""

    clock: str
    due: datetime
    over: bool
    words: str
    provisional: bool


def remaining(ticket: Ticket, *, at: datetime, days: Calendar) -> Remaining | None:
    """Return what is left of the nearest running limit; None if none runs.

    What is left counts like the limit: work minutes for work hours and days, all minutes
    otherwise. What is over counts on the wall clock: that is how long people have waited.
    """
    if ticket.state not in AT_WORK or ticket.paused_until or ticket.red_at is None:
        return None
    name, clock = _nearest(ticket)
    if clock is None:
        return None
    over = at >= clock.due
    if over:
        words = _("%(time)s over") % {"time": in_words(at - clock.due)}
    else:
        words = _("%(time)s left") % {"time": left_of(clock, at, days)}
    return Remaining(name, clock.due, over, words, clock.provisional)


def left_of(clock: Clock, at: datetime, days: Calendar) -> str:
    """Return what is left of a clock, in words, counted in its limit's own time.

    Limits in days are counted in days until their last one, as the limit itself was: two working
    days that begin on Monday are two left on Monday, one on Tuesday, and hours on Wednesday.
    """
    whole = _days_left(clock, at, days)
    if whole and clock.limit.counts_work:
        return ngettext("%(n)d work day", "%(n)d work days", whole) % {"n": whole}
    if whole:
        return ngettext("%(n)d day", "%(n)d days", whole) % {"n": whole}
    left = timedelta(minutes=max(0.0, clock.total - consumed(clock, at, days)))
    if not clock.limit.counts_work:
        return in_words(left)
    # On its last day a limit in days is counted in hours, be it a whole day of them.
    last_day = clock.limit.unit is Unit.WORK_DAY
    a_day = _MINUTES_A_DAY if last_day else round(days.workday.total_seconds() / 60)
    return in_words(left, minutes_a_day=a_day, of_work=True)


def in_words(span: timedelta, *, minutes_a_day: int = _MINUTES_A_DAY, of_work: bool = False) -> str:
    """Return a span in its two largest units: days and hours, or hours and minutes."""
    minutes = int(span.total_seconds() // 60)
    days, rest = divmod(minutes, minutes_a_day)
    hours, minutes = divmod(rest, 60)
    parts = []
    if days and of_work:
        parts.append(ngettext("%(n)d work day", "%(n)d work days", days) % {"n": days})
    elif days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours and of_work and not days:
        parts.append(ngettext("%(n)d work hour", "%(n)d work hours", hours) % {"n": hours})
    elif hours:
        parts.append(_("%(n)d h") % {"n": hours})
    if not days and (minutes or not hours):
        parts.append(_("%(n)d min") % {"n": minutes})
    return " ".join(parts)


def _days_left(clock: Clock, at: datetime, days: Calendar) -> int:
    """Return how many days follow today until the last one, 0 if the limit is not in days."""
    if clock.limit.unit not in (Unit.WORK_DAY, Unit.NATURAL_DAY):
        return 0
    today, last = days.local(at).date(), days.local(clock.due).date()
    ahead = (today + timedelta(days=n) for n in range(1, (last - today).days + 1))
    return sum(1 for day in ahead if not clock.limit.counts_work or days.is_workday(day))


def _nearest(ticket: Ticket) -> tuple[str, Clock | None]:
    """Return the clock that ends first: refresh() copied its end to `red_at`."""
    for name in ("accept", "sign", "resolve"):
        kept = ticket.clocks.get(name)
        if kept and (clock := Clock.from_json(kept)).due == ticket.red_at:
            return name, clock
    return "", None
