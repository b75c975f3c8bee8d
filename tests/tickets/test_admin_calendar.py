"""The system administrator keeps the calendar in the admin, and running deadlines follow it."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cast import Cast, Spot, Types
from tickets import lifecycle
from tickets.models import CalendarDay, CalendarYear, Ticket, TicketEvent

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS, YEARS = "/admin/tickets/calendarday/", "/admin/tickets/calendaryear/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    cast.sysadmin.language = "en"
    cast.sysadmin.save()
    client = Client()
    client.force_login(cast.sysadmin)
    return client


@pytest.fixture
def over_new_year(types: Types, spot: Spot) -> Ticket:
    """A report of the last working day of 2026, to be resolved within five working days."""
    types.village.resolve_limit = "5W"
    types.village.save()
    return lifecycle.report(
        key=uuid4(), words="rubbish", event_type=types.village, lat=spot.lat, lng=spot.lng,
        at=datetime(2026, 12, 31, 10, tzinfo=SHANGHAI),
    )  # fmt: skip


def local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%F %H:%M}"


def day_form(day: date, **values) -> dict:
    return {"date": day.isoformat(), "kind": "holiday", "name": "", "name_en": "", "source": ""} | (
        values
    )


def test_announcing_a_year_moves_the_deadlines_that_waited_for_it(admin, over_new_year):
    # 1 January is known to be off; the rest of the week seemed to be worked.
    assert (local(over_new_year.resolve_by), over_new_year.provisional) == (
        "2027-01-08 17:00", True,
    )  # fmt: skip

    assert admin.post(f"{DAYS}add/", day_form(date(2027, 1, 4))).status_code == 302
    over_new_year.refresh_from_db()
    assert local(over_new_year.resolve_by) == "2027-01-08 17:00"

    year = CalendarYear.objects.get(year=2027)
    form = {"year": 2027, "announced": "on", "source": "State Council"}
    page = admin.post(f"{YEARS}{year.pk}/change/", form, follow=True)
    assert "The deadline of 1 running ticket has moved." in page.text
    over_new_year.refresh_from_db()
    assert (local(over_new_year.resolve_by), over_new_year.provisional) == (
        "2027-01-11 17:00", False,
    )  # fmt: skip
    event = over_new_year.events.get(kind=TicketEvent.Kind.RECLOCKED)
    assert event.data == {
        "before": "2027-01-08T09:00:00+00:00", "after": "2027-01-11T09:00:00+00:00",
    }  # fmt: skip


def test_a_year_that_is_saved_again_moves_nothing(admin, over_new_year):
    year = CalendarYear.objects.get(year=2027)
    page = admin.post(f"{YEARS}{year.pk}/change/", {"year": 2027, "source": "not yet"}, follow=True)
    assert "running ticket" not in page.text
    assert not over_new_year.events.filter(kind=TicketEvent.Kind.RECLOCKED).exists()


def test_days_are_added_changed_and_deleted(admin):
    day = date(2026, 11, 30)
    assert admin.post(f"{DAYS}add/", day_form(day)).status_code == 302
    row = CalendarDay.objects.get(date=day)
    change = day_form(date(2026, 12, 1), name_en="Founding day")
    assert admin.post(f"{DAYS}{row.pk}/change/", change).status_code == 302
    row.refresh_from_db()
    assert (row.date, row.name_en) == (date(2026, 12, 1), "Founding day")
    assert admin.post(f"{DAYS}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    other = CalendarDay.objects.create(date=day, kind="holiday")
    chosen = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    assert admin.post(DAYS, chosen).status_code == 302
    assert not CalendarDay.objects.filter(date__gte=day, date__lt=date(2027, 1, 1)).exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (day_form(date(2026, 10, 1)), "Calendar day with this Date already exists."),
        (day_form(date(2026, 11, 30), kind="party"), "not one of the available choices"),
        ({}, "This field is required."),
        ({"date": "soon", "kind": "holiday"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_a_day_is_refused_with_the_reason(admin, form, words):
    page = admin.post(f"{DAYS}add/", form)
    assert page.status_code == 200
    assert words in page.text


@pytest.mark.parametrize("address", [DAYS, YEARS, f"{DAYS}add/", f"{YEARS}add/"])
def test_only_the_system_administrator_changes_the_calendar(cast, address):
    opened = {}
    for who in (cast.sysadmin, cast.secadmin, cast.auditor, cast.supervisor):
        client = Client()
        client.force_login(who)
        opened[who.username] = client.get(address).status_code
    looks = 200 if address in (DAYS, YEARS) else 403
    assert opened == {"sysadmin": 200, "secadmin": looks, "auditor": 403, "supervisor": 302}


@pytest.mark.parametrize(
    "query", ["?q=National", "?kind__exact=makeup", "?date__year=2026", "?name=国庆节"]
)
def test_days_are_found(admin, query):
    page = admin.get(DAYS + query)
    assert page.status_code == 200
    assert "2026" in page.text


def test_the_list_of_days_takes_as_many_queries_for_one_as_for_many(
    admin, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        admin.get(DAYS)
    CalendarDay.objects.bulk_create(
        CalendarDay(date=date(2030, 1, n), kind="holiday") for n in range(1, 32)
    )
    with django_assert_max_num_queries(15):
        admin.get(DAYS)


def test_an_address_with_nonsense_in_it_is_no_fault_of_ours(admin):
    assert admin.get(f"{DAYS}add/?date=soon").status_code == 200
    assert admin.post(f"{DAYS}add/?date=soon", day_form(date(2026, 11, 30))).status_code == 302
