"""When something must be done: the vectors of domain 2.11, and the edges."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest
from django.utils import translation

from tests.tickets.district_days import DAYS, LONGER_DAYS, at, calendar_of, due, shown
from tickets.deadlines import (
    BadLimit,
    BadSessions,
    BeyondCalendar,
    DayName,
    Limit,
    Skipped,
    Unit,
    reckon_again,
    start_clock,
)

# --- Limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["10min", "2U", "4H", "5W", "30N", "999W", "9999H"])
def test_a_limit_reads_as_the_pack_writes_it(text):
    assert str(Limit.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5",
        "W",
        "0W",
        "05W",
        "-1W",
        "5w",
        "5 W",
        "5D",
        "1000W",
        "1000N",
        "10000U",
        "1.5H",
        "٥W",
        "5W\x00",
    ],
)
def test_what_is_no_limit_is_refused_with_a_sentence(text):
    with translation.override("en"), pytest.raises(BadLimit) as refused:
        Limit.parse(text)
    assert str(refused.value) == (
        f"“{text}” is not a time limit. Write a number and its unit: 10min, "
        "2U (hours round the clock), 4H (work hours), 5W (working days) or "
        "30N (calendar days); at most 9999, days at most 999."
    )


@pytest.mark.parametrize(
    ("limit", "half"),
    [
        ("10min", "5min"), ("5min", "3min"), ("2U", "1U"), ("1U", "30min"), ("3U", "90min"),
        ("4H", "2H"), ("1H", "1H"), ("5W", "3W"), ("1W", "1W"), ("30N", "15N"),
    ],
)  # fmt: skip
def test_half_a_limit_is_rounded_up_to_whole_units(limit, half):
    assert Limit.parse(limit).halved() == Limit.parse(half)


# --- The vectors of domain 2.11 ------------------------------------------------------------------

VECTORS = [
    ("2020-01-14 10:00", "01-14 12:00", "01-14 16:00", "01-15 18:00", "01-20 18:00", "02-13 18:00"),
    ("2020-01-23 16:30", "01-23 18:30", "02-03 11:30", "02-03 18:00", "02-07 18:00", "02-24 18:00"),
    ("2026-02-13 17:00", "02-13 19:00", "02-14 12:00", "02-14 18:00", "02-27 18:00", "03-16 18:00"),
    ("2026-05-08 15:00", "05-08 17:00", "05-09 10:00", "05-09 18:00", "05-14 18:00", "06-08 18:00"),
    ("2026-09-24 17:30", "09-24 19:30", "09-28 14:30", "09-28 18:00", "10-09 18:00", "10-26 18:00"),
    ("2026-09-30 11:00", "09-30 13:00", "09-30 17:00", "10-08 18:00", "10-13 18:00", "10-30 18:00"),
]


@pytest.mark.parametrize(("start", "two_u", "four_h", "one_w", "five_w", "thirty_n"), VECTORS)
def test_a_deadline_falls_where_the_law_puts_it(start, two_u, four_h, one_w, five_w, thirty_n):
    found = [due(limit, start) for limit in ("2U", "4H", "1W", "5W", "30N")]
    assert found == [f"{start[:4]}-{end}" for end in (two_u, four_h, one_w, five_w, thirty_n)]


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        # Days of eight hours.
        ("2026-05-08 15:00", "4H", "2026-05-09 09:00"),
        ("2026-05-08 15:00", "1W", "2026-05-09 18:00"),
        ("2026-11-23 08:00", "8H", "2026-11-23 18:00"),
        ("2026-11-23 07:00", "9H", "2026-11-24 09:00"),
    ],
)
def test_office_hours_of_eight_hours_count_too(start, limit, end):
    assert due(limit, start, LONGER_DAYS) == end


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        # At midnight, the day's office hours are all ahead; for W and N the day is the first.
        ("2026-11-23 00:00", "4H", "2026-11-23 15:00"),
        ("2026-11-23 00:00", "1W", "2026-11-24 18:00"),
        ("2026-11-23 00:00", "1N", "2026-11-24 18:00"),
        # During lunch and after hours.
        ("2026-11-23 13:00", "1H", "2026-11-23 15:00"),
        ("2026-11-23 11:30", "1H", "2026-11-23 14:30"),
        ("2026-11-23 11:00", "1H", "2026-11-23 12:00"),
        ("2026-11-23 18:00", "1H", "2026-11-24 10:00"),
        ("2026-11-23 23:59", "1W", "2026-11-24 18:00"),
        # On a Saturday that is worked, and on one that is not.
        ("2026-05-09 10:00", "4H", "2026-05-09 16:00"),
        ("2026-05-09 10:00", "1W", "2026-05-11 18:00"),
        ("2026-11-21 10:00", "4H", "2026-11-23 15:00"),
        ("2026-11-21 10:00", "1W", "2026-11-23 18:00"),
        ("2026-11-21 10:00", "30min", "2026-11-21 10:30"),
        # Calendar days end on a working day.
        ("2026-11-19 10:00", "2N", "2026-11-23 18:00"),
        ("2026-05-07 10:00", "2N", "2026-05-09 18:00"),
        # Over New Year into a year that nobody has announced: weekends are off.
        ("2026-12-31 17:30", "1H", "2027-01-01 09:30"),
        ("2026-12-31 10:00", "1W", "2027-01-01 18:00"),
        ("2026-12-30 10:00", "5W", "2027-01-06 18:00"),
        ("2028-02-28 10:00", "1N", "2028-02-29 18:00"),
    ],
)
def test_a_deadline_at_the_edges_of_days_and_years(start, limit, end):
    assert due(limit, start) == end


@pytest.mark.parametrize(
    ("start", "limit", "provisional"),
    [
        ("2026-12-31 10:00", "1W", True),
        ("2026-12-30 10:00", "1W", False),
        ("2026-12-31 16:00", "1H", False),
        ("2026-12-31 17:30", "1H", True),
        ("2026-12-01 10:00", "31N", True),
        ("2026-12-01 10:00", "30N", False),
        # Saturday 28 November 2026 moves on to Monday, in the same year.
        ("2026-11-27 10:00", "1N", False),
        # No calendar is asked round the clock, so nothing can change.
        ("2026-12-31 23:30", "2U", False),
        ("2027-03-01 10:00", "10min", False),
        ("2003-12-31 10:00", "5W", True),
    ],
)
def test_a_deadline_is_provisional_while_a_year_it_counted_is_not_announced(
    start, limit, provisional
):
    clock = start_clock(limit=Limit.parse(limit), start=at(start), calendar=DAYS)
    assert clock.provisional is provisional


def test_an_announcement_moves_a_provisional_deadline_and_makes_it_firm():
    clock = start_clock(limit=Limit.parse("5W"), start=at("2026-12-30 10:00"), calendar=DAYS)
    off = {date(2027, 1, 1): DayName("元旦", "New Year's Day")}
    announced = replace(
        DAYS,
        is_workday=lambda day: day not in off and DAYS.is_workday(day),
        is_announced=lambda year: year <= 2027,
        name_of=lambda day: off.get(day, DayName()),
    )
    again = reckon_again(clock, announced)
    assert (shown(clock.due), clock.provisional) == ("2027-01-06 18:00", True)
    assert (shown(again.due), again.provisional) == ("2027-01-07 18:00", False)
    assert again.skipped[0] == Skipped(date(2027, 1, 1), date(2027, 1, 1), off[date(2027, 1, 1)])


# --- Nothing runs for ever -----------------------------------------------------------------------


@pytest.mark.parametrize("unit", [Unit.WORK_DAY, Unit.NATURAL_DAY])
def test_a_limit_beyond_twenty_years_is_refused(unit):
    with translation.override("en"), pytest.raises(BeyondCalendar) as refused:
        start_clock(limit=Limit(9999, unit), start=at("2026-11-23 10:00"), calendar=DAYS)
    assert str(refused.value) == (
        "This time limit ends more than twenty years ahead. Choose a shorter one."
    )


def test_a_calendar_without_any_working_day_is_refused_by_name():
    never = replace(DAYS, is_workday=lambda day: False)
    for limit in ("1H", "1W", "1N"):
        with pytest.raises(BeyondCalendar):
            start_clock(limit=Limit.parse(limit), start=at("2026-11-23 10:00"), calendar=never)


def test_the_longest_limits_are_reckoned_into_years_that_nobody_knows():
    found = [due(limit, "2026-11-23 10:00") for limit in ("9999min", "9999U", "999W", "999N")]
    assert found == [
        "2026-11-30 08:39", "2028-01-14 01:00", "2030-09-20 18:00", "2029-08-20 18:00",
    ]  # fmt: skip
    assert due("9999H", "2026-11-23 10:00") == "2032-05-13 15:00"


@pytest.mark.parametrize(
    "sessions",
    [
        (),
        ((time(12), time(9)),),
        ((time(9), time(9)),),
        ((time(9), time(12)), (time(11), time(18))),
        ((time(14), time(18)), (time(9), time(12))),
    ],
)
def test_office_hours_that_cannot_be_are_refused(sessions):
    with pytest.raises(BadSessions):
        calendar_of(sessions)


def test_a_clock_does_not_start_at_a_time_of_nowhere():
    with pytest.raises(ValueError, match="aware"):
        start_clock(limit=Limit.parse("1U"), start=datetime(2026, 1, 1), calendar=DAYS)  # noqa: DTZ001
