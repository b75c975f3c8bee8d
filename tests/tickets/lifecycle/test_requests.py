"""What is asked and decided: return, extension, suspension, reopening."""

from datetime import timedelta

import pytest

from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tickets import lifecycle, listing
from tickets.deadlines import Clock
from tickets.listing import Queue
from tickets.models import Request
from tickets.states import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(report, types):
    return report(event_type=types.department, contact_phone="13812345678")


@pytest.fixture
def in_hand(given, cast):
    lifecycle.sign(ticket_id=given.pk, by=cast.department, at=WEDNESDAY)
    return lifecycle.start(ticket_id=given.pk, by=cast.department, at=WEDNESDAY)


def ask(ticket, kind, by, **more) -> Request:
    usual = {
        "ticket_id": ticket.pk,
        "kind": kind,
        "by": by,
        "at": WEDNESDAY + MINUTE,
        "words": "因为",
    }
    return lifecycle.ask(**usual | more)


def decide(request, by, grant=True, at=WEDNESDAY + 2 * MINUTE) -> Request:
    return lifecycle.decide(request_id=request.pk, by=by, at=at, grant=grant)


def test_a_unit_gives_a_ticket_back_and_keeps_it_until_the_centre_decides(given, cast, units):
    request = ask(given, "return", cast.department, reason="not_ours")
    given.refresh_from_db()
    assert (given.state, given.handler) == ("dispatched", units.department)

    decide(request, cast.district)

    given.refresh_from_db()
    assert (given.state, given.handler, given.returns) == ("accepted", None, 1)


def test_an_undecided_return_lapses_and_the_first_receiver_keeps_it(given, cast, units):
    request = ask(given, "return", cast.department, reason="not_ours")

    lifecycle.sweep(at=request.decide_by)

    given.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, given.handler, given.returns) == ("lapsed", units.department, 0)


