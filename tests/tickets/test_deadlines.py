"""When something must be done: the vectors of domain 2.11, the edges, the sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.district_days import (
    EIGHT_HOURS,
    ONE_STRETCH,
    SEVEN_HOURS,
    SHANGHAI,
    calendar_of,
)
from tickets.deadlines import (
    BadLimit,
    BadSessions,
    BeyondCalendar,
    CannotExtend,
    Clock,
    DayName,
    Limit,
    Skipped,
    Unit,
    consumed,
    explain,
    extend,
    pause,
    reckon_again,
    resume,
    start_clock,
)

DAYS = calendar_of(SEVEN_HOURS)
LONGER_DAYS = calendar_of(EIGHT_HOURS)


def at(text: str) -> datetime:
    """Return a moment of the district's wall clock: "2026-05-08 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(limit: str, start: str, calendar=DAYS) -> str:
    clock = start_clock(limit=Limit.parse(limit), start=at(start), calendar=calendar)
    return shown(clock.due)


def shown(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return f"{moment.astimezone(SHANGHAI):%F %H:%M}"


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


# --- Shares, pauses, extensions ------------------------------------------------------------------


def test_a_clock_keeps_its_whole_arithmetic():
    clock = start_clock(limit=Limit.parse("5W"), start=at("2026-09-30 11:00"), calendar=DAYS)
    assert clock == Clock(
        limit=Limit(5, Unit.WORK_DAY),
        start=at("2026-09-30 11:00"),
        due=at("2026-10-13 18:00"),
        # Five hours of the first day, and five days of seven hours.
        total=40 * 60.0,
        marks={
            70: at("2026-10-12 11:00"),
            90: at("2026-10-13 12:00"),
            100: at("2026-10-13 18:00"),
        },
        first_day=date(2026, 10, 8),
        skipped=(
            Skipped(date(2026, 10, 1), date(2026, 10, 7), DayName("国庆节", "National Day")),
            Skipped(date(2026, 10, 11), date(2026, 10, 11), DayName()),
        ),
        made_up=(date(2026, 10, 10),),
        provisional=False,
    )
    assert Clock.from_json(clock.to_json()) == clock


def test_the_marks_of_a_short_limit_fall_between_minutes():
    clock = start_clock(limit=Limit.parse("10min"), start=at("2026-11-23 23:55"), calendar=DAYS)
    assert clock.marks == {
        70: at("2026-11-24 00:02"),
        90: at("2026-11-24 00:04"),
        100: at("2026-11-24 00:05"),
    }
    clock = start_clock(limit=Limit.parse("1H"), start=at("2026-11-23 11:59:30"), calendar=DAYS)
    assert clock.marks[70] == at("2026-11-23 14:41:30")


def test_a_pause_keeps_the_work_time_that_was_used():
    clock = start_clock(limit=Limit.parse("4H"), start=at("2026-11-20 15:00"), calendar=DAYS)
    # Friday 15:00 to 18:00, then Monday 9:00 to 10:00.
    assert shown(clock.due) == "2026-11-23 10:00"
    stopped = pause(clock, at("2026-11-20 17:00"), DAYS)
    assert (stopped.left, stopped.due) == (120.0, clock.due)
    assert consumed(stopped, at("2026-11-25 12:00"), DAYS) == 120.0
    running = resume(stopped, at("2026-11-25 11:30"), DAYS)
    assert shown(running.due) == "2026-11-25 15:30"
    # 70 % of four hours are 168 minutes: 120 were used, 30 more before lunch, 18 after it.
    assert running.marks[70] == at("2026-11-25 14:18")
    assert running.total == 240.0
    assert running.steps == (
        ("pause", at("2026-11-20 17:00")),
        ("resume", at("2026-11-25 11:30")),
    )
    assert Clock.from_json(running.to_json()) == running
    assert Clock.from_json(stopped.to_json()) == stopped


def test_a_share_that_was_used_before_the_pause_stays_where_it_was():
    clock = start_clock(limit=Limit.parse("10U"), start=at("2026-11-23 08:00"), calendar=DAYS)
    running = resume(pause(clock, at("2026-11-23 16:00"), DAYS), at("2026-11-25 08:00"), DAYS)
    assert running.marks == {
        70: at("2026-11-23 15:00"),
        90: at("2026-11-25 09:00"),
        100: at("2026-11-25 10:00"),
    }


@pytest.mark.parametrize(
    ("resumed", "end"),
    [
        # Ten calendar days from Monday 2 November end on Thursday 12 at 18:00. Stopped on the 3rd
        # at 18:00, nine days are left.
        ("2026-11-03 18:00", "2026-11-12 18:00"),
        ("2026-11-04 10:00", "2026-11-13 18:00"),
        ("2026-11-04 19:00", "2026-11-16 18:00"),  # after hours on Friday 13: Monday
        ("2026-11-05 10:00", "2026-11-16 18:00"),  # on a Saturday: Monday
    ],
)
def test_calendar_days_go_on_round_the_clock_and_end_at_a_close_of_business(resumed, end):
    clock = start_clock(limit=Limit.parse("10N"), start=at("2026-11-02 10:00"), calendar=DAYS)
    stopped = pause(clock, at("2026-11-03 18:00"), DAYS)
    running = resume(stopped, at(resumed), DAYS)
    assert shown(running.due) == end
    assert consumed(running, running.due, DAYS) == running.total


def test_a_clock_that_was_used_up_before_the_pause_stays_due_when_it_was():
    clock = start_clock(limit=Limit.parse("1H"), start=at("2026-11-23 09:00"), calendar=DAYS)
    stopped = pause(clock, at("2026-11-23 11:00"), DAYS)
    running = resume(stopped, at("2026-11-24 09:00"), DAYS)
    assert stopped.left == 0.0
    assert (running.due, running.marks, running.total) == (clock.due, clock.marks, clock.total)
    assert consumed(running, at("2026-11-24 10:00"), DAYS) == 180.0


def test_pausing_twice_and_going_on_twice_change_nothing():
    clock = start_clock(limit=Limit.parse("4H"), start=at("2026-11-23 09:00"), calendar=DAYS)
    stopped = pause(clock, at("2026-11-23 10:00"), DAYS)
    assert pause(stopped, at("2026-11-23 11:00"), DAYS) == stopped
    running = resume(stopped, at("2026-11-23 11:00"), DAYS)
    assert resume(running, at("2026-11-23 15:00"), DAYS) == running


def test_a_step_dated_before_the_one_before_it_happens_at_once():
    clock = start_clock(limit=Limit.parse("4H"), start=at("2026-11-23 09:00"), calendar=DAYS)
    stopped = pause(clock, at("2026-11-20 09:00"), DAYS)
    assert stopped.steps == (("pause", clock.start),)
    running = resume(stopped, at("2026-11-22 09:00"), DAYS)
    assert (running.due, running.steps[1]) == (clock.due, ("resume", clock.start))


@pytest.mark.parametrize(
    ("limit", "extra", "end"),
    [
        ("5W", "5W", "2026-12-07 18:00"),
        ("5W", "4H", "2026-12-01 15:00"),
        ("4H", "1W", "2026-11-24 18:00"),
        ("2U", "2U", "2026-11-23 14:00"),
        ("10N", "10N", "2026-12-14 18:00"),
        ("10N", "30min", "2026-12-04 18:00"),
    ],
)
def test_an_extension_is_added_to_the_end(limit, extra, end):
    clock = start_clock(limit=Limit.parse(limit), start=at("2026-11-23 10:00"), calendar=DAYS)
    longer = extend(clock, Limit.parse(extra), DAYS)
    assert shown(longer.due) == end
    assert longer.total == consumed(longer, longer.due, DAYS)
    assert longer.marks[100] == longer.due
    assert Clock.from_json(longer.to_json()) == longer


@pytest.mark.parametrize(("limit", "extra"), [("5W", "2U"), ("30N", "4H"), ("10min", "1W")])
def test_work_time_and_round_the_clock_time_do_not_extend_each_other(limit, extra):
    clock = start_clock(limit=Limit.parse(limit), start=at("2026-11-23 10:00"), calendar=DAYS)
    with translation.override("en"), pytest.raises(CannotExtend) as refused:
        extend(clock, Limit.parse(extra), DAYS)
    assert str(refused.value) == (
        f"A limit of {limit} cannot be extended by {extra}: one counts work time only."
    )


def test_an_extension_of_a_standing_clock_is_left_when_it_goes_on():
    clock = start_clock(limit=Limit.parse("4H"), start=at("2026-11-23 09:00"), calendar=DAYS)
    longer = extend(pause(clock, at("2026-11-23 10:00"), DAYS), Limit.parse("4H"), DAYS)
    assert longer.left == 7 * 60.0
    running = resume(longer, at("2026-11-24 09:00"), DAYS)
    assert (shown(running.due), running.total) == ("2026-11-24 18:00", 8 * 60.0)


def test_an_extension_does_not_forgive_what_was_overdrawn_before_the_pause():
    clock = start_clock(limit=Limit.parse("1H"), start=at("2026-11-23 09:00"), calendar=DAYS)
    late = pause(clock, at("2026-11-23 11:00"), DAYS)
    assert extend(late, Limit.parse("3H"), DAYS).left == 120.0


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


# --- Sentences -----------------------------------------------------------------------------------


def test_a_resident_can_follow_working_days_over_a_holiday():
    clock = start_clock(limit=Limit.parse("5W"), start=at("2026-09-30 11:00"), calendar=DAYS)
    with translation.override("en"):
        assert explain(clock) == [
            "The limit is 5 working days, from Sept. 30, 2026 at 11:00.",
            "The first day is not counted: day one is Oct. 8, 2026. The limit ends at the close "
            "of business of its last day.",
            "Not counted: Oct. 1, 2026 to Oct. 7, 2026 (National Day), Oct. 11, 2026 (weekend).",
            "Worked instead of other days, so counted: Oct. 10, 2026.",
            "So it ends on Oct. 13, 2026 at 18:00.",
        ]


def test_a_resident_can_follow_calendar_days_and_hours():
    with translation.override("en"):
        month = start_clock(limit=Limit.parse("30N"), start=at("2026-11-28 20:00"), calendar=DAYS)
        assert explain(month) == [
            "The limit is 30 calendar days, from Nov. 28, 2026 at 20:00.",
            "The first day is not counted: day one is Nov. 29, 2026. Weekends and holidays "
            "count; the limit ends at the close of business of its last day.",
            "So it ends on Dec. 28, 2026 at 18:00.",
        ]
        moved = start_clock(limit=Limit.parse("1N"), start=at("2026-11-27 20:00"), calendar=DAYS)
        assert explain(moved)[2] == (
            "The last day would not be a working day, so the end moves on: "
            "Nov. 28, 2026 to Nov. 29, 2026 (weekend)."
        )
        urgent = start_clock(limit=Limit.parse("1U"), start=at("2026-11-28 20:00"), calendar=DAYS)
        assert explain(urgent) == [
            "The limit is 1 hour, from Nov. 28, 2026 at 20:00.",
            "It runs round the clock, on weekends and holidays too.",
            "So it ends on Nov. 28, 2026 at 21:00.",
        ]


def test_a_resident_can_follow_pauses_extensions_and_what_is_provisional():
    clock = start_clock(limit=Limit.parse("4H"), start=at("2026-12-31 17:00"), calendar=DAYS)
    clock = pause(clock, at("2026-12-31 17:30"), DAYS)
    with translation.override("en"):
        assert explain(clock) == [
            "The limit is 4 work hours, from Dec. 31, 2026 at 17:00.",
            "Only office hours on working days count, beginning on Dec. 31, 2026.",
            "The clock was stopped on Dec. 31, 2026 at 17:30; what was left of it was kept.",
            "The clock stands still now; it gets a new end when it goes on.",
            "This is provisional: not all the holidays of this time are announced yet. When "
            "they are, it is reckoned again.",
        ]
        clock = extend(resume(clock, at("2027-01-04 09:00"), DAYS), Limit.parse("1H"), DAYS)
        assert explain(clock)[-4:] == [
            "The clock went on on Jan. 4, 2027 at 09:00.",
            "It was extended by 1 work hour.",
            "So it ends on Jan. 4, 2027 at 15:30.",
            "This is provisional: not all the holidays of this time are announced yet. When "
            "they are, it is reckoned again.",
        ]


# --- Whatever the numbers ------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2028, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(), timedelta(days=40))
LIMITS = st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit))
CALENDARS = st.sampled_from([DAYS, LONGER_DAYS, calendar_of(ONE_STRETCH)])


