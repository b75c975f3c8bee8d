"""From the unit's signature to the reporter's rating."""

import pytest

from people.models import Post
from people.roles import Role
from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tickets import lifecycle
from tickets.models import Limits, Rating, Ticket
from tickets.states import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_department(report, types):
    return report(event_type=types.department, contact_phone="13812345678")


@pytest.fixture
def resolved(at_department, cast):
    pk = at_department.pk
    lifecycle.sign(ticket_id=pk, by=cast.department, at=WEDNESDAY + MINUTE)
    lifecycle.start(ticket_id=pk, by=cast.department, at=WEDNESDAY + 2 * MINUTE)
    return lifecycle.resolve(
        ticket_id=pk,
        by=cast.department,
        at=WEDNESDAY + 3 * MINUTE,
        words="换了灯",
        evidence="老王看过",
    )


@pytest.fixture
def answered(resolved, cast):
    return lifecycle.feed_back(
        ticket_id=resolved.pk, by=cast.district, at=WEDNESDAY + 4 * MINUTE, words="灯已换好"
    )


def rate(ticket, **given) -> Ticket:
    usual = {"ticket_id": ticket.pk, "at": WEDNESDAY + 5 * MINUTE, "stars": 5, "solved": True}
    return lifecycle.rate(**usual | given)


def test_a_report_is_handled_answered_rated_and_closed(answered, history, told):
    ticket = rate(answered)

    assert ticket.state == "closed"
    assert [line[1:] for line in history(ticket)[4:]] == [
        ("sign", "dispatched", "signed"),
        ("start", "signed", "handling"),
        ("resolve", "handling", "resolved"),
        ("feed_back", "resolved", "feedback"),
        ("rate", "feedback", "feedback"),
        ("archive", "feedback", "closed"),
    ]
    assert told()["answered"] == ["the reporter"]
    assert Rating.objects.get().solved


def test_when_it_is_signed_for_no_reminder_to_sign_falls_due(at_department, cast):
    lifecycle.sign(ticket_id=at_department.pk, by=cast.department, at=WEDNESDAY + MINUTE)

    waiting = at_department.steps.filter(done_at=None, void_at=None)
    assert set(waiting.values_list("clock", flat=True)) == {"resolve"}


def test_when_it_is_resolved_nothing_falls_due_any_more(resolved):
    assert not resolved.steps.filter(done_at=None, void_at=None).exists()
    assert (resolved.yellow_at, resolved.red_at) == (None, None)


def test_a_result_needs_words_and_something_that_shows_it(at_department, cast):
    pk = at_department.pk
    lifecycle.sign(ticket_id=pk, by=cast.department, at=WEDNESDAY)
    lifecycle.start(ticket_id=pk, by=cast.department, at=WEDNESDAY)
    for given in ({"words": " ", "evidence": "x"}, {"words": "修好了", "evidence": " "}):
        with pytest.raises(MoveRefused, match=r"\w"):
            lifecycle.resolve(ticket_id=pk, by=cast.department, at=WEDNESDAY, **given)
    at_department.refresh_from_db()
    assert at_department.state == "handling"


def test_an_urgent_matter_is_verified_before_it_is_answered(report, types, cast):
    ticket = report(event_type=types.critical)
    pk, by = ticket.pk, cast.department
    lifecycle.sign(ticket_id=pk, by=by, at=WEDNESDAY)
    lifecycle.start(ticket_id=pk, by=by, at=WEDNESDAY)
    lifecycle.resolve(ticket_id=pk, by=by, at=WEDNESDAY, words="围好了", evidence="照片")

    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.feed_back(ticket_id=pk, by=cast.district, at=WEDNESDAY, words="好了")
    lifecycle.verify(ticket_id=pk, by=cast.district, at=WEDNESDAY)
    ticket = lifecycle.feed_back(ticket_id=pk, by=cast.district, at=WEDNESDAY, words="好了")

    assert ticket.state == "feedback"


def test_sent_back_work_has_half_of_the_limit(resolved, cast, types):
    ticket = lifecycle.send_back(
        ticket_id=resolved.pk, by=cast.district, at=WEDNESDAY + 4 * MINUTE, words="还有一盏"
    )

    assert (ticket.state, ticket.reworks) == ("handling", 1)
    clock = ticket.clocks["resolve"]
    limit = types.department.resolve_limit
    assert clock["limit"] == f"{(int(limit[:-1]) + 1) // 2}{limit[-1]}"
    assert clock["start"] == (WEDNESDAY + 4 * MINUTE).astimezone().isoformat() or clock["start"]


def test_not_solved_asks_for_it_again_and_the_silence_of_the_centre_grants_it(answered):
    ticket = rate(answered, stars=1, solved=False, words="还是不亮")
    assert ticket.state == "feedback"
    request = ticket.requests.get()
    assert (request.kind, request.state) == ("reopening", "open")

    lifecycle.sweep(at=request.decide_by)

    ticket.refresh_from_db()
    request.refresh_from_db()
    assert (ticket.state, ticket.reopenings, request.state) == ("handling", 1, "lapsed")


