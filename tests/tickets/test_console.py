"""The console's page and its parts: what they hold, who was faster, and few questions asked."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import land
from tests.tickets.desk import text
from tests.tickets.test_listing import copies
from tickets import lifecycle
from tickets.forms.moves import FORMS
from tickets.models import Ticket
from tickets.requests_table import RequestKind
from tickets.views import console_keys


def parts_of(answer) -> list[str]:
    """Return the ids of the parts that an answer holds."""
    return re.findall(r'id="(pane-\w+)"', answer.content.decode())


def inline(ticket: Ticket, move: str) -> str:
    return f"/console/tickets/{ticket.number}/moves/{move}/"


def test_the_console_opens_at_the_first_ticket_of_the_first_queue_that_waits(desk):
    ticket = desk.unclear("桥头有点不对劲")

    answer = desk.client("village").get("/console/")

    assert answer.context["open"] == ticket
    assert parts_of(answer) == [
        "pane-queues", "pane-list", "pane-ticket", "pane-do", "pane-context", "pane-said",
    ]  # fmt: skip
    page = text(answer)
    for said in ("桥头有点不对劲", "Willow Bridge Community", "Accept", "Finish, next one"):
        assert said in page


def test_the_parts_asked_for_come_alone_and_are_those_of_the_page(desk, clock_stands):
    ticket = desk.unclear()
    client = desk.client("village")

    whole = client.get(f"/console/tickets/{ticket.number}/?queue=accept").content.decode()
    some = client.get(f"/console/tickets/{ticket.number}/?queue=accept&parts=list,context,nonsense")

    assert some["X-Parts"] == "list,context"
    assert parts_of(some) == ["pane-list", "pane-context"]
    row = some.content.decode().partition('<li class="pane-row"')[2].partition("</li>")[0]
    assert row in whole


def test_a_ticket_out_of_sight_is_not_opened(desk):
    foreign = desk.report(grid=land.MILL, kind="0102")

    assert desk.client("village").get(f"/console/tickets/{foreign.number}/").status_code == 404


def test_the_map_shows_the_tickets_of_the_queue_at_their_places(desk):
    ticket = desk.unclear(lat=25.02, lng=110.11)

    page = desk.client("village").get("/console/?look=map").content.decode()

    assert f'id="dot-{ticket.number}"' in page
    assert page.count('class="map-area"') >= 3


def test_before_dispatching_one_sees_who_would_get_it(desk):
    ticket = desk.unclear()
    lifecycle.accept(
        ticket_id=ticket.pk, by=desk.user("village"), at=timezone.now(),
        event_type=desk.report().event_type,
    )  # fmt: skip

    answer = desk.client("district").get(f"/console/tickets/{ticket.number}/")

    lead = answer.context["proposed"]["lead"]
    assert (lead.unit.code, lead.in_hand, lead.people) == ("ROADS", 1, 2)
    assert lead.unit.shown_name in text(answer)


def test_a_move_is_made_in_the_pane_and_the_next_ticket_is_opened(desk):
    first, second = desk.unclear("第一件"), desk.unclear("第二件")
    client = desk.client("village")
    form = client.get(inline(first, "accept"))

    answer = client.post(inline(first, "accept") + "?queue=accept", {
        "event_type": desk.report(kind="0102").event_type_id, "words": "",
        "version": form.context["ticket"].version, "next": second.number,
    })  # fmt: skip

    first.refresh_from_db()
    assert first.state == "accepted"
    assert parts_of(form) == ["pane-do"]
    assert answer.context["open"] == second
    assert answer.context["said"] == f"{first.number}: Accepted."
    assert "第一件" not in text(answer)


@pytest.mark.parametrize("following", ["", "nonsense", "\0", "CK-20990101-9999"])
def test_without_a_next_ticket_the_same_one_stays_open(desk, following):
    ticket = desk.unclear()

    answer = desk.client("village").post(
        inline(ticket, "comment"), {"words": "看过了", "next": following}
    )

    assert answer.context["open"] == ticket


def test_what_is_wrong_stands_in_the_form_with_what_was_typed(desk):
    ticket = desk.unclear()

    answer = desk.client("village").post(
        inline(ticket, "accept"), {"event_type": "", "words": "看过了"}
    )

    assert parts_of(answer) == ["pane-ticket", "pane-do", "pane-context"]
    assert "看过了" in text(answer)
    assert "is missing." in text(answer)


def test_who_was_faster_is_named_and_the_words_are_kept(desk):
    ticket = desk.unclear()
    slow, kind = desk.client("village"), desk.report(kind="0102").event_type
    seen = slow.get(inline(ticket, "accept")).context["ticket"].version
    lifecycle.accept(ticket_id=ticket.pk, by=desk.user("town"), at=timezone.now(), event_type=kind)

    answer = slow.post(inline(ticket, "accept"), {
        "event_type": kind.pk, "words": "写了很久的备注", "version": seen,
    })  # fmt: skip

    page = text(answer)
    assert answer.status_code == 200
    assert "was faster: “Accepted”" in page
    assert "写了很久的备注" in page
    assert "Accepted, to be dispatched" in page


def test_a_request_is_asked_and_decided_in_the_pane(desk):
    ticket = desk.report(kind="0102")
    mine = desk.client("village")

    asked = mine.post(
        f"/console/tickets/{ticket.number}/ask/return/", {"reason": "leads", "words": "应由部门办"}
    )
    request = ticket.requests.get()
    shown = desk.client("town").get(f"/console/requests/{request.pk}/")
    denied = desk.client("town").post(
        f"/console/requests/{request.pk}/", {"grant": "no", "words": "仍由你们办理"}
    )

    assert "Your request waits for a decision." in text(asked)
    assert "应由部门办" in text(shown)
    assert "Your decision is recorded." in text(denied)
    request.refresh_from_db()
    assert request.state == "denied"


def test_every_move_of_staff_and_every_request_has_a_key_and_none_is_in_doubt():
    around = {"J", "K", "E", "G", "L"}

    assert set(console_keys.MOVES) == set(FORMS)
    assert set(console_keys.ASKS) == set(RequestKind) - {RequestKind.REOPENING}
    assert not around & {*console_keys.MOVES.values(), *console_keys.ASKS.values(), "Y"}
    assert len(set(console_keys.QUEUES.values())) == len(console_keys.QUEUES)


@pytest.mark.parametrize("look", ["list", "map"])
def test_a_console_of_one_ten_or_a_thousand_asks_the_database_equally_often(
    desk, look, clock_stands
):
    ticket = desk.unclear()
    client = desk.client("village")
    address = f"/console/tickets/{ticket.number}/?queue=accept&look={look}"

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one = asked()
    copies(ticket, 9, minutes=1)
    ten = asked()
    Ticket.objects.filter(number__startswith="CK-COPY").delete()
    copies(ticket, 999, minutes=1)
    thousand = asked()

    assert one == ten == thousand
    assert one <= 60