@settings(deadline=None)
@given(LIMITS, MOMENTS, SPANS, CALENDARS)
def test_who_starts_later_is_never_due_earlier(limit, start, wait, calendar):
    early = start_clock(limit=limit, start=start, calendar=calendar)
    late = start_clock(limit=limit, start=start + wait, calendar=calendar)
    assert early.due <= late.due


@settings(deadline=None)
@given(LIMITS, MOMENTS, CALENDARS)
def test_the_marks_lie_in_order_and_at_their_shares(limit, start, calendar):
    clock = start_clock(limit=limit, start=start, calendar=calendar)
    assert clock.start < clock.marks[70] < clock.marks[90] < clock.marks[100] == clock.due
    for share, moment in clock.marks.items():
        used = consumed(clock, moment, calendar)
        assert used == pytest.approx(clock.total * share / 100, abs=1e-6)
    assert Clock.from_json(clock.to_json()) == clock
    assert explain(clock)


@settings(deadline=None)
@given(LIMITS, MOMENTS, SPANS, CALENDARS)
def test_a_pause_of_no_length_moves_nothing(limit, start, wait, calendar):
    clock = start_clock(limit=limit, start=start, calendar=calendar)
    same = resume(pause(clock, start + wait, calendar), start + wait, calendar)
    assert replace(same, steps=()) == clock


@settings(deadline=None)
@given(LIMITS, MOMENTS, st.lists(SPANS, max_size=6), CALENDARS)
def test_the_longer_the_pauses_the_later_the_end_and_all_can_be_reckoned_again(
    limit, start, spans, calendar
):
    clock, moment = start_clock(limit=limit, start=start, calendar=calendar), start
    for turn, span in enumerate(spans):
        moment += span
        step = (pause, resume)[turn % 2]
        after = step(clock, moment, calendar)
        assert after.due >= clock.due
        clock = after
    longer = extend(clock, limit, calendar)
    assert longer.due > clock.due
    assert longer.total >= clock.total
    assert reckon_again(longer, calendar) == longer
    assert Clock.from_json(longer.to_json()) == longer