def test_a_return_comes_too_late_after_a_working_day(given, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        ask(given, "return", cast.department, reason="not_ours", at=WEDNESDAY + timedelta(days=2))


def test_a_return_needs_a_reason_of_the_list_and_words(given, cast):
    for more in ({"reason": "whim"}, {"reason": ""}, {"reason": "not_ours", "words": " "}):
        with pytest.raises(MoveRefused, match=r"\w"):
            ask(given, "return", cast.department, **more)


def test_after_two_returns_there_is_no_third(given, cast, units):
    for _ in range(2):
        decide(ask(given, "return", cast.department, reason="not_ours"), cast.district)
        lifecycle.dispatch(
            ticket_id=given.pk, unit=units.department, by=cast.district, at=WEDNESDAY
        )

    with pytest.raises(MoveRefused, match="2"):
        ask(given, "return", cast.department, reason="not_ours")


def test_an_extension_goes_to_the_head_then_to_the_centre(in_hand, cast, told):
    before = in_hand.resolve_by
    request = ask(in_hand, "extension", cast.department)
    with pytest.raises(lifecycle.NotYours):
        decide(request, cast.district)

    decide(request, cast.department_head)
    in_hand.refresh_from_db()
    assert in_hand.resolve_by == before
    decide(request, cast.district)

    in_hand.refresh_from_db()
    assert in_hand.resolve_by > before
    assert in_hand.extensions == 1
    assert "the reporter" in told()["deadline_moved"]


def test_a_head_who_asks_need_not_ask_themself(in_hand, cast):
    assert ask(in_hand, "extension", cast.department_head).step == 1


def test_an_extension_is_asked_for_before_the_deadline(in_hand, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        ask(in_hand, "extension", cast.department, at=in_hand.resolve_by)


def test_a_suspension_stops_the_clock_and_gives_back_what_was_left(in_hand, cast):
    until = WEDNESDAY + timedelta(days=20)
    request = ask(in_hand, "suspension", cast.department, until=until)
    decide(request, cast.department_head)
    decide(request, cast.supervisor)
    in_hand.refresh_from_db()
    left = Clock.from_json(in_hand.clocks["resolve"]).left
    assert (in_hand.paused_until, in_hand.red_at) == (until, None)
    assert left
    assert lifecycle.sweep(at=until - MINUTE).done == 0

    lifecycle.sweep(at=until)

    in_hand.refresh_from_db()
    clock = Clock.from_json(in_hand.clocks["resolve"])
    assert in_hand.paused_until is None
    assert in_hand.resolve_by == clock.due > until
    assert in_hand.red_at == clock.due


def test_a_suspension_is_for_the_supervisor_and_lasts_a_year_at_most(in_hand, cast):
    for until in (None, WEDNESDAY, WEDNESDAY + timedelta(days=400)):
        with pytest.raises(MoveRefused, match=r"\w"):
            ask(in_hand, "suspension", cast.department, until=until)
    request = ask(in_hand, "suspension", cast.department_head, until=WEDNESDAY + timedelta(days=9))
    with pytest.raises(lifecycle.NotYours):
        decide(request, cast.district)


def test_one_of_a_kind_waits_at_a_time(in_hand, cast):
    ask(in_hand, "extension", cast.department)
    with pytest.raises(MoveRefused, match=r"\w"):
        ask(in_hand, "extension", cast.department)


def test_a_decision_is_made_once(given, cast):
    request = ask(given, "return", cast.department, reason="not_ours")
    decide(request, cast.district, grant=False)
    with pytest.raises(MoveRefused, match=r"\w"):
        decide(request, cast.district)


def test_what_was_asked_is_void_when_the_ticket_goes_elsewhere(given, cast, units):
    request = ask(given, "return", cast.department, reason="not_ours")
    lifecycle.dispatch(ticket_id=given.pk, unit=units.district, by=cast.district, at=WEDNESDAY)

    request.refresh_from_db()
    assert request.state == "void"


def test_a_refused_report_is_looked_at_again_when_the_reporter_asks(report, cast, units):
    ticket = report(words="请来看看")
    lifecycle.refuse(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, reason="R07")

    decide(ask(ticket, "reopening", None), cast.village)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.centre) == ("submitted", units.village)
    assert ticket.accept_by is not None


def test_who_helps_has_it_at_work_again_when_it_is_reopened(report, cast, types, units):
    ticket = report(event_type=types.village)
    pk, by, at = ticket.pk, cast.village, WEDNESDAY
    lifecycle.dispatch(
        ticket_id=pk, unit=units.village, helpers=[units.department], by=cast.district, at=at
    )
    lifecycle.sign(ticket_id=pk, by=by, at=at)
    lifecycle.start(ticket_id=pk, by=by, at=at)
    lifecycle.resolve(ticket_id=pk, by=by, at=at, words="清理了", evidence="照片在现场")
    lifecycle.feed_back(ticket_id=pk, by=cast.district, at=at, words="已清理")
    helping = ticket.helper_set.get()
    lifecycle.rate(ticket_id=pk, at=at, stars=5, solved=True)
    ticket.refresh_from_db()
    helping.refresh_from_db()
    assert (ticket.state, helping.ended) == ("closed", True)

    decide(ask(ticket, "reopening", None), cast.district)

    helping.refresh_from_db()
    at_work = listing.lot(cast.department, Queue.WORK, at=at)
    assert (helping.ended, listing.count(at_work)) == (False, 1)
    assert set(listing.page(at_work, Queue.WORK, size=9).rows) == {ticket}


def suspend(ticket, cast, until):
    request = ask(ticket, "suspension", cast.department_head, until=until)
    decide(request, cast.supervisor)
    ticket.refresh_from_db()


def test_more_time_for_a_suspended_ticket_lets_nothing_fall_due(in_hand, cast):
    until = WEDNESDAY + timedelta(days=60)
    suspend(in_hand, cast, until)
    decide(ask(in_hand, "extension", cast.department_head), cast.district)

    swept = lifecycle.sweep(at=until - MINUTE)

    in_hand.refresh_from_db()
    assert (swept.done, in_hand.climbs, in_hand.extensions) == (0, 0, 1)
    assert in_hand.paused_until == until


def test_a_suspension_ends_when_another_unit_gets_the_ticket(in_hand, cast, units):
    suspend(in_hand, cast, WEDNESDAY + timedelta(days=60))

    lifecycle.dispatch(
        ticket_id=in_hand.pk, unit=units.district, by=cast.district, at=WEDNESDAY + 3 * MINUTE
    )

    in_hand.refresh_from_db()
    assert in_hand.paused_until is None
    assert in_hand.red_at == in_hand.sign_by
    assert not in_hand.steps.filter(kind="resume", done_at=None, void_at=None).exists()
    assert in_hand.steps.filter(clock="resolve", kind="climb", void_at=None).count() == 1


def test_a_centre_without_a_supervisor_asks_the_one_of_the_next_centre_above(
    report, cast, types, told
):
    ticket = report(event_type=types.village)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY)

    request = ask(ticket, "suspension", cast.village, until=WEDNESDAY + timedelta(days=9))

    assert told()["asked"] == ["supervisor"]
    waits = listing.chosen(cast.supervisor, listing.Queue.DECIDE, at=WEDNESDAY)
    assert list(waits) == [ticket]
    assert decide(request, cast.supervisor).state == "granted"
