"""Many clocks that start within the same hours: one is reckoned, the others are moved along.

Ten thousand tickets that climb in one night ask for a few dozen clocks, apart from the minutes. A
clock of work hours moves with its start as long as neither it nor a mark leaves its session;
before opening, at noon and on a day off its end does not move at all. What cannot be moved exactly
is reckoned. A test holds every clock to start_clock().
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tickets.deadlines.clock import Clock
from tickets.deadlines.hours import NOTHING, Calendar
from tickets.deadlines.limits import Limit, Unit
from tickets.deadlines.reckoning import start_clock


class _Reckoned(NamedTuple):
    """A clock, where its start and marks stand on the wall clock, and how far they may move."""

    clock: Clock
    start: datetime
    marks: dict[int, datetime]
    back: timedelta
    forth: timedelta


class AlikeClocks:
    """Starts clocks by one calendar, and remembers those that it has reckoned."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._reckoned: dict[tuple[Limit, datetime], _Reckoned] = {}

    def start(self, limit: Limit, start: datetime) -> Clock:
        """Return what start_clock() returns."""
        if limit.unit is not Unit.WORK_HOUR:
            return start_clock(limit=limit, start=start, calendar=self._calendar)
        local = self._calendar.local(start)
        since, at_work = self._calendar.stretch(local)
        near = self._reckoned.get((limit, since))
        if near is not None:
            moved = local - near.start
            if not at_work:
                return replace(near.clock, start=start.astimezone(UTC))
            if -near.back < moved <= near.forth:
                return self._moved(near, start, moved)
        clock = start_clock(limit=limit, start=start, calendar=self._calendar)
        self._reckoned[limit, since] = self._with_room(clock, local)
        return clock

    def _moved(self, near: _Reckoned, start: datetime, moved: timedelta) -> Clock:
        moment = self._calendar.moment
        marks = {share: moment(local + moved) for share, local in near.marks.items()}
        return replace(near.clock, start=start.astimezone(UTC), due=marks[100], marks=marks)

    def _with_room(self, clock: Clock, start: datetime) -> _Reckoned:
        """Return the clock with the room that its tightest mark has within its session."""
        marks = {share: self._calendar.local(moment) for share, moment in clock.marks.items()}
        rooms = [self._calendar.room(local) for local in marks.values()]
        back = min((before for before, _after in rooms), default=NOTHING)
        forth = min((after for _before, after in rooms), default=NOTHING)
        return _Reckoned(clock, start, marks, back, forth)
