"""Clocks that are paused, resumed and extended; and what holds whatever the numbers."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.district_days import (
    DAYS,
    LONGER_DAYS,
    ONE_STRETCH,
    SHANGHAI,
    at,
    calendar_of,
    shown,
)
from tickets.deadlines import (
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
