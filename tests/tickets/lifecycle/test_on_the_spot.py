"""A grid worker found it and put it right there and then."""

from uuid import UUID, uuid4

import pytest
from django.utils.translation import override

from grids.locate import NotLocated
from notices.models import Notice
from people.models import Post
from people.roles import Role
from tests import land
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import access, history, lifecycle, routing, story
from tickets.light import light_of
from tickets.models import DueStep, Rating, Ticket
from tickets.photos import Received
from tickets.states import Hat, Move, State
from wall import queries
from wall.scope import scope_of

pytestmark = pytest.mark.django_db
SHOT = Received(path="inbox/one.jpg", sha256="1" * 64, size=9, width=4, height=3)
OTHER_SHOT = Received(path="inbox/two.jpg", sha256="2" * 64, size=9, width=4, height=3)


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def _nothing_is_prepared(monkeypatch):
    monkeypatch.setattr("tickets.lifecycle.reporting.prepare_soon", lambda ids: list(ids))


@pytest.fixture
def settle(cast, spot, types):
    """Settle something at WEDNESDAY in the worker's grid; what is given replaces the usual."""

    def settled(**given) -> Ticket:
        usual = {
            "key": uuid4(), "event_type": types.village, "by": cast.worker, "at": WEDNESDAY,
            "lat": spot.lat, "lng": spot.lng,
        }  # fmt: skip
        return lifecycle.settle_on_the_spot(**usual | given)

    return settled


def test_it_is_reported_and_closed_in_one_breath_with_its_own_history(
    settle, cast, spot, types, units
):
    ticket = settle(words="桥头一堆垃圾，清走了", photos=[SHOT], result=[OTHER_SHOT])

    lines = list(
        ticket.events.order_by("pk").values_list("kind", "move", "by__username", "hat", "after")
    )
    assert lines == [
        ("reported", "", "worker", "finder", "submitted"),
        ("routed", "", None, "", ""),
        ("moved", "settle", "worker", "finder", "closed"),
    ]
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.channel, ticket.entered_by) == ("closed", "grid", cast.worker)
    assert (ticket.handler, ticket.centre) == (units.village, units.village)
    assert (ticket.reported_at, ticket.resolved_at, ticket.ended_at) == (WEDNESDAY,) * 3
    assert ticket.area_code == spot.grid
    assert ticket.number == f"{spot.prefix}-20260304-{ticket.pk:04d}"
    assert ticket.text.title == "桥头一堆垃圾，清走了"
    assert list(ticket.photos.values_list("purpose", "sent_sha256")) == [
        ("report", SHOT.sha256), ("evidence", OTHER_SHOT.sha256),
    ]  # fmt: skip


def test_nothing_is_promised_nobody_rated_it_and_nothing_falls_due(settle):
    ticket = settle()

    assert (ticket.resolve_by, ticket.clocks) == (None, {})
    assert not DueStep.objects.exists()
    assert not Rating.objects.exists()
    assert not Notice.objects.exists()
    assert light_of(ticket, WEDNESDAY) == "blue"


def test_without_a_word_it_is_called_what_it_is(settle, types):
    assert settle().text.words == types.village.name


def test_the_figures_count_it_as_settled_on_the_spot_and_ask_nobody_how_it_was(settle, cast):
    settle()

    figures = {k: f.value for k, f in queries.figures(scope_of(cast.leader, ""), WEDNESDAY).items()}

    assert figures["on_the_spot"] == {"closed": 1, "village": 1, "percent": 100.0}
    assert (figures["received"], figures["closed"], figures["at_work"]) == (1, 1, 0)
    assert (figures["satisfaction"]["answered"], figures["satisfaction"]["rated"]) == (0, 0)


def test_its_story_is_told_in_sentences(settle, cast):
    ticket = settle()

    assert [line.title for line in history.lines(ticket)][-1] == "Settled on the spot"
    assert [chapter.sentence for chapter in story.of(ticket)][-1] == "It was settled on the spot."
    assert "settled it on the spot" in routing.sentence(ticket.reason)


def test_the_same_form_sent_twice_is_one_ticket_and_another_body_is_refused(settle):
    key = uuid4()

    first, second = settle(key=key), settle(key=key)

    assert first == second
    with pytest.raises(lifecycle.OtherBody):
        settle(key=key, words="别的")
    assert Ticket.objects.count() == 1


def test_a_key_that_reported_does_not_settle(settle, report, types, spot):
    key: UUID = uuid4()
    report(key=key, words="", event_type=types.village)

    with pytest.raises(lifecycle.OtherBody):
        settle(key=key)


@pytest.mark.parametrize("kind", ["critical", "restricted"])
def test_what_is_urgent_or_restricted_is_not_closed_by_one_person_alone(settle, types, kind):
    with pytest.raises(lifecycle.MoveRefused, match="Report it"):
        settle(event_type=getattr(types, kind))
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("where", [land.WILLOW_GRIDS[1], land.WILLOW_BRIDGE, land.MILL])
def test_a_worker_settles_only_in_their_own_grid(settle, where):
    with pytest.raises(lifecycle.NotYours, match="Report it"):
        settle(lat=None, lng=None, area_code=where)
    assert not Ticket.objects.exists()


def test_a_leader_of_all_grids_settles_anywhere_in_the_village(settle, cast, units):
    Post.objects.filter(user=cast.worker).update(role=Role.GRID_LEADER, area=units.village.area_id)

    ticket = settle(lat=None, lng=None, area_code=land.WILLOW_BRIDGE)

    assert (ticket.exact, ticket.grid, ticket.area_code) == (False, None, land.WILLOW_BRIDGE)


@pytest.mark.parametrize("name", ["village", "district", "department", "leader", "sysadmin"])
def test_nobody_but_a_grid_worker_settles_on_the_spot(settle, cast, name):
    with pytest.raises(lifecycle.NotYours):
        settle(by=getattr(cast, name))


def test_a_place_outside_the_district_is_said_to_be_so(settle):
    with pytest.raises(NotLocated):
        settle(lat=31.2, lng=121.5)


def test_nobody_wears_the_finders_hat_over_a_ticket_that_is_there(settle, report, cast, types):
    for ticket in (settle(), report(event_type=types.village)):
        ticket = access.to_read(cast.worker, ticket.number)
        assert Hat.FINDER not in access.hats_over(cast.worker, ticket)
        assert Move.SETTLE not in access.moves_of(cast.worker, ticket)
    assert State(settle().state) == State.CLOSED
