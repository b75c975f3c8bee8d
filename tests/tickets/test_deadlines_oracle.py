"""The arithmetic of deadlines against two plain counters of minutes that know none of its tricks.

The first is a table: for every minute of twenty-two years, how many work minutes came before it;
100,000 random limits are looked up in it at once. The second walks minute by minute through random
lives of a clock, with several pauses and extensions.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from tests.tickets.district_days import (
    EIGHT_HOURS,
    ONE_STRETCH,
    SEVEN_HOURS,
    SHANGHAI,
    calendar_of,
    is_workday,
)
from tickets.deadlines import Limit, Sessions, consumed, extend, pause, resume, start_clock

FIRST_DAY = date(2010, 1, 1)
DAYS = (date(2032, 1, 1) - FIRST_DAY).days
A_DAY = 24 * 60
EPOCH = datetime.combine(FIRST_DAY, datetime.min.time(), SHANGHAI).astimezone(UTC)
ALL_SESSIONS = (SEVEN_HOURS, EIGHT_HOURS, ONE_STRETCH)
MOST = {"min": 600, "U": 96, "H": 80, "W": 25, "N": 90}
UNITS = list(MOST)
CASES = 100_000
MICRO = 60_000_000  # microseconds of a minute


@cache
def worked_days() -> np.ndarray:
    return np.array([is_workday(FIRST_DAY + timedelta(days=n)) for n in range(DAYS)])


@cache
def work_minutes(sessions: Sessions) -> np.ndarray:
    """Whether each minute since the epoch is one of work."""
    minute = np.arange(A_DAY)
    open_ = np.zeros(A_DAY, bool)
    for opens, closes in sessions:
        begin, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        open_ |= (begin <= minute) & (minute < end)
    return (worked_days()[:, None] & open_).ravel()


class Table:
    """Answers for many cases at once, in minutes since the epoch."""

    def __init__(self, sessions: Sessions) -> None:
        self.close = sessions[-1][1].hour * 60 + sessions[-1][1].minute
        self.passed = np.concatenate([[0], np.cumsum(work_minutes(sessions))])
        worked = np.flatnonzero(worked_days())
        self.next_worked = worked[np.searchsorted(worked, np.arange(worked[-1] + 1))]
        self.worked = worked

    def end(self, unit: str, start: np.ndarray, amount: np.ndarray) -> np.ndarray:
        day = start // A_DAY
        if unit == "min":
            return start + amount
        if unit == "U":
            return start + 60 * amount
        if unit == "H":
            return self.after_work(start, 60 * amount)
        if unit == "W":
            nth = self.worked[np.searchsorted(self.worked, day, "right") + amount - 1]
            return nth * A_DAY + self.close
        return self.next_worked[day + amount] * A_DAY + self.close

    def after_work(self, start: np.ndarray, minutes: np.ndarray) -> np.ndarray:
        end = np.searchsorted(self.passed, self.passed[start] + minutes)
        return np.where(minutes > 0, end, start)

    def own_time(self, unit: str, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        return self.passed[end] - self.passed[start] if unit in "HW" else end - start

    def close_from(self, moment: np.ndarray) -> np.ndarray:
        day = moment // A_DAY + (moment % A_DAY > self.close)
        return self.next_worked[day] * A_DAY + self.close

    def reached(self, unit: str, start: np.ndarray, micros: np.ndarray) -> np.ndarray:
        """Return when so many microseconds of its own time have passed, in microseconds."""
        minutes = -(-micros // MICRO)
        rest = minutes * MICRO - micros
        end = self.after_work(start, minutes) if unit in "HW" else start + minutes
        return end * MICRO - rest


@cache
def table_of(sessions: Sessions) -> Table:
    return Table(sessions)


def moment(minutes: int) -> datetime:
    return EPOCH + timedelta(minutes=int(minutes))


def micros_of(when: datetime) -> int:
    return (when - EPOCH) // timedelta(microseconds=1)


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_a_hundred_thousand_random_limits_agree_with_the_table_of_minutes(unit):
    random = np.random.default_rng(20261123 + UNITS.index(unit))
    per_sessions = -(-CASES // len(UNITS) // len(ALL_SESSIONS))
    for sessions in ALL_SESSIONS:
        _agree(random, per_sessions, unit, sessions)


def _agree(random: np.random.Generator, cases: int, unit: str, sessions: Sessions) -> None:
    table, calendar = table_of(sessions), calendar_of(sessions)
    start = random.integers(0, (DAYS - 700) * A_DAY, cases)
    amount = random.integers(1, MOST[unit] + 1, cases)
    due = table.end(unit, start, amount)
    total = table.own_time(unit, start, due)
    # A pause somewhere before the end or a little after it, as long again or much shorter.
    span = due - start
    stopped = start + (random.random(cases) * 1.2 * span).astype(int)
    resumed = stopped + (random.random(cases) ** 3 * 2 * span).astype(int)
    used = table.own_time(unit, start, stopped)
    left = total - used
    if unit in "HW":
        new_due = table.after_work(resumed, np.maximum(left, 0))
    elif unit == "N":
        new_due = table.close_from(resumed + np.maximum(left, 0))
    else:
        new_due = resumed + left
    new_due = np.where(left > 0, new_due, due)
    new_total = np.where(left > 0, used + table.own_time(unit, resumed, new_due), total)
    share = {
        percent: table.reached(unit, start, total * percent * (MICRO // 100))
        for percent in (70, 90)
    }
    later_share = {}
    for percent in (70, 90):
        micros = new_total * percent * (MICRO // 100)
        before = micros <= used * MICRO
        later = table.reached(unit, resumed, np.maximum(micros - used * MICRO, 0))
        earlier = table.reached(unit, start, micros)
        later_share[percent] = np.where(before, earlier, later)

    columns = (amount, start, due, total, stopped, resumed, used, left, new_due, new_total)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for n, (
        count,
        begins,
        ends,
        whole,
        stops,
        goes_on,
        spent,
        rest,
        new_end,
        new_whole,
    ) in enumerate(rows):
        limit = Limit.parse(f"{count}{unit}")
        clock = start_clock(limit=limit, start=moment(begins), calendar=calendar)
        standing = pause(clock, moment(stops), calendar)
        running = resume(standing, moment(goes_on), calendar)
        found = (
            clock.due, clock.total, *(micros_of(clock.marks[p]) for p in (70, 90)),
            consumed(clock, moment(stops), calendar), standing.left,
            running.due, running.total, *(micros_of(running.marks[p]) for p in (70, 90)),
        )  # fmt: skip
        expected = (
            moment(ends), whole, share[70][n], share[90][n],
            spent, max(rest, 0),
            moment(new_end), new_whole, later_share[70][n], later_share[90][n],
        )  # fmt: skip
        assert found == expected, (limit, sessions, moment(begins), moment(stops), moment(goes_on))


# --- Minute by minute ----------------------------------------------------------------------------


class Walker:
    """A clock that looks at every minute: does it count, and is it over?"""

    def __init__(self, unit: str, amount: int, start: int, sessions: Sessions) -> None:
        self.unit, self.minute, self.used, self.standing = unit, start, 0, False
        self.works = work_minutes(sessions)
        self.close = sessions[-1][1].hour * 60 + sessions[-1][1].minute
        self.total = self.between(start, self.end(unit, amount, start))

    def counts(self, minute: int) -> bool:
        return bool(self.works[minute]) if self.unit in "HW" else True

    def between(self, start: int, end: int) -> int:
        return sum(self.counts(minute) for minute in range(start, end))

    def end(self, unit: str, amount: int, start: int) -> int:
        """Return when a limit that starts here is over."""
        minute = start
        if unit in ("min", "U"):
            return start + amount * (60 if unit == "U" else 1)
        if unit == "H":
            worked = 0
            while worked < amount * 60:
                worked += self.works[minute]
                minute += 1
            return minute
        days = 0
        while days < amount:
            minute = (minute // A_DAY + 1) * A_DAY
            days += worked_days()[minute // A_DAY] if unit == "W" else 1
        return self.settled((minute // A_DAY) * A_DAY + self.close)

    def settled(self, minute: int) -> int:
        """Return the next close of business of a day that is worked."""
        while minute % A_DAY != self.close or not worked_days()[minute // A_DAY]:
            minute += 1
        return minute

    def go_to(self, minute: int) -> None:
        while self.minute < minute:
            self.used += not self.standing and self.counts(self.minute)
            self.minute += 1

    def due(self) -> int:
        """Return when it is used up if it runs on from here; call it only before that."""
        minute, used = self.minute, self.used
        while used < self.total:
            used += self.counts(minute)
            minute += 1
        return minute

    def resume(self) -> None:
        self.standing = False
        if self.unit == "N":
            due = self.due()
            self.total += self.settled(due) - due


def test_random_lives_of_clocks_agree_with_a_walk_minute_by_minute():
    random = np.random.default_rng(11)
    seen = set()
    for _ in range(600):
        unit = UNITS[random.integers(len(UNITS))]
        sessions = ALL_SESSIONS[random.integers(len(ALL_SESSIONS))]
        amount = int(random.integers(1, MOST[unit] // 5 + 1))
        start = int(random.integers(0, (DAYS - 900) * A_DAY))
        calendar = calendar_of(sessions)
        walker = Walker(unit, amount, start, sessions)
        limit = Limit.parse(f"{amount}{unit}")
        clock = start_clock(limit=limit, start=moment(start), calendar=calendar)
        for _ in range(random.integers(0, 4)):
            due = walker.due()
            walker.go_to(walker.minute + int(random.random() * (due - walker.minute)))
            clock = pause(clock, moment(walker.minute), calendar)
            walker.standing = True
            walker.go_to(walker.minute + int(random.integers(0, 4 * A_DAY)))
            seen.add((unit, "paused"))
            walker.resume()
            clock = resume(clock, moment(walker.minute), calendar)
            if random.random() < 0.4:
                due = walker.due()
                walker.total += walker.between(due, walker.end(unit, amount, due))
                clock = extend(clock, limit, calendar)
                seen.add((unit, "extended"))
        assert (clock.due, clock.total) == (moment(walker.due()), walker.total)
        assert consumed(clock, moment(walker.minute), calendar) == walker.used
    assert seen == {(unit, what) for unit in UNITS for what in ("paused", "extended")}
