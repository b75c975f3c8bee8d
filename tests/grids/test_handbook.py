"""What reports are judged by is kept until it changes, whoever changes it."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import F

from grids import handbook
from grids.locate import locate
from grids.models import Area, District, HandbookVersion, Unit
from grids.organisation import Around
from tickets.models import CalendarDay, CalendarYear, EventCategory, EventType, Limits

pytestmark = pytest.mark.django_db

# Each with a column to write.
WATCHED = {
    Area: "name", Unit: "name", District: "name", EventCategory: "name", EventType: "note",
    Limits: "rating", CalendarDay: "name", CalendarYear: "announced",
}  # fmt: skip


@pytest.fixture
def rows(types, units):
    """At least one row in each of the tables."""
    District.objects.get_or_create(pk=1)
    Limits.objects.get_or_create(pk=1)
    CalendarYear.objects.get_or_create(year=2031, defaults={"announced": True})
    CalendarDay.objects.create(date=date(2031, 1, 1), kind="holiday", name="元旦")


def test_a_change_of_any_table_by_anybody_opens_a_new_handbook(rows):
    for model, column in WATCHED.items():
        before = handbook.current()
        assert handbook.current() is before
        model.objects.update(**{column: F(column)})
        assert handbook.current() is not before, model
    before = handbook.current()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_calendarday")
    assert handbook.current() is not before
    assert HandbookVersion.objects.count() == 1


def test_what_was_read_is_not_read_again(rows, spot, django_assert_num_queries):
    place = locate(lat=spot.lat, lng=spot.lng, book=handbook.current())
    Around(place.village.code, book=handbook.current())

    with django_assert_num_queries(1):
        book = handbook.current()
        assert locate(lat=spot.lat, lng=spot.lng, book=book) == place
        Around(place.village.code, book=book)


def test_a_place_and_its_units_are_the_same_with_the_handbook_and_without(rows, spot):
    book = handbook.current()
    assert locate(lat=spot.lat, lng=spot.lng, book=book) == locate(lat=spot.lat, lng=spot.lng)
    for code in (spot.village, spot.village[:9]):
        trades = set(Unit.objects.values_list("trade", flat=True))
        assert Around(code, *trades, book=book).units == Around(code, *trades).units
        assert Around(code, book=book).units == Around(code).units


def test_without_a_note_of_changes_nothing_is_kept(rows):
    HandbookVersion.objects.all().delete()

    assert handbook.current() is not handbook.current()
