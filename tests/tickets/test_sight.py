"""Who may act on a ticket sees it; a restricted one opens to the very centre that decides it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from people.models import Post, User
from people.roles import Role
from people.scope import posts_of
from tests.cast import GRID
from tickets import lifecycle
from tickets.access import hats_over
from tickets.models import EventType, Ticket
from tickets.querysets import Sight, sight_of, sight_through
from tickets.states import Hat

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(cast, units, types) -> list[Ticket]:
    """One of each kind of way, as reported, as given on, and as it climbed."""
    at = timezone.now() - timedelta(days=20)
    made = [
        lifecycle.report(key=uuid4(), words="一件事", at=at, area_code=GRID, event_type=kind)
        for kind in EventType.objects.all()
    ]
    given = next(t for t in made if t.event_type_id == types.village.pk)
    lifecycle.dispatch(ticket_id=given.pk, unit=units.department, by=cast.district, at=at)
    # Unsigned for three weeks: whatever climbs has climbed.
    while lifecycle.sweep(at=timezone.now()).done:
        continue
    return list(Ticket.objects.with_places().prefetch_related("helpers"))


@pytest.fixture
def everybody(cast, units) -> list[User]:
    """Everybody of the cast, and the leader of a centre."""
    leader = User.objects.create_user("village_leader")
    Post.objects.create(user=leader, role=Role.LEADER, unit=units.village)
    return [*vars(cast).values(), leader]


def test_whoever_may_act_on_a_ticket_sees_it(everybody, tickets):
    blind = [
        (user.username, ticket.number, hats)
        for user in everybody
        for ticket in tickets
        if (hats := hats_over(user, ticket))
        and not Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
    ]

    assert blind == []
    assert any(ticket.climbs for ticket in tickets)


def test_a_restricted_ticket_is_seen_by_its_centre_and_its_hands_alone(everybody, tickets):
    restricted = [ticket for ticket in tickets if ticket.restricted]
    assert restricted
    for ticket in restricted:
        hands = {ticket.handler_id, *(unit.pk for unit in ticket.helpers.all())}
        for user in everybody:
            here = {
                held.unit_id
                for held in posts_of(user)
                if held.role not in {Role.LEADER} and held.unit_id
            }
            sees = Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
            assert sees == bool(here & (hands | {ticket.centre_id})), (user.username, ticket)


def test_the_centre_that_decides_lies_over_the_place(tickets):
    """Therefore no door of its own is needed for what it decides: its area shows it."""
    assert [t for t in tickets if not t.area_code.startswith(t.centre.area.code)] == []


def test_the_hat_of_a_centre_above_is_worn_over_what_is_open_only(cast, tickets):
    for ticket in tickets:
        above = Hat.CENTRE in hats_over(cast.district, ticket)
        assert above == (not ticket.restricted or ticket.centre.area.code == "990101")


def test_all_of_somebody_s_posts_together_are_what_they_see(everybody):
    for user in everybody:
        each = [sight_through(held) for held in posts_of(user)]
        together = Sight(
            areas=tuple(sorted({code for sight in each for code in sight.areas})),
            units=frozenset().union(*(sight.units for sight in each)),
            centres=frozenset().union(*(sight.centres for sight in each)),
        )
        assert together == sight_of(user)
