"""A unit's page: its work in groups, who waits for it and for whom it waits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grids.models import Unit
from tests import land
from tests.tickets.desk import ago, text
from tests.tickets.test_listing import copies
from tickets import lifecycle
from tickets.models import Helper, Ticket
from tickets.requests_table import RequestKind


def groups(answer) -> dict[str, list[str]]:
    return {
        str(section.group): [card.ticket.number for card in section.cards]
        for section in answer.context["sections"]
    }


def do(desk, verb, ticket, name="roads", **more):
    return verb(ticket_id=ticket.pk, by=desk.user(name), at=timezone.now(), **more)


def ask(desk, ticket, kind, name="roads", **more):
    return do(desk, lifecycle.ask, ticket, name, kind=kind, words="在等材料", **more)


def test_every_ticket_stands_in_the_one_group_that_says_what_it_needs(desk):
    to_sign = desk.given_to_roads()
    in_work = desk.in_work()
    late = desk.report(at=ago(days=30))
    do(desk, lifecycle.sign, late)
    due = desk.in_work()
    Ticket.objects.filter(pk=due.pk).update(yellow_at=ago(minutes=1))
    paused = desk.in_work()
    Ticket.objects.filter(pk=paused.pk).update(paused_until=timezone.now() + timedelta(days=3))
    checked = desk.resolved()
    back = desk.resolved()
    do(desk, lifecycle.send_back, back, "district", words="还差一盏")
    helped = desk.report("路边乱堆", kind="0102")
    Helper.objects.create(ticket=helped, unit=Unit.objects.get(code="ROADS"))
    desk.answered()

    answer = desk.client("roads").get("/unit/")

    assert groups(answer) == {
        "overdue": [late.number], "to_sign": [to_sign.number], "due": [due.number],
        "sent_back": [back.number], "work": [in_work.number], "paused": [paused.number],
        "help": [helped.number], "check": [checked.number],
    }  # fmt: skip
    assert answer.context["total"] == 8
    for said in ("Roads Office", "Sent back", "left", "over"):
        assert said in text(answer)


def test_a_village_centre_sees_what_it_handles_itself(desk):
    ticket = desk.report("路边一堆垃圾", kind="0102")

    assert groups(desk.client("village").get("/unit/")) == {"to_sign": [ticket.number]}


def test_one_group_alone_shows_all_of_its_own(desk):
    ticket = desk.given_to_roads()
    copies(ticket, 30, minutes=1)
    Ticket.objects.update(red_at=timezone.now() + timedelta(days=1))
    client = desk.client("roads")

    first, alone = client.get("/unit/"), client.get("/unit/?group=to_sign")

    assert [len(numbers) for numbers in groups(first).values()] == [12]
    assert "19 more" in text(first)
    assert [len(numbers) for numbers in groups(alone).values()] == [31]


@pytest.mark.parametrize(
    "query", ["group=nonsense", "open=CK-1-1", "open=%00&do=%00", "do=accept", "group=&open=&do="]
)
def test_nonsense_in_the_address_shows_the_plain_page(desk, query):
    desk.given_to_roads()

    answer = desk.client("roads").get(f"/unit/?{query}")

    assert answer.status_code == 200
    assert answer.context["opened"] is None


def test_sign_and_start_are_one_press_and_lead_back(desk):
    ticket = desk.given_to_roads()
    client = desk.client("roads")

    for move, group in (("sign", "work"), ("start", "work")):
        answer = client.post(f"/tickets/{ticket.number}/moves/{move}/", {"back": "unit"})
        assert answer.headers["Location"] == f"/unit/#t-{ticket.number}"
        assert groups(client.get("/unit/")) == {group: [ticket.number]}


def test_the_result_is_written_on_the_spot(desk):
    ticket = desk.in_work()
    client = desk.client("roads")

    page = client.get(f"/unit/?open={ticket.number}&do=resolve")
    sent = client.post(
        page.context["opened"].way.action,
        {"back": "unit", "version": ticket.version, "words": "灯已换好", "evidence": "王某在场"},
    )

    assert "路灯不亮，请修一修" in text(page)
    assert "What was done" in text(page)
    assert sent.headers["Location"] == f"/unit/#t-{ticket.number}"
    assert groups(client.get("/unit/")) == {"check": [ticket.number]}


def test_a_mistake_is_said_beside_the_field_and_nothing_is_lost(desk):
    ticket = desk.in_work()
    client = desk.client("roads")

    answer = client.post(
        f"/tickets/{ticket.number}/moves/resolve/", {"back": "unit", "words": "灯已换好"}
    )

    page = answer.content.decode()
    assert "Add a photo, or say what shows that it is done." in page
    assert "灯已换好" in page
    assert '<input type="hidden" name="back" value="unit">' in page
    assert f'href="/unit/#t-{ticket.number}"' in page


def test_what_was_asked_says_for_whom_the_unit_waits_and_whom_its_head_lets_wait(desk):
    ticket = desk.in_work()
    ask(desk, ticket, RequestKind.EXTENSION)

    handler, head = (desk.client(name).get("/unit/") for name in ("roads", "roads_head"))

    assert [wait.unit.code for wait in handler.context["we_wait"]] == ["ROADS"]
    assert handler.context["for_us"] == []
    assert [asked.waiting.request.kind for asked in head.context["for_us"]] == ["extension"]
    assert head.context["we_wait"] == []
    assert "在等材料" in text(head)


def test_the_head_decides_on_the_page_and_the_next_who_waits_is_the_centre(desk):
    ticket = desk.in_work()
    asked = ask(desk, ticket, RequestKind.EXTENSION)
    head = desk.client("roads_head")

    answer = head.post(f"/tickets/requests/{asked.pk}/", {"back": "unit", "grant": "yes"})

    assert answer.headers["Location"] == f"/unit/#t-{ticket.number}"
    assert [wait.unit.code for wait in head.get("/unit/").context["we_wait"]] == ["DC"]
    centre = desk.client("district").get("/unit/")
    assert [one.waiting.request.pk for one in centre.context["for_us"]] == [asked.pk]


def test_an_empty_unit_is_told_what_will_come(desk):
    page = text(desk.client("roads").get("/unit/"))

    assert "Your unit has nothing in hand" in page
    assert "Nobody waits for a decision of yours." in page
    assert "Nothing stands here" in text(desk.client("roads").get("/unit/?group=due"))


def test_a_restricted_ticket_is_shown_to_its_own_unit_only(desk):
    ticket = desk.report("某干部态度恶劣", kind="0302", grid=land.WILLOW_BRIDGE)

    assert ticket.restricted
    assert ticket.number not in text(desk.client("roads").get("/unit/"))


@pytest.mark.parametrize("name", ["worker", "leader", "sysadmin"])
def test_who_works_in_no_unit_has_no_such_page(desk, name):
    answer = desk.client(name).get("/unit/")

    assert answer.status_code == 403
    assert "for those who work in a unit" in text(answer)


def test_the_page_asks_the_database_as_much_for_one_as_for_many(desk, clock_stands):
    ticket = desk.given_to_roads()
    ask(desk, ticket, RequestKind.RETURN, reason="not_ours")
    client = desk.client("roads")
    asked = []
    for count in (0, 9, 1000):
        Ticket.objects.filter(number__startswith="CK-COPY").delete()
        copies(ticket, count, minutes=1)
        client.get("/unit/")  # what is kept, and that somebody is there
        with CaptureQueriesContext(connection) as queries:
            client.get("/unit/")
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2] <= 35