def test_a_reopening_that_is_denied_closes_the_ticket(answered, cast):
    ticket = rate(answered, stars=2, solved=False)
    lifecycle.decide(
        request_id=ticket.requests.get().pk, by=cast.district, at=WEDNESDAY + 9 * MINUTE,
        grant=False, words="已与您说明",
    )  # fmt: skip

    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_nobody_rates_twice_but_a_reopened_ticket_is_rated_again(answered, cast):
    ticket = rate(answered, solved=False)
    with pytest.raises(MoveRefused, match=r"\w"):
        rate(answered)
    lifecycle.decide(
        request_id=ticket.requests.get().pk, by=cast.district, at=WEDNESDAY + 9 * MINUTE, grant=True
    )
    pk = ticket.pk
    later = WEDNESDAY + 10 * MINUTE
    lifecycle.resolve(ticket_id=pk, by=cast.department, at=later, words="再换", evidence="照片")
    lifecycle.feed_back(ticket_id=pk, by=cast.district, at=later, words="好了")

    assert rate(ticket, at=later + MINUTE).state == "closed"
    assert list(Rating.objects.order_by("round").values_list("round", "solved")) == [
        (1, False),
        (2, True),
    ]


def test_an_unrated_ticket_is_archived_after_seven_days_and_counts_as_unrated(answered):
    step = answered.steps.get(kind="archive", void_at=None)
    assert (step.due_at - WEDNESDAY).days >= 7

    lifecycle.sweep(at=step.due_at)

    answered.refresh_from_db()
    assert answered.state == "closed"
    assert not Rating.objects.exists()


def test_the_reporter_withdraws_what_is_still_at_work(at_department, told):
    ticket = lifecycle.withdraw(ticket_id=at_department.pk, at=WEDNESDAY, words="自己修好了")

    assert ticket.state == "withdrawn"
    assert "department" in told()["withdrawn"]
    assert not ticket.steps.filter(done_at=None, void_at=None).exists()


def test_what_was_answered_cannot_be_withdrawn(answered):
    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.withdraw(ticket_id=answered.pk, at=WEDNESDAY)


def test_an_officer_whose_unit_lost_the_ticket_cannot_sign_for_it(at_department, cast, units):
    lifecycle.dispatch(
        ticket_id=at_department.pk, unit=units.district, by=cast.district, at=WEDNESDAY
    )

    with pytest.raises(lifecycle.NotYours):
        lifecycle.sign(ticket_id=at_department.pk, by=cast.department, at=WEDNESDAY)


def test_a_comment_reaches_the_unit_and_if_public_the_reporter(at_department, cast, told):
    pk = at_department.pk
    lifecycle.comment(ticket_id=pk, by=cast.district, at=WEDNESDAY, words="请先围护")
    assert told()["commented"] == ["department", "department_head", "supervisor"]
    lifecycle.comment(ticket_id=pk, by=cast.department, at=WEDNESDAY, words="在路上", public=True)

    assert "the reporter" in told()["commented"]
    public = at_department.events.filter(move="comment", public=True)
    assert [event.words.words for event in public] == ["在路上"]


def test_a_grid_worker_is_one_of_the_hands_of_the_village(report, types, cast):
    ticket = report(event_type=types.village)

    lifecycle.sign(ticket_id=ticket.pk, by=cast.worker, at=WEDNESDAY)
    lifecycle.start(ticket_id=ticket.pk, by=cast.worker, at=WEDNESDAY)
    ticket = lifecycle.resolve(
        ticket_id=ticket.pk, by=cast.worker, at=WEDNESDAY, words="清走了", evidence="现场"
    )

    assert ticket.state == "resolved"


def test_taking_the_post_away_takes_the_right_at_once(report, types, cast):
    ticket = report(event_type=types.village)
    Post.objects.filter(user=cast.worker, role=Role.GRID_WORKER).delete()
    worker = type(cast.worker).objects.get(pk=cast.worker.pk)

    with pytest.raises(lifecycle.NotYours):
        lifecycle.sign(ticket_id=ticket.pk, by=worker, at=WEDNESDAY)


def test_not_solved_counts_where_it_can_be_reopened_no_more(answered, cast, told):
    never = {"decide": "1W", "at_most": 0}
    Limits.objects.update_or_create(
        pk=1, defaults={"requests": Limits.current().requests | {"reopening": never}}
    )

    ticket = rate(answered, stars=1, solved=False, words="还是不行")

    assert ticket.state == "closed"
    assert [(r.stars, r.solved) for r in ticket.ratings.all()] == [(1, False)]
    assert "supervisor" in told()["rated_low"]


def test_who_asked_for_it_again_may_still_rate_and_take_that_back(answered):
    lifecycle.ask(ticket_id=answered.pk, kind="reopening", by=None, at=WEDNESDAY, words="还是不亮")

    ticket = rate(answered, stars=4, solved=True)

    assert ticket.state == "closed"
    assert [request.state for request in ticket.requests.all()] == ["void"]
    assert not ticket.steps.filter(done_at=None, void_at=None).exists()
