"""What is left of a limit, as one looks at a watch."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from tests.tickets.district_days import DAYS
from tickets.deadlines import Limit, start_clock
from tickets.remaining import in_words, left_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2026: the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("limit", "at", "said"),
    [
        ("2W", moment(2, 4), "2 work days"),
        ("2W", moment(2, 23), "2 work days"),
        ("2W", moment(3, 10), "1 work day"),
        ("2W", moment(4, 9), "7 work hours"),
        ("2W", moment(4, 17, 30), "30 min"),
        ("2W", moment(4, 18), "0 min"),
        ("5W", moment(6, 10), "1 work day"),
        ("4H", moment(2, 10), "4 work hours"),
        ("4H", moment(2, 14, 45), "1 work hour 15 min"),
        ("30min", moment(2, 10, 21), "9 min"),
        ("2U", moment(2, 10, 40), "1 h 20 min"),
        ("30N", moment(2, 10), "30 days"),
        ("3N", moment(4, 10), "1 day"),
    ],
)
def test_what_is_left_counts_like_the_limit_itself(limit, at, said):
    clock = start_clock(limit=Limit.parse(limit), start=moment(2, 10), calendar=DAYS)

    assert left_of(clock, at, DAYS) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=4, minutes=50), "3 days 4 h"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(span, said):
    assert in_words(span) == said
