"""The arithmetic of a deadline, told so that a resident can follow it."""

from django.utils import translation

from tests.tickets.district_days import DAYS, at
from tickets.deadlines import Limit, explain, extend, pause, resume, start_clock


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
