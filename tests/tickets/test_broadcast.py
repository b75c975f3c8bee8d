"""Screens hear of a change after its commit, once, without words, and only behind their door."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from people.models import User
from tests.on_air import on_air  # noqa: F401  a fixture
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import broadcast, lifecycle
from tickets.dots import dot_of
from tickets.models import Ticket, TicketEvent
from tickets.querysets import sight_of
from wall.scope import Scope
from wall.screens import View

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def send(cast, spot):
    def report(**given) -> Ticket:
        usual = {"key": uuid4(), "words": "张三家门口有垃圾", "at": WEDNESDAY}
        usual |= {"lat": spot.lat, "lng": spot.lng}
        return lifecycle.report(**usual | given)

    return report


def newest() -> int:
    return TicketEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_a_report_with_four_lines_of_history_is_one_frame(on_air, send, types, units):  # noqa: F811
    ticket = send(event_type=types.village)
    ticket.refresh_from_db()

    topics, frame = on_air.heard[0]

    assert len(on_air.heard) == 1
    assert topics == sorted(
        ["990101", "990101001", "990101001001", "990101001001001"]
        + [f"unit.{units.village.pk}", f"centre.{units.village.pk}"]
    )
    assert frame["sequence"] == newest()
    assert [(line["kind"], line["move"], line["state"]) for line in frame["events"]] == [
        ("reported", "", "submitted"),
        ("moved", "accept", "accepted"),
        ("moved", "dispatch", "dispatched"),
    ]
    # The light is of the moment of publishing: these reports are of last spring.
    told = frame["dot"] | {"light": ""}
    assert told == dot_of(ticket, WEDNESDAY) | {"light": ""}
    assert "张三" not in str(frame)


def test_nothing_is_heard_before_the_commit_or_after_a_rollback(on_air, send, types):  # noqa: F811
    with transaction.atomic():
        send(event_type=types.village)
        before = list(on_air.heard)
        transaction.set_rollback(True)

    assert (before, on_air.heard) == ([], [])


def test_a_change_in_a_savepoint_that_fails_does_not_swallow_the_next(on_air, send, types):  # noqa: F811
    ticket = send(event_type=types.village)
    on_air.heard.clear()

    with transaction.atomic():
        step = transaction.savepoint()
        broadcast.changed(ticket)
        transaction.savepoint_rollback(step)
        broadcast.changed(ticket)
        broadcast.changed(ticket)

    assert len(on_air.frames) == 1


def test_a_restricted_ticket_is_never_on_the_air(on_air, send, types, cast):  # noqa: F811
    ticket = send(event_type=types.restricted)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY)

    assert on_air.frames == []


def test_a_dot_that_becomes_restricted_is_gone(on_air, send, types, cast):  # noqa: F811
    ticket = send(words="这是什么呢")
    lifecycle.accept(
        ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, event_type=types.restricted
    )
    ticket.refresh_from_db()

    assert [sorted(frame) for frame in on_air.frames] == [
        ["dot", "events", "sequence"],
        ["gone", "sequence", "version"],
    ]
    assert on_air.frames[1] == {
        "sequence": newest(), "gone": ticket.pk, "version": ticket.version
    }  # fmt: skip


def test_what_no_longer_belongs_on_todays_wall_does_not_come_back(on_air, send, types, cast):  # noqa: F811
    ticket = send(event_type=types.village)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", ended_at=WEDNESDAY)
    on_air.heard.clear()

    lifecycle.comment(ticket_id=ticket.pk, by=cast.village, at=timezone.now(), words="还记得")

    assert [(frame.get("gone"), "dot" in frame) for frame in on_air.frames] == [(ticket.pk, False)]


def test_a_comment_moves_no_line_onto_the_list(on_air, send, types, cast):  # noqa: F811
    ticket = send(event_type=types.village)
    on_air.heard.clear()

    lifecycle.comment(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, words="已联系")

    assert [frame["events"] for frame in on_air.frames] == [[]]


def test_who_loses_a_ticket_hears_that_it_is_gone(on_air, send, types, cast, units):  # noqa: F811
    ticket = send(event_type=types.department)
    on_air.heard.clear()

    lifecycle.dispatch(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY, unit=units.district)

    department = sees(cast.department)
    district = sees(cast.district)
    assert [sorted(f)[0] for topics, f in on_air.heard if department.sees(topics)] == ["gone"]
    assert [sorted(f)[0] for topics, f in on_air.heard if district.sees(topics)][-1] == "dot"


def test_who_helps_no_more_hears_that_it_is_gone(on_air, send, types, cast, units):  # noqa: F811
    ticket = send(event_type=types.village)
    give = {"ticket_id": ticket.pk, "by": cast.district, "at": WEDNESDAY, "unit": units.village}
    lifecycle.dispatch(**give, helpers=[units.department])
    on_air.heard.clear()

    lifecycle.dispatch(**give)

    helped = sees(cast.department)
    assert [sorted(f)[0] for topics, f in on_air.heard if helped.sees(topics)] == ["gone"]


def test_frames_reach_exactly_those_whose_door_shows_the_ticket(on_air, send, types, cast):  # noqa: F811
    for kind in (types.village, types.town, types.department, types.critical, types.restricted):
        send(event_type=kind)
        send(event_type=kind, lat=25.08, lng=110.01)
    people = User.objects.order_by("pk")

    heard = {
        user.username: {
            frame["dot"]["id"] for topics, frame in on_air.heard if sees(user).sees(topics)
        }
        for user in people
    }

    assert heard == {
        user.username: {ticket.pk for ticket in Ticket.objects.visible_to(user).on_the_wall()}
        for user in people
    }


def sees(user: User) -> View:
    return View(Scope(user, sight_of(user), "").topics())
