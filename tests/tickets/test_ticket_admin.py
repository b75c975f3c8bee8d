"""Tickets, event types and limits in the admin."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.models import Area, Unit
from people.models import AuditEntry, Post, User
from people.roles import Role
from tests import land
from tests.tickets.desk import text
from tests.tickets.test_listing import copies
from tickets.models import EventCategory, EventType, Limits, Ticket

TICKETS = "/admin/tickets/ticket/"
TYPES = "/admin/tickets/eventtype/"
LIMITS = "/admin/tickets/limits/"


@pytest.fixture
def administrators(desk) -> dict[str, object]:
    """A client for each of the three, none of whom has a ticket post."""
    clients = {"sysadmin": desk.client("sysadmin")}
    for name, role in (("secadmin", Role.SECURITY_ADMIN), ("auditor", Role.AUDITOR)):
        user = User.objects.create_user(name, language="en", is_staff=True)
        Post.objects.create(user=user, role=role, area=Area.objects.get(code=land.DISTRICT))
        clients[name] = desk.client(name)
    return clients


def also_on_duty(where: str) -> None:
    """The system administrator has a post in a centre as well."""
    Post.objects.create(
        user=User.objects.get(username="sysadmin"), role=Role.DUTY_OFFICER,
        unit=Unit.objects.get(code=where),
    )  # fmt: skip


def typed(**changes) -> dict[str, str]:
    """What the form of an event type holds when somebody changes it."""
    kind = EventType.objects.get(code="0104")
    return {
        "code": kind.code, "category": str(kind.category_id), "name": kind.name,
        "name_en": kind.name_en, "first_level": kind.first_level, "urgency": kind.urgency,
        "sign_limit": kind.sign_limit, "resolve_limit": kind.resolve_limit, "lead": kind.lead,
        "support": ";".join(kind.support), "words": kind.words, "standard_codes": "", "note": "",
        "in_use": "on",
    } | changes  # fmt: skip


def test_no_administrator_sees_a_ticket_without_a_post_for_it(desk, administrators):
    ticket = desk.given_to_roads()

    for client in administrators.values():
        listed = client.get(TICKETS)
        assert listed.status_code == 200
        assert ticket.number not in text(listed)
        assert client.get(f"{TICKETS}?q={ticket.number}").context["cl"].result_count == 0
        assert client.get(f"{TICKETS}{ticket.pk}/change/").status_code in (302, 403)
        assert client.get(f"{TICKETS}{ticket.pk}/history/").status_code in (302, 403)


def test_with_a_post_the_same_door_opens_and_restricted_ones_stay_closed(desk, administrators):
    also_on_duty(f"VC-{land.WILLOW_BRIDGE}")
    ticket, foreign = desk.given_to_roads(), desk.unclear(grid=land.MILL)
    restricted = desk.report("某干部态度恶劣", kind="0302")
    client = desk.client("sysadmin")

    listed = text(client.get(TICKETS))

    assert ticket.number in listed
    assert foreign.number not in listed
    assert restricted.number not in listed
    assert client.get(f"{TICKETS}{ticket.pk}/change/").status_code == 200
    assert client.get(f"{TICKETS}{foreign.pk}/change/").status_code in (302, 403)
    assert client.get(f"{TICKETS}{restricted.pk}/change/").status_code in (302, 403)


def test_a_ticket_shows_its_history_steps_and_requests_and_nothing_to_change(desk):
    also_on_duty("DC")
    ticket = desk.signed()
    from django.utils import timezone

    from tickets import lifecycle

    lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=desk.user("roads"), at=timezone.now(),
        reason="not_ours", words="不归我们管",
    )  # fmt: skip
    client = desk.client("sysadmin")

    page = client.get(f"{TICKETS}{ticket.pk}/change/")

    for said in ("Requested", "不归我们管", "Reminder at 70 %", "Return", "路灯不亮，请修一修",
                 "Because “Street-light failure” is the duty of Roads Office"):  # fmt: skip
        assert said in text(page)
    html = page.content.decode()
    assert "_save" not in html
    assert "deletelink" not in html
    assert f'href="/tickets/{ticket.number}/"' in html


def test_nobody_writes_tickets_here(desk):
    also_on_duty("DC")
    ticket = desk.given_to_roads()
    client = desk.client("sysadmin")

    answers = [
        client.get(f"{TICKETS}add/"),
        client.post(f"{TICKETS}add/", {}),
        client.post(f"{TICKETS}{ticket.pk}/change/", {"state": "closed"}),
        client.post(f"{TICKETS}{ticket.pk}/delete/", {"post": "yes"}),
    ]
    client.post(TICKETS, {"action": "delete_selected", "_selected_action": [ticket.pk]})

    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]
    assert Ticket.objects.get().state == "dispatched"


@pytest.mark.parametrize("name", ["district", "roads", "leader"])
def test_whoever_is_no_administrator_finds_tickets_on_the_desk_only(desk, name):
    assert desk.client(name).get(TICKETS).status_code in (302, 403)


def test_tickets_are_searched_and_filtered_with_few_questions(desk, clock_stands):
    also_on_duty("DC")
    copies(desk.unclear(), 40, minutes=1)
    client = desk.client("sysadmin")

    def asked(query: str) -> int:
        client.get(TICKETS + query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(TICKETS + query).status_code == 200
        return len(queries)

    assert client.get(f"{TICKETS}?q=复制").context["cl"].result_count == 40
    assert client.get(f"{TICKETS}?state__exact=closed").context["cl"].result_count == 0
    many = asked("")
    Ticket.objects.filter(number__gte="CK-COPY-00005", number__startswith="CK-COPY").delete()
    assert asked("") == many <= 20


def test_a_types_new_limit_is_kept_and_recorded(desk):
    kind = EventType.objects.get(code="0104")

    answer = desk.client("sysadmin").post(
        f"{TYPES}{kind.pk}/change/", typed(resolve_limit=" 3W ", support="FIRE;WATER;FIRE")
    )

    assert answer.status_code == 302, text(answer)
    kind.refresh_from_db()
    assert (kind.resolve_limit, kind.support) == ("3W", ["FIRE", "WATER"])
    entry = AuditEntry.objects.get(subject=f"eventtype:{kind.pk}")
    assert (entry.action, entry.actor.username, entry.data) == (
        "eventtype_changed", "sysadmin", {"fields": ["resolve_limit", "support"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"resolve_limit": "5 days"}, "is not a time limit"),
        ({"resolve_limit": "0W"}, "is not a time limit"),
        ({"sign_limit": ""}, "This field is required."),
        ({"sign_limit": "99999W"}, "is not a time limit"),
        ({"sign_limit": "4H\0"}, "Null characters are not allowed."),
        ({"urgency": "P1", "resolve_limit": "3N"}, "no limit in calendar days"),
        ({"lead": "NOBODY"}, "No centre and no department has this code: NOBODY."),
        ({"support": "FIRE;NOBODY;X"}, "has this code: NOBODY, X."),
        ({"code": "0101"}, "already exists"),
    ],
)
def test_a_type_that_makes_no_sense_is_refused_in_words(desk, change, said):
    kind = EventType.objects.get(code="0104")

    answer = desk.client("sysadmin").post(f"{TYPES}{kind.pk}/change/", typed(**change))

    assert answer.status_code == 200
    assert said in text(answer)
    assert EventType.objects.get(pk=kind.pk).resolve_limit == kind.resolve_limit


def test_types_are_found_and_categories_offered_as_one_types(desk):
    client = desk.client("sysadmin")

    found = client.get(f"{TYPES}?q=路灯").context["cl"].result_list
    offered = client.get(
        "/admin/autocomplete/?term=Saf&app_label=tickets&model_name=eventtype&field_name=category"
    ).json()

    assert [kind.code for kind in found] == ["0104"]
    safety = EventCategory.objects.get(code="02")
    assert offered["results"] == [{"id": str(safety.pk), "text": str(safety)}]


def test_types_and_categories_are_never_deleted(desk):
    kind = EventType.objects.get(code="0104")
    client = desk.client("sysadmin")

    assert client.post(f"{TYPES}{kind.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (
        client.post(
            f"/admin/tickets/eventcategory/{kind.category_id}/delete/", {"post": "yes"}
        ).status_code
        == 403
    )


def limits_typed(**changes) -> dict[str, str]:
    page = admin.site._registry[Limits]
    form = page.form(instance=Limits.current())
    return {name: str(form[name].value()) for name in form.fields} | changes


def test_the_limits_that_hang_on_no_type_are_one_form(desk):
    client = desk.client("sysadmin")
    row, _ = Limits.objects.get_or_create(pk=1)

    shown = client.get(f"{LIMITS}{row.pk}/change/")
    sent = client.post(
        f"{LIMITS}{row.pk}/change/", limits_typed(accept_P1="5min", return_at_most="3")
    )

    assert "to accept: P1 critical" in text(shown)
    assert sent.status_code == 302, text(sent)
    after = Limits.current()
    assert (after.accept["P1"], after.accept["P2"]) == ("5min", "30min")
    assert after.requests["return"] == {"decide": "4H", "at_most": 3}
    assert after.decide == row.decide


@pytest.mark.parametrize(
    ("change", "said"),
    [({"accept_P1": "soon"}, "is not a time limit"), ({"return_at_most": "-1"}, "greater than")],
)
def test_limits_that_make_no_sense_are_refused_in_words(desk, change, said):
    row, _ = Limits.objects.get_or_create(pk=1)

    answer = desk.client("sysadmin").post(f"{LIMITS}{row.pk}/change/", limits_typed(**change))

    assert answer.status_code == 200
    assert said in text(answer)
    assert Limits.current().accept == row.accept


def test_there_is_one_row_of_limits(desk):
    Limits.objects.get_or_create(pk=1)

    assert desk.client("sysadmin").get(f"{LIMITS}add/").status_code == 403
