"""The calendar from the tables: what it says, and that every change is noticed at once."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import translation

from grids.models import District
from tickets import calendar
from tickets.deadlines import BadSessions, DayName, Limit, start_clock
from tickets.models import CalendarDay, CalendarVersion, CalendarYear

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = date(2027, 1, 1)


def holiday(
    day: date = NEW_YEAR, name: str = "元旦", name_en: str = "New Year's Day"
) -> CalendarDay:
    return CalendarDay(date=day, kind="holiday", name=name, name_en=name_en)


def test_before_any_pack_weekends_are_off_hours_are_usual_and_every_year_is_provisional():
    days = calendar.current()
    assert days.sessions == ((time(9), time(12)), (time(14), time(18)))
    assert days.tz == SHANGHAI
    assert [days.is_workday(date(2027, 1, n)) for n in range(1, 8)] == [
        True, False, False, True, True, True, True,
    ]  # fmt: skip
    assert not days.is_announced(2026)
    assert days.name_of(NEW_YEAR) == DayName()


def test_the_tables_say_which_days_are_worked_and_the_district_its_hours():
    District.objects.create(work_sessions=[["08:30", "12:00"], ["14:00", "17:30"]])
    holiday().save()
    CalendarDay.objects.create(date=date(2027, 1, 2), kind="makeup")
    CalendarYear.objects.create(year=2026, announced=True)
    CalendarYear.objects.create(year=2027, announced=False)
    days = calendar.current()
    assert days.sessions == ((time(8, 30), time(12)), (time(14), time(17, 30)))
    assert [days.is_workday(date(2027, 1, n)) for n in range(1, 5)] == [False, True, False, True]
    assert days.name_of(NEW_YEAR) == DayName("元旦", "New Year's Day")
    assert [days.is_announced(year) for year in (2025, 2026, 2027)] == [False, True, False]


def test_fixed_holidays_count_in_a_year_that_is_not_announced_and_stay_provisional():
    holiday().save()
    clock = start_clock(
        limit=Limit.parse("1W"),
        start=datetime(2026, 12, 31, 10, tzinfo=SHANGHAI),
        calendar=calendar.current(),
    )
    assert clock.due == datetime(2027, 1, 4, 18, tzinfo=SHANGHAI)
    assert clock.provisional


def _by_create():
    holiday(date(2027, 2, 5)).save()


def _by_bulk():
    CalendarDay.objects.bulk_create([holiday(date(2027, 2, 5))])


def _by_bulk_that_ignores_conflicts():
    CalendarDay.objects.bulk_create([holiday(), holiday(date(2027, 2, 5))], ignore_conflicts=True)


def _by_update():
    CalendarDay.objects.update(name="新年")


def _by_delete():
    CalendarDay.objects.all().delete()


def _by_hand():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_calendarday SET kind = 'makeup'")


def _by_a_year():
    CalendarYear.objects.create(year=2027, announced=True)


def _by_announcing():
    CalendarYear.objects.update(announced=True)


@pytest.mark.parametrize(
    "change",
    [
        _by_create, _by_bulk, _by_bulk_that_ignores_conflicts, _by_update, _by_delete, _by_hand,
        _by_a_year, _by_announcing,
    ],
)  # fmt: skip
def test_a_change_by_anybody_in_any_way_is_noticed_at_once(change):
    holiday().save()
    CalendarYear.objects.create(year=2026, announced=False)
    before = calendar.current()
    assert calendar.current() is before
    change()
    after = calendar.current()
    assert after is not before
    assert CalendarVersion.objects.count() == 1


def test_other_office_hours_are_noticed_at_once():
    District.objects.create(work_sessions=[["09:00", "17:00"]])
    assert calendar.current().sessions == ((time(9), time(17)),)
    District.objects.update(work_sessions=[["08:00", "16:00"]])
    assert calendar.current().sessions == ((time(8), time(16)),)


def test_asking_for_the_calendar_is_one_small_query(django_assert_num_queries):
    District.objects.create()
    holiday().save()
    calendar.current()
    with django_assert_num_queries(1):
        calendar.current()


@pytest.mark.parametrize(
    "written",
    [[["9 o'clock", "12:00"]], [["09:00"]], ["09:00"], [[9, 12]], [], [["18:00", "09:00"]]],
)
def test_office_hours_that_cannot_be_are_refused_with_a_sentence(written):
    District.objects.create(work_sessions=written)
    with translation.override("en"), pytest.raises(BadSessions, match=r"^Office hours .*\.$"):
        calendar.current()
