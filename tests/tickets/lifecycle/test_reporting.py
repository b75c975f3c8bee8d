"""A report comes in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from grids.locate import NotLocated, OutsideDistrict, SwappedCoordinates
from people.models import Post
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle, receipts, routing
from tickets.deadlines import Clock, explain
from tickets.models import DueStep, Ticket, TicketEvent

pytestmark = pytest.mark.django_db


def test_a_certain_report_is_located_routed_and_dispatched_at_once(
    report, spot, types, units, history
):
    ticket = report(event_type=types.village)

    assert (ticket.village.code, ticket.grid.code) == (spot.village, spot.grid)
    assert ticket.state == "dispatched"
    assert ticket.handler == ticket.centre == units.village
    assert history(ticket) == [
        ("reported", "", "", "submitted"),
        ("routed", "", "", ""),
        ("moved", "accept", "submitted", "accepted"),
        ("moved", "dispatch", "accepted", "dispatched"),
    ]
    assert ticket.number == f"{spot.prefix}-20260304-{ticket.pk:04d}"
    assert ticket.code == receipts.code_of(ticket.key)


def test_the_reason_of_the_route_is_one_sentence_that_names_the_unit(report, types, units):
    ticket = report(event_type=types.department)

    said = routing.sentence(ticket.reason)
    assert ticket.handler == units.department
    assert ticket.centre == units.district
    assert said.count(".") + said.count("。") == 1
    assert ticket.handler.shown_name in said
    assert types.department.shown_name in said


def test_a_towns_matter_goes_to_the_towns_centre(report, types, units):
    ticket = report(event_type=types.town)

    assert (ticket.handler, ticket.centre) == (units.town, units.town)


def test_both_deadlines_are_kept_with_their_arithmetic(report, types):
    ticket = report(event_type=types.village)

    resolve = Clock.from_json(ticket.clocks["resolve"])
    assert str(resolve.limit) == types.village.resolve_limit
    assert (resolve.start, resolve.due) == (WEDNESDAY, ticket.resolve_by)
    assert Clock.from_json(ticket.clocks["sign"]).due == ticket.sign_by
    assert ticket.accept_by is None
    assert len(explain(resolve)) >= 2
    due = DueStep.objects.filter(ticket=ticket).order_by("due_at", "pk")
    assert {(s.clock, s.kind) for s in due} == {
        (clock, kind)
        for clock in ("resolve", "sign")
        for kind in ("remind70", "remind90", "remind100", "climb")
    }


def test_an_unclear_report_waits_with_the_centre_of_its_village(report, units, told):
    ticket = report(words="请你们来看一下这里")

    assert (ticket.state, ticket.event_type) == ("submitted", None)
    assert (ticket.centre, ticket.handler) == (units.village, None)
    # Two work hours to accept an ordinary one (domain 2.5).
    assert ticket.accept_by == WEDNESDAY + timedelta(hours=2)
    assert ticket.resolve_by is not None
    assert "village" in told()["to_accept"]


def test_a_held_report_waits_for_a_glance_even_if_its_type_is_certain(report, types, units):
    ticket = report(event_type=types.village, held=True)

    assert (ticket.state, ticket.held, ticket.handler) == ("submitted", True, None)
    assert routing.sentence(ticket.reason)


def test_where_nobody_is_on_post_it_waits_in_the_centres_own_queue(report, types, units):
    Post.objects.filter(unit=units.department).delete()

    ticket = report(event_type=types.department)

    assert (ticket.state, ticket.handler, ticket.centre) == ("submitted", None, units.district)
    assert ticket.reason["rule"] == "nobody"
    assert units.department.shown_name in routing.sentence(ticket.reason)


def test_where_a_village_has_nobody_the_nearest_centre_above_takes_care(report, types, units):
    Post.objects.filter(unit=units.village).delete()

    ticket = report(event_type=types.village)

    assert (ticket.handler, ticket.centre) == (None, units.town)


def test_a_post_that_has_ended_is_nobody(report, types, units):
    Post.objects.filter(unit=units.department).update(
        ends=timezone.localdate(WEDNESDAY) - timedelta(days=1)
    )

    assert report(event_type=types.department).handler is None


def test_a_village_named_without_a_point_is_enough(report, types, spot):
    ticket = report(lat=None, lng=None, area_code=spot.village, event_type=types.village)

    assert (ticket.village.code, ticket.grid, ticket.exact) == (spot.village, None, False)
    assert (ticket.lat, ticket.lng) == (ticket.village.lat, ticket.village.lng)


def test_a_form_sent_twice_is_one_ticket_with_the_same_receipt(report, types):
    key = uuid4()
    first = report(key=key, event_type=types.village)
    again = report(key=key, event_type=types.village, at=WEDNESDAY + timedelta(hours=1))

    assert again == first
    assert (again.code, receipts.pin_of(again.key)) == (first.code, receipts.pin_of(first.key))
    assert Ticket.objects.count() == 1
    assert TicketEvent.objects.filter(ticket=first).count() == 4


@pytest.mark.parametrize(
    "other", [{"words": "别的事情"}, {"lat": 0.0001}, {"contact_phone": "13800000000"}]
)
def test_the_same_key_with_another_body_is_refused(report, spot, other):
    key = uuid4()
    report(key=key)
    if "lat" in other:
        other = {"lat": spot.lat + other["lat"]}

    with pytest.raises(lifecycle.OtherBody, match=r"\w"):
        report(key=key, **other)
    assert Ticket.objects.count() == 1


def test_outside_the_district_nothing_is_written_and_a_sentence_says_why(report):
    with pytest.raises(OutsideDistrict, match=r"\w"):
        report(lat=1.0, lng=2.0)
    assert not Ticket.objects.exists()


def test_swapped_coordinates_are_noticed_and_named(report, spot):
    with pytest.raises(SwappedCoordinates, match=r"\w"):
        report(lat=spot.lng, lng=spot.lat)


def test_without_any_place_it_is_refused_with_a_sentence(report):
    with pytest.raises(NotLocated, match=r"\w"):
        report(lat=None, lng=None, area_code="")


def test_the_handlers_people_are_told_and_the_grids_own_worker_too(report, types, told):
    report(event_type=types.village, contact_phone="13812345678")

    assert {"village", "worker"} <= set(told()["new_work"])
    assert told()["report_received"] == ["the reporter"]


def test_a_restricted_type_makes_a_restricted_ticket(report, types):
    assert report(event_type=types.restricted).restricted


def test_the_title_is_the_first_clause(report):
    ticket = report(words="  楼道灯不亮。晚上看不见路，老人摔了。\n第二行")

    assert ticket.text.title == "楼道灯不亮"
    assert len(report(words="长" * 400).text.title) == 30
