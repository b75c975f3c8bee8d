"""When a limit ends, how much of it is used, and what pauses and extensions do to it.

A clock's own time is work time for H and W limits and every minute for the others. It runs from
its start, stands while it is paused, and is used up exactly at its due moment. Every step returns
a new clock; the steps are kept, so that it can be reckoned again when the calendar changes.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.utils.translation import gettext

from tickets.deadlines.clock import MARKS, Clock, Skipped
from tickets.deadlines.hours import (
    FARTHEST,
    NOTHING,
    ONE_DAY,
    BeyondCalendar,
    Calendar,
    DayName,
)
from tickets.deadlines.limits import Limit, Unit

_MINUTE = timedelta(minutes=1)


class CannotExtend(Exception):
    """Work time cannot be added to a clock of every hour, nor the other way round."""


def start_clock(*, limit: Limit, start: datetime, calendar: Calendar) -> Clock:
    """Return the clock of a limit that begins to run at `start` (aware).

    min, U: on the 24-hour clock. H: inside the sessions of working days. W: the starting day is
    not counted; the end is the close of the n-th following working day. N: the starting day is
    not counted; the end is the close of the n-th following day, or of the next working day after
    it (Civil Code, art. 201-203).

    :raises BeyondCalendar: if it would end more than twenty years ahead
    """
    if start.tzinfo is None:
        raise ValueError("a clock starts at an aware datetime")
    start = start.astimezone(UTC)
    due, landed = _end(limit, start, calendar)
    clock = Clock(
        limit=limit,
        start=start,
        due=due,
        total=_own_time(limit, start, due, calendar) / _MINUTE,
        marks={},
        first_day=_first_day(limit, start, calendar),
        skipped=(),
        made_up=(),
        provisional=False,
    )
    return _with_arithmetic(clock, calendar, landed)


def consumed(clock: Clock, at: datetime, calendar: Calendar) -> float:
    """Return the minutes of its own time that the clock has run by `at`; pauses do not count."""
    return _ran(clock, at, calendar) / _MINUTE


def pause(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Return the clock stopped at `at`. One that stands already is returned as it is."""
    if clock.paused_at:
        return clock
    at = max(at.astimezone(UTC), clock.last_change)
    left = clock.total - consumed(clock, at, calendar)
    return replace(clock, paused_at=at, left=max(left, 0.0), steps=(*clock.steps, ("pause", at)))


