"""Working days and office hours, and how work time passes in them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

Sessions = tuple[tuple[time, time], ...]

NOTHING = timedelta()
ONE_DAY = timedelta(days=1)
# Farther than any limit of the law. What runs beyond is a mistake in somebody's table.
FARTHEST = timedelta(days=20 * 366)


class DayName(NamedTuple):
    """What a day off is called; empty for a weekend."""

    name: str = ""
    name_en: str = ""


class BadSessions(Exception):
    """Office hours that no day can have; the message says why."""


class BeyondCalendar(Exception):
    """The deadline would lie more than twenty years ahead."""

    def __init__(self) -> None:
        super().__init__(
            gettext("This time limit ends more than twenty years ahead. Choose a shorter one.")
        )


@dataclass(frozen=True)
class Calendar:
    """The days on which the district works, and its office hours.

    sessions: the same on every working day, in order, e.g. 09:00-12:00 and 14:00-18:00.
    is_workday: whether a day is worked, make-up days included; answers for every date.
    is_announced: whether that year's holidays are official; if not, deadlines are provisional.
    name_of: the names of a holiday, empty for an ordinary day or weekend.

    Moments come in and go out as aware datetimes (out: UTC); days are days in `tz`.

    :raises BadSessions: if the sessions are empty, overlap or run backwards
    """

    sessions: Sessions
    is_workday: Callable[[date], bool]
    is_announced: Callable[[int], bool]
    name_of: Callable[[date], DayName]
    tz: ZoneInfo

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or any(a >= b for a, b in zip(edges, edges[1:], strict=False)):
            raise BadSessions(
                gettext("Office hours must be sessions of one day, in order, without overlap.")
            )

    @cached_property
    def _offsets(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The sessions as distances from midnight."""
        return tuple((_since_midnight(a), _since_midnight(b)) for a, b in self.sessions)

    @cached_property
    def workday(self) -> timedelta:
        """How long one working day is."""
        return sum((b - a for a, b in self._offsets), NOTHING)

    def local(self, moment: datetime) -> datetime:
        """Return the moment as the district's wall clock shows it, without a zone."""
        return moment.astimezone(self.tz).replace(tzinfo=None)

    def moment(self, local: datetime) -> datetime:
        """Return what the wall clock shows as a moment in UTC."""
        return local.replace(tzinfo=self.tz).astimezone(UTC)

    def close_of(self, day: date) -> datetime:
        """Return when business stops on this day."""
        return self.moment(datetime.combine(day, self.sessions[-1][1]))

    def workday_from(self, day: date) -> date:
        """Return this day if it is worked, else the next one that is.

        :raises BeyondCalendar: if none comes within twenty years
        """
        last = day + FARTHEST
        while not self.is_workday(day):
            if day >= last:
                raise BeyondCalendar
            day += ONE_DAY
        return day

    def close_from(self, moment: datetime) -> datetime:
        """Return the first close of business on a working day at or after this moment.

        :raises BeyondCalendar: if none comes within twenty years
        """
        local = self.local(moment)
        late = local.time() > self.sessions[-1][1]
        return self.close_of(self.workday_from(local.date() + ONE_DAY * late))

    def nth_workday_after(self, day: date, count: int) -> date:
        """Return the count-th working day after this one, which itself is not counted.

        :raises BeyondCalendar: if it lies more than twenty years ahead
        """
        last = day + FARTHEST
        while count:
            if day >= last:
                raise BeyondCalendar
            day += ONE_DAY
            count -= self.is_workday(day)
        return day

    def after_work(self, start: datetime, amount: timedelta) -> datetime:
        """Return the earliest moment when this much work time has passed since `start`.

        :raises BeyondCalendar: if it lies more than twenty years ahead
        """
        local = self.local(start)
        if amount <= NOTHING:
            return self.moment(local)
        day, since = _midnight(local), local - _midnight(local)
        last = day + FARTHEST
        while day <= last:
            if self.is_workday(day.date()):
                if since == NOTHING and amount > self.workday:
                    amount -= self.workday
                else:
                    for opens, closes in self._offsets:
                        opens = max(opens, since)
                        if opens < closes:
                            if amount <= closes - opens:
                                return self.moment(day + opens + amount)
                            amount -= closes - opens
            day, since = day + ONE_DAY, NOTHING
        raise BeyondCalendar

    def stretch(self, local: datetime) -> tuple[datetime, bool]:
        """Return since when it has been as it is at this time of the wall clock on this day, and
        whether that is a session: its opening counts to it, its close does not.
        """
        midnight = _midnight(local)
        since, begun = local - midnight, NOTHING
        if self.is_workday(local.date()):
            for opens, closes in self._offsets:
                if since < opens:
                    break
                if since < closes:
                    return midnight + opens, True
                begun = closes
        return midnight + begun, False

    def room(self, local: datetime) -> tuple[timedelta, timedelta]:
        """Return how long ago its session opened, and how long until it closes (it counts to it).

        Both are nothing where the time lies in none.
        """
        since = local - _midnight(local)
        for opens, closes in self._offsets:
            if opens < since <= closes:
                return since - opens, closes - since
        return NOTHING, NOTHING

    def work_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the work time that passes from `start` to `end`; none if `end` is earlier."""
        a, b = self.local(start), self.local(end)
        if a >= b:
            return NOTHING
        first, last = a.date(), b.date()
        spent = self._until(b) - self._until(a)
        while first < last:
            if self.is_workday(first):
                spent += self.workday
            first += ONE_DAY
        return spent

    def _until(self, local: datetime) -> timedelta:
        """Return the work time of this day that has passed at the moment."""
        if not self.is_workday(local.date()):
            return NOTHING
        since = local - _midnight(local)
        return sum((min(b, since) - a for a, b in self._offsets if since > a), NOTHING)

    def days_off(self, first: date, last: date) -> list[tuple[date, DayName]]:
        """Return the days in the range that are not worked, with their names."""
        return [(day, self.name_of(day)) for day in _days(first, last) if not self.is_workday(day)]

    def made_up(self, first: date, last: date) -> list[date]:
        """Return the weekend days in the range that are worked instead of others."""
        return [d for d in _days(first, last) if d.weekday() >= 5 and self.is_workday(d)]

    def is_provisional(self, first: date, last: date) -> bool:
        """Return whether the range touches a year that is not announced."""
        return not all(self.is_announced(year) for year in range(first.year, last.year + 1))


def _since_midnight(edge: time) -> timedelta:
    return timedelta(
        hours=edge.hour, minutes=edge.minute, seconds=edge.second, microseconds=edge.microsecond
    )


def _midnight(local: datetime) -> datetime:
    return datetime.combine(local.date(), time())


def _days(first: date, last: date) -> list[date]:
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]
