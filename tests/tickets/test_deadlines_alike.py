"""Clocks that are moved along are what start_clock() gives, to the microsecond."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.tickets.district_days import EIGHT_HOURS, ONE_STRETCH, SEVEN_HOURS, calendar_of
from tickets.deadlines import AlikeClocks, Limit, start_clock
from tickets.deadlines.hours import ONE_DAY

LIMITS = [Limit.parse(text) for text in ("1H", "3H", "4H", "7H", "40H", "30min", "2U", "2W", "9N")]
# Ordinary days, a long holiday with days made up, and a year that is not announced.
DAYS = [datetime(2026, 9, 25, tzinfo=UTC), datetime(2025, 1, 24, tzinfo=UTC),
        datetime(2026, 12, 30, tzinfo=UTC)]  # fmt: skip


@pytest.mark.parametrize("sessions", [SEVEN_HOURS, EIGHT_HOURS, ONE_STRETCH])
def test_a_clock_that_is_moved_along_is_the_one_that_is_reckoned(sessions):
    calendar, chance = calendar_of(sessions), random.Random(4)
    for first in DAYS:
        alike = AlikeClocks(calendar)
        for _turn in range(1_500):
            start = first + timedelta(seconds=chance.randrange(12 * 86_400))
            if chance.random() < 0.3:
                start += timedelta(microseconds=chance.randrange(1_000_000))
            limit = chance.choice(LIMITS)
            assert alike.start(limit, start) == start_clock(
                limit=limit, start=start, calendar=calendar
            ), (limit, start)


def test_at_every_edge_of_the_hours_it_is_the_same():
    calendar = calendar_of(SEVEN_HOURS)
    edges = [datetime.combine(DAYS[0].date() + n * ONE_DAY, edge, calendar.tz)
             for n in range(14) for session in SEVEN_HOURS for edge in session]  # fmt: skip
    near = [timedelta(microseconds=n) for n in (-1, 0, 1)] + [timedelta(hours=n) for n in (-1, 1)]
    starts = [edge + by for edge in edges for by in near]
    alike = AlikeClocks(calendar)

    for start in [*starts, *reversed(starts)]:
        for limit in LIMITS[:5]:
            assert alike.start(limit, start) == start_clock(
                limit=limit, start=start, calendar=calendar
            ), (limit, start)
