"""A dot shows where, how far and how late; never what was said, never whose door."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle
from tickets.dots import dot_of, dots_of
from tickets.models import EventType, Ticket
from tickets.states import State

SPOT = {"lat": 25.0212345, "lng": 110.1187654}


@pytest.fixture
def send(cast):
    def report(**given) -> Ticket:
        usual = {"key": uuid4(), "words": "有人在这里", "at": WEDNESDAY} | SPOT
        return lifecycle.report(**usual | given)

    return report


def test_a_dot_is_the_ticket_without_its_words(send, types):
    ticket = send(event_type=types.village)

    assert dot_of(ticket, WEDNESDAY) == {
        "id": ticket.pk,
        "number": ticket.number,
        "lat": 25.0212,
        "lng": 110.1188,
        "stage": "dispatched",
        "light": "green",
        "area": "990101001001001",
        "version": ticket.version,
        "type": "0102",
        "star": False,
        "turns": [
            int(moment.timestamp())
            for moment in (ticket.yellow_at, ticket.orange_at, ticket.red_at)
        ],
    }


def test_a_dispute_stands_in_the_middle_of_its_grid(send):
    ticket = send(event_type=EventType.objects.get(code="0301"))
    dot = dot_of(ticket, WEDNESDAY)

    assert (dot["lat"], dot["lng"]) == (25.025, 110.115)


def test_a_dispute_in_a_village_without_grids_stands_in_the_middle_of_the_village(send, spot):
    ticket = send(event_type=EventType.objects.get(code="0301"), lat=25.08, lng=110.01)
    dot = dot_of(ticket, WEDNESDAY)

    assert (ticket.area_code, dot["lat"], dot["lng"]) == (spot.bare_village, 25.075, 110.05)


def test_where_no_area_has_a_point_only_the_neighbourhood_is_told(send):
    ticket = send(event_type=EventType.objects.get(code="0301"))
    for area in (ticket.grid, ticket.village):
        area.lat = area.lng = None

    dot = dot_of(ticket, WEDNESDAY)

    assert (dot["lat"], dot["lng"]) == (25.02, 110.12)


def test_a_report_that_names_only_its_area_stands_in_the_middle_of_it(send, types):
    ticket = send(event_type=types.village, lat=None, lng=None, area_code="990101001001002")
    dot = dot_of(ticket, WEDNESDAY)

    assert (dot["lat"], dot["lng"]) == (25.025, 110.145)


def test_a_restricted_ticket_has_no_dot(send, types):
    ticket = send(event_type=types.restricted)

    assert dot_of(ticket, WEDNESDAY) is None
    assert dots_of(Ticket.objects.all(), WEDNESDAY) == []


def test_a_supervised_ticket_is_a_star_until_it_is_handled(send, types):
    ticket = send(event_type=types.village)
    ticket.supervision = Ticket.Supervision.KEY

    shown = dot_of(ticket, WEDNESDAY)["star"]
    ticket.state = State.RESOLVED

    assert (shown, dot_of(ticket, WEDNESDAY)["star"]) == (True, False)


def test_a_dot_that_is_done_or_paused_does_not_turn(send, types):
    ticket = send(event_type=types.village)
    ticket.paused_until = WEDNESDAY + timedelta(days=3)

    paused = dot_of(ticket, WEDNESDAY)
    ticket.paused_until, ticket.state = None, State.CLOSED
    closed = dot_of(ticket, WEDNESDAY)

    assert [(dot["light"], dot["turns"]) for dot in (paused, closed)] == [
        ("grey", None),
        ("blue", None),
    ]


def test_many_dots_are_one_query_and_the_same_dots(send, types, django_assert_num_queries):
    kinds = (types.village, types.town, types.department, EventType.objects.get(code="0301"), None)
    tickets = [send(event_type=kind) for kind in kinds]
    late = WEDNESDAY + timedelta(hours=30)

    with django_assert_num_queries(1):
        dots = dots_of(Ticket.objects.all(), late)

    assert dots == [dot_of(ticket, late) for ticket in tickets]
