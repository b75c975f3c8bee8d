"""A light says how much of its time a ticket has used; Python and SQL say the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle
from tickets.light import Light, light_of, light_sql
from tickets.models import Ticket
from tickets.states import AT_WORK, State

HOUR = timedelta(hours=1)
NOW = WEDNESDAY


@dataclass
class Times:
    state: str = State.HANDLING
    paused_until: datetime | None = None
    yellow_at: datetime | None = NOW + 7 * HOUR
    orange_at: datetime | None = NOW + 9 * HOUR
    red_at: datetime | None = NOW + 10 * HOUR


@pytest.mark.parametrize(
    ("after", "light"),
    [
        (timedelta(0), Light.GREEN),
        (7 * HOUR - timedelta(seconds=1), Light.GREEN),
        (7 * HOUR, Light.YELLOW),
        (9 * HOUR - timedelta(seconds=1), Light.YELLOW),
        (9 * HOUR, Light.ORANGE),
        (10 * HOUR, Light.RED),
        (400 * HOUR, Light.RED),
    ],
)
def test_a_light_turns_at_70_90_and_100_percent(after, light):
    assert light_of(Times(), NOW + after) == light


@pytest.mark.parametrize("state", sorted(set(State) - AT_WORK))
def test_what_is_handled_is_blue_however_late_it_was(state):
    assert light_of(Times(state=state), NOW + 400 * HOUR) == Light.BLUE


@pytest.mark.parametrize("until", [NOW - HOUR, NOW + HOUR])
def test_what_is_paused_is_grey_until_it_is_resumed(until):
    assert light_of(Times(paused_until=until), NOW + 400 * HOUR) == Light.GREY


def test_a_ticket_without_a_limit_is_green():
    assert light_of(Times(yellow_at=None, orange_at=None, red_at=None), NOW) == Light.GREEN


def test_the_database_sees_the_same_light(cast, spot, types):
    ticket = lifecycle.report(
        key=uuid4(), words="路口的东西坏了", lat=spot.lat, lng=spot.lng, at=NOW,
        event_type=types.village,
    )  # fmt: skip
    found, expected = set(), set()
    moments = (None, NOW - HOUR, NOW, NOW + HOUR)
    for state, paused, (yellow, orange, red) in product(
        (State.HANDLING, State.SUBMITTED, State.RESOLVED, State.CLOSED),
        (None, NOW + HOUR),
        product(moments, repeat=3),
    ):
        Ticket.objects.filter(pk=ticket.pk).update(
            state=state, paused_until=paused, yellow_at=yellow, orange_at=orange, red_at=red
        )
        ticket.refresh_from_db()
        case = (state, paused, yellow, orange, red)
        expected.add((case, str(light_of(ticket, NOW))))
        found.add((case, Ticket.objects.annotate(light=light_sql(NOW)).get().light))

    assert found == expected
