"""Calendars for tests: the real days of 2004 to 2026, afterwards weekends only, not announced.

And the words in which the tests of deadlines speak of moments.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar

from tickets.deadlines import Calendar, DayName, Limit, Sessions, start_clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
SEVEN_HOURS: Sessions = ((time(9), time(12)), (time(14), time(18)))
EIGHT_HOURS: Sessions = ((time(8), time(12)), (time(14), time(18)))
ONE_STRETCH: Sessions = ((time(8, 30), time(17, 15)),)
FIRST_ANNOUNCED, LAST_ANNOUNCED = 2004, 2026


@cache
def is_workday(day: date) -> bool:
    if not FIRST_ANNOUNCED <= day.year <= LAST_ANNOUNCED:
        return day.weekday() < 5
    return chinese_calendar.is_workday(day)


@cache
def name_of(day: date) -> DayName:
    if not FIRST_ANNOUNCED <= day.year <= LAST_ANNOUNCED:
        return DayName()
    name = chinese_calendar.get_holiday_detail(day)[1]
    return DayName(chinese_calendar.Holiday(name).chinese, name) if name else DayName()


def calendar_of(sessions: Sessions) -> Calendar:
    return Calendar(
        sessions=sessions,
        is_workday=is_workday,
        is_announced=lambda year: FIRST_ANNOUNCED <= year <= LAST_ANNOUNCED,
        name_of=name_of,
        tz=SHANGHAI,
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
