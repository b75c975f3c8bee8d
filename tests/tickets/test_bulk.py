"""Dispatching many at once: what it would do, then each by itself, and one word to screens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grids.models import Unit
from tests import land
from tests.on_air import on_air  # noqa: F401  a fixture
from tests.tickets.desk import Desk, text
from tickets import broadcast, bulk, lifecycle
from tickets.models import EventType, Ticket, TicketEvent, Undoable

JSON = {"HTTP_ACCEPT": "application/json"}


def accepted(desk: Desk, code: str = "0104", **more) -> Ticket:
    ticket = desk.unclear(**more)
    return lifecycle.accept(
        ticket_id=ticket.pk, by=desk.user("village"), at=timezone.now(),
        event_type=EventType.objects.get(code=code),
    )  # fmt: skip


def asked(desk: Desk, numbers: list[str], who: str = "district", **more) -> dict:
    data = {"number": numbers} | more
    answer = desk.client(who).post("/console/bulk/", data, **JSON)
    return answer.json() | {"status": answer.status_code}


def test_before_it_is_done_it_says_who_would_get_each_their_load_and_how_far(desk):
    desk.given_to_roads()
    roads, rubbish, unclear = accepted(desk), accepted(desk, "0102"), desk.unclear()
    before = TicketEvent.objects.count()

    said = asked(desk, [roads.number, rubbish.number, unclear.number, "CK-20990101-9999"])

    assert [
        (row["number"], row["unit"] and row["unit"]["code"], row["load"], row["refused"][:20])
        for row in said["rows"]
    ] == [
        (roads.number, "ROADS", 1, ""),
        (rubbish.number, f"VC-{land.WILLOW_BRIDGE}", 0, ""),
        (unclear.number, None, 0, "“Dispatch” is not po"),
        ("CK-20990101-9999", None, 0, "There is no such tic"),
    ]
    assert said["rows"][0]["people"] == 2
    assert all(isinstance(row["metres"], int) for row in said["rows"][:2])
    assert said["done"] is False
    assert TicketEvent.objects.count() == before


def test_done_each_goes_where_it_belongs_and_the_refused_ones_say_why(desk):
    roads, rubbish, unclear = accepted(desk), accepted(desk, "0102"), desk.unclear()

    said = asked(desk, [roads.number, rubbish.number, unclear.number], do="1")

    got = [(row["unit"] and row["unit"]["code"], bool(row["refused"])) for row in said["rows"]]
    assert got == [("ROADS", False), (f"VC-{land.WILLOW_BRIDGE}", False), (None, True)]
    assert sorted(Ticket.objects.values_list("state", flat=True)) == [
        "dispatched", "dispatched", "submitted",
    ]  # fmt: skip


def test_all_can_go_to_one_chosen_unit_with_words(desk):
    one, other = accepted(desk), accepted(desk)

    asked(desk, [one.number, other.number], unit="FIRE", words="请今天去看", do="1")

    handlers = Ticket.objects.values_list("handler__code", flat=True)
    assert list(handlers) == ["FIRE", "FIRE"]
    last = one.events.order_by("-pk")[0]
    assert last.words.words == "请今天去看"


def test_the_same_press_sent_again_changes_nothing_and_says_the_same(desk, clock_stands):
    ticket, key = accepted(desk), str(uuid4())

    first = asked(desk, [ticket.number], key=key, do="1")
    again = asked(desk, [ticket.number], key=key, do="1")

    assert first == again
    assert ticket.events.filter(move="dispatch").count() == 1


def test_a_press_that_died_half_way_is_finished_by_the_next(desk):
    one, other = accepted(desk), accepted(desk)
    key, who = uuid4(), desk.user("district")
    ids = [one.pk, other.pk]
    lifecycle.dispatch(
        ticket_id=one.pk, unit=Unit.objects.get(code="ROADS"), by=who, at=timezone.now(),
        data={"bulk": str(key)},
    )  # fmt: skip

    outcomes = lifecycle.dispatch_many(
        key=key, ticket_ids=ids, unit=None, by=who, at=timezone.now()
    )

    assert [outcome.refused for outcome in outcomes] == ["", ""]
    assert TicketEvent.objects.filter(move="dispatch").count() == 2


def test_a_key_is_not_used_for_other_tickets(desk):
    one, other, key = accepted(desk), accepted(desk), str(uuid4())
    asked(desk, [one.number], key=key, do="1")

    said = asked(desk, [other.number], key=key, do="1")

    assert said["status"] == 409
    assert "before with other tickets" in said["detail"]


@pytest.mark.parametrize(
    ("numbers", "more", "said"),
    [
        ([], {}, "Choose at least one ticket."),
        ([f"CK-{n}" for n in range(101)], {}, "At most 100 tickets at once."),
        (["CK-1"], {"unit": "NOBODY"}, "Select a valid choice."),
        (["CK-1"], {"key": "nonsense"}, "UUID"),
        (["\0"], {}, "Choose at least one ticket."),
    ],
)
def test_nonsense_is_told_so(desk, numbers, more, said):
    answer = asked(desk, numbers, **more)

    assert answer["status"] == 400
    assert said in answer["detail"]


def test_only_a_centre_dispatches(desk):
    assert desk.client("roads").post("/console/bulk/", {"number": "CK-1"}).status_code == 403


def test_tickets_beyond_ones_door_do_not_exist(desk):
    ticket = accepted(desk)

    said = asked(desk, [ticket.number], who="outsider", do="1")

    assert said["rows"][0]["refused"] == "There is no such ticket that you can see."
    ticket.refresh_from_db()
    assert ticket.state == "accepted"


def test_without_scripts_one_chooses_in_the_list_looks_and_dispatches(desk, clock_stands):
    ticket = accepted(desk)
    client = desk.client("district")
    listed = client.get("/tickets/?queue=dispatch")
    assert f'name="number" value="{ticket.number}"' in listed.content.decode()

    seen = client.post("/console/bulk/", {"number": ticket.number})
    done = client.post(
        "/console/bulk/",
        {"number": ticket.number, "key": str(seen.context["form"]["key"].value()), "do": "1"},
    )

    assert "1 ticket can be dispatched. Nothing has happened yet." in text(seen)
    assert "1 ticket is dispatched." in text(done)
    back = client.post("/console/undo/", {"number": ticket.number}, follow=True)
    assert "Taken back" in text(back)
    ticket.refresh_from_db()
    assert ticket.state == "accepted"


def test_taking_all_back_names_each_that_was_refused_and_why(desk):
    tickets = [accepted(desk) for _ in range(3)]
    numbers = [ticket.number for ticket in tickets]
    asked(desk, numbers, do="1")
    lifecycle.sign(ticket_id=tickets[0].pk, by=desk.user("roads"), at=timezone.now())
    Undoable.objects.filter(ticket=tickets[1]).update(at=timezone.now() - timedelta(seconds=11))
    # However slow this machine is.
    Undoable.objects.filter(ticket=tickets[2]).update(at=timezone.now() + timedelta(hours=1))

    answer = desk.client("district").post("/console/undo/", {"number": [*numbers, "CK-1"]})

    page = text(answer)
    assert "1 ticket is as it was before. 3 were not taken back:" in page
    for number, why in (
        (numbers[0], "Handler, Roads Office was faster: “Signed for”,"),
        (numbers[1], "It is too late to take this back"),
        ("CK-1", "There is no such ticket that you can see."),
    ):
        row = next(row for row in answer.context["refused"] if row["number"] == number)
        assert why in row["refused"]
        assert row["refused"] in page
    assert [row["number"] for row in answer.context["refused"]] == [*numbers[:2], "CK-1"]


@pytest.mark.django_db(transaction=True)
def test_the_screens_hear_of_all_of_them_once(on_air):  # noqa: F811
    desk = Desk()
    tickets = [accepted(desk) for _ in range(3)]
    on_air.heard.clear()

    asked(desk, [ticket.number for ticket in tickets], do="1")

    assert len(on_air.heard) == 1
    topics, frame = on_air.heard[0]
    assert frame == {"sequence": TicketEvent.objects.latest("pk").pk, "refetch": True}
    assert {land.DISTRICT, land.WILLOW_BRIDGE, f"unit.{Unit.objects.get(code='ROADS').pk}"} <= set(
        topics
    )
    # Afterwards each is told by itself again.
    lifecycle.sign(ticket_id=tickets[0].pk, by=desk.user("roads"), at=timezone.now())
    assert on_air.heard[1][1]["dot"]["id"] == tickets[0].pk


def test_nothing_changed_is_nothing_told(on_air, desk):  # noqa: F811
    with broadcast.at_once():
        pass

    assert on_air.heard == []


def test_what_is_asked_before_does_not_grow_with_the_tickets(desk, clock_stands):
    def questions(tickets: list[Ticket]) -> int:
        shown = list(
            Ticket.objects.filter(pk__in=[t.pk for t in tickets])
            .with_places().select_related("text", "event_type")
        )  # fmt: skip
        user = desk.user("district")
        with CaptureQueriesContext(connection) as queries:
            bulk.plan(shown, unit=None, by=user, at=timezone.now())
        return len(queries)

    tickets = [accepted(desk) for _ in range(10)]

    assert questions(tickets[:1]) == questions(tickets)