def resume(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Return the clock running again from `at`, with all that was left of it.

    What was left is added in the limit's own time; for N on the 24-hour clock, and the end moves
    on to the next close of business of a working day. A clock that was used up before the pause
    stays due when it was. One that runs is returned as it is.

    :raises BeyondCalendar: if it would end more than twenty years ahead
    """
    if clock.paused_at is None or clock.left is None:
        return clock
    at = max(at.astimezone(UTC), clock.paused_at)
    running = replace(clock, paused_at=None, left=None, steps=(*clock.steps, ("resume", at)))
    if not clock.left:
        return running
    left = timedelta(minutes=clock.left)
    if clock.limit.counts_work:
        due, landed = calendar.after_work(at, left), None
    else:
        due, landed = _closed(clock.limit, at + left, calendar)
    if due == clock.due:
        # Nothing of its own time passed meanwhile; it was explained before.
        return running
    total = _ran(clock, clock.paused_at, calendar) + _own_time(clock.limit, at, due, calendar)
    return _with_arithmetic(replace(running, due=due, total=total / _MINUTE), calendar, landed)


def extend(clock: Clock, extra: Limit, calendar: Calendar) -> Clock:
    """Return the clock with a further limit added after its due moment.

    :raises CannotExtend: if one is in work time and the other is not
    :raises BeyondCalendar: if it would end more than twenty years ahead
    """
    if extra.counts_work != clock.limit.counts_work:
        raise CannotExtend(
            gettext(
                "A limit of %(limit)s cannot be extended by %(extra)s: one counts work time only."
            )
            % {"limit": clock.limit, "extra": extra}
        )
    due, landed = _end(extra, clock.due, calendar)
    if landed is None and not clock.limit.counts_work:
        due, landed = _closed(clock.limit, due, calendar)
    total = clock.total + _own_time(clock.limit, clock.due, due, calendar) / _MINUTE
    left = None
    if clock.paused_at:
        left = max(total - consumed(clock, clock.paused_at, calendar), 0.0)
    steps = (*clock.steps, ("extend", extra))
    longer = replace(clock, due=due, total=total, left=left, steps=steps)
    return _with_arithmetic(longer, calendar, landed)


def reckon_again(clock: Clock, calendar: Calendar) -> Clock:
    """Return the same clock by another calendar: started, paused and extended as it was."""
    again = start_clock(limit=clock.limit, start=clock.start, calendar=calendar)
    for kind, what in clock.steps:
        if isinstance(what, Limit):
            again = extend(again, what, calendar)
        else:
            again = (pause if kind == "pause" else resume)(again, what, calendar)
    return again


# When a limit ends; and for calendar days on which day that fell before it was moved to a
# working day. None: no day was moved.
_End = tuple[datetime, date | None]


def _end(limit: Limit, start: datetime, calendar: Calendar) -> _End:
    day = calendar.local(start).date()
    match limit.unit:
        case Unit.MINUTE:
            return start + timedelta(minutes=limit.amount), None
        case Unit.URGENT_HOUR:
            return start + timedelta(hours=limit.amount), None
        case Unit.WORK_HOUR:
            return calendar.after_work(start, timedelta(hours=limit.amount)), None
        case Unit.WORK_DAY:
            return _close_after(calendar, day, limit.amount), None
        case Unit.NATURAL_DAY:
            days = timedelta(days=limit.amount)
            if days > FARTHEST:
                raise BeyondCalendar
            landed = day + days
            return calendar.close_of(calendar.workday_from(landed)), landed


# Kept: what is reported on one day ends at a few moments.
@lru_cache(maxsize=1024)
def _close_after(calendar: Calendar, day: date, count: int) -> datetime:
    return calendar.close_of(calendar.nth_workday_after(day, count))


def _closed(limit: Limit, end: datetime, calendar: Calendar) -> _End:
    """Return the end of a clock of every hour; for N at a close of business."""
    if limit.unit is not Unit.NATURAL_DAY:
        return end, None
    return calendar.close_from(end), calendar.local(end).date()


def _own_time(limit: Limit, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return how much of the limit's own time passes between two moments."""
    if limit.counts_work:
        return calendar.work_between(start, end)
    return max(end - start, NOTHING)


def _ran(clock: Clock, at: datetime, calendar: Calendar) -> timedelta:
    return sum(
        (
            _own_time(clock.limit, since, at if until is None else min(until, at), calendar)
            for since, until in clock.runs()
        ),
        NOTHING,
    )


def _reached(clock: Clock, amount: timedelta, calendar: Calendar) -> datetime:
    """Return the earliest moment when the clock has run for so long."""
    runs = list(clock.runs())
    if clock.paused_at:
        # It stands: reckoned as if it went on at once.
        runs.append((clock.paused_at, None))
    for since, until in runs:
        ran = NOTHING if until is None else _own_time(clock.limit, since, until, calendar)
        if until is None or amount <= ran:
            break
        amount -= ran
    return calendar.after_work(since, amount) if clock.limit.counts_work else since + amount


def _with_arithmetic(clock: Clock, calendar: Calendar, landed: date | None) -> Clock:
    """Return the clock with its marks, and with the days that explain its end.

    landed: where the end of an N limit fell before it was moved off days that are not worked.
    """
    total = timedelta(minutes=clock.total)
    marks = {
        share: clock.due if share == 100 else _reached(clock, total * share / 100, calendar)
        for share in MARKS
    }
    last = calendar.local(clock.due).date()
    if clock.limit.counts_work:
        asked_from = calendar.local(clock.start).date()
        skipped, made_up = _passed_over(calendar, asked_from + ONE_DAY, last)
    elif landed is not None:
        asked_from = landed
        skipped, made_up = _passed_over(calendar, landed, last)[0], ()
    else:
        # On the 24-hour clock no calendar is asked: nothing is skipped, nothing can change.
        return replace(clock, marks=marks)
    provisional = calendar.is_provisional(asked_from, last)
    return replace(clock, marks=marks, skipped=skipped, made_up=made_up, provisional=provisional)


# Kept: all that is reported on one day passes over the same few days.
@lru_cache(maxsize=1024)
def _passed_over(
    calendar: Calendar, first: date, last: date
) -> tuple[tuple[Skipped, ...], tuple[date, ...]]:
    """Return the days off in the range, in rows, and the weekend days that are worked."""
    return _in_rows(calendar.days_off(first, last)), tuple(calendar.made_up(first, last))


def _in_rows(days: list[tuple[date, DayName]]) -> tuple[Skipped, ...]:
    """Return the days off with those in a row under one name put together."""
    rows: list[Skipped] = []
    for day, name in days:
        if rows and rows[-1].name == name and rows[-1].last + ONE_DAY == day:
            rows[-1] = replace(rows[-1], last=day)
        else:
            rows.append(Skipped(day, day, name))
    return tuple(rows)


def _first_day(limit: Limit, start: datetime, calendar: Calendar) -> date:
    """Return the first day that counts."""
    day = calendar.local(start).date()
    match limit.unit:
        case Unit.WORK_DAY:
            return calendar.nth_workday_after(day, 1)
        case Unit.WORK_HOUR:
            return calendar.local(calendar.after_work(start, timedelta.resolution)).date()
        case Unit.NATURAL_DAY:
            return day + ONE_DAY
    return day
