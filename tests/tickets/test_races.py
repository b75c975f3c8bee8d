"""What happens when two people, or two timetables, do the same thing at once.

On PostgreSQL rows are locked one by one; on SQLite writers wait for each other. Either way one of
the two wins and the other gets a sentence.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Count

from notices.models import Notice
from tests.patience import PATIENCE
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle
from tickets.models import DueStep, Ticket, TicketEvent
from tickets.states import MoveRefused

pytestmark = pytest.mark.django_db(transaction=True)


def both_at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; return what each gave, or how it was refused."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            gate.wait(PATIENCE)
            return act()
        except MoveRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def send(cast, spot):
    def report(**given) -> Ticket:
        usual = {
            "key": uuid4(),
            "words": "路边垃圾",
            "lat": spot.lat,
            "lng": spot.lng,
            "at": WEDNESDAY,
        }
        return lifecycle.report(**usual | given)

    return report


@pytest.mark.parametrize("turn", range(3))
def test_one_form_sent_by_four_requests_is_one_ticket(send, types, turn):
    key = uuid4()
    tickets = both_at_once(*[lambda: send(key=key, event_type=types.village)] * 4)

    assert len(set(tickets)) == 1
    assert TicketEvent.objects.count() == 4
    assert Notice.objects.filter(template="new_work", user__username="village").count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_of_two_dispatchers_one_accepts_and_the_other_is_told(send, cast, types, turn):
    ticket = send(words="请来看看")
    outcome = both_at_once(
        lambda: lifecycle.accept(
            ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, event_type=types.village
        ),
        lambda: lifecycle.refuse(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY, reason="R07"),
    )

    refusals = [o for o in outcome if isinstance(o, MoveRefused)]
    ticket.refresh_from_db()
    if ticket.state == "refused":
        # Refusing what was just accepted is allowed by the table: then nobody was refused.
        assert len(refusals) <= 1
    else:
        assert ticket.state == "accepted"
        assert len(refusals) == 1
    assert ticket.events.filter(kind="moved").count() == 2 - len(refusals)


def test_of_two_officers_one_signs(send, cast, types):
    ticket = send(event_type=types.department)
    outcome = both_at_once(
        *[
            lambda by=by: lifecycle.sign(ticket_id=ticket.pk, by=by, at=WEDNESDAY)
            for by in (cast.department, cast.department_head)
        ]
    )

    assert sorted(type(o).__name__ for o in outcome) == ["MoveRefused", "Ticket"]
    assert ticket.events.filter(move="sign").count() == 1


def test_two_who_merge_crosswise_do_not_wait_for_each_other(send, cast, types):
    one, other = send(event_type=types.village), send(event_type=types.village)
    both_at_once(
        lambda: lifecycle.merge(ticket_id=one.pk, into_id=other.pk, by=cast.village, at=WEDNESDAY),
        lambda: lifecycle.merge(ticket_id=other.pk, into_id=one.pk, by=cast.village, at=WEDNESDAY),
    )

    assert Ticket.objects.filter(state="merged").count() == 1


def test_two_sweepers_take_every_step_once(send, types):
    for _ in range(6):
        send(event_type=types.village)
    never = WEDNESDAY + timedelta(days=40)

    swept = both_at_once(*[lambda: lifecycle.sweep(at=never)] * 3)
    lifecycle.sweep(at=never)

    done = DueStep.objects.filter(done_at__isnull=False)
    happened = TicketEvent.objects.exclude(kind__in=["reported", "routed"])
    by_itself = happened.filter(by=None, at__gt=WEDNESDAY)
    assert sum(s.failed for s in swept) == 0
    assert not DueStep.objects.filter(done_at=None, void_at=None).exists()
    # Every step wrote one line, except the climbs that met a ticket already under supervision.
    climbs = by_itself.filter(move="climb").count()
    supervised = by_itself.filter(move="supervise").count()
    reminded = by_itself.filter(kind="reminded").count()
    assert (climbs, supervised) == (12, 6)
    assert reminded == done.filter(kind__startswith="remind").count()
    assert Notice.objects.values("happening", "reader").distinct().count() == Notice.objects.count()


def test_a_decision_is_made_once_by_two(send, cast, types):
    ticket = send(event_type=types.department)
    request = lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=cast.department, at=WEDNESDAY, reason="not_ours",
        words="不归我们管",
    )  # fmt: skip
    outcome = both_at_once(
        lambda: lifecycle.decide(request_id=request.pk, by=cast.district, at=WEDNESDAY, grant=True),
        lambda: lifecycle.decide(
            request_id=request.pk, by=cast.supervisor, at=WEDNESDAY, grant=False
        ),
    )

    assert sorted(type(o).__name__ for o in outcome) == ["MoveRefused", "Request"]
    assert ticket.events.filter(kind="decided").count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_decision_in_the_last_minute_and_the_end_of_its_time_settle_it_once(
    send, cast, types, turn
):
    ticket = send(event_type=types.department)
    request = lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=cast.department, at=WEDNESDAY, reason="not_ours",
        words="不归我们管",
    )  # fmt: skip
    both_at_once(
        lambda: lifecycle.decide(
            request_id=request.pk, by=cast.district, at=request.decide_by, grant=True
        ),
        lambda: lifecycle.sweep(at=request.decide_by),
    )
    lifecycle.sweep(at=request.decide_by)

    request.refresh_from_db()
    ticket.refresh_from_db()
    assert ticket.events.filter(kind="decided").count() == 1
    assert (request.state, ticket.state) in {("granted", "accepted"), ("lapsed", "dispatched")}
    assert not DueStep.objects.filter(error__gt="").exists()


@pytest.mark.parametrize("turn", range(3))
def test_two_who_dispatch_the_same_hundred_give_each_ticket_once_or_are_told(
    send, cast, types, units, turn
):
    ids = []
    for _ in range(8):
        ticket = send(words="请来看看")
        lifecycle.accept(
            ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, event_type=types.village
        )
        ids.append(ticket.pk)
    key = uuid4()

    one, again = both_at_once(
        *[
            lambda: lifecycle.dispatch_many(
                key=key, ticket_ids=ids, unit=None, by=cast.village, at=WEDNESDAY
            )
        ]
        * 2
    )

    assert [outcome.ticket_id for outcome in one] == ids
    assert one == again
    assert not any(outcome.refused for outcome in one)
    dispatched = TicketEvent.objects.filter(move="dispatch", ticket__in=ids)
    assert dispatched.count() == dispatched.values("ticket").distinct().count() == 8


def test_two_dispatchers_with_the_same_tickets_in_opposite_order_do_not_wait_for_each_other(
    send, cast, types, units
):
    ids = []
    for _ in range(8):
        ticket = send(words="请来看看")
        lifecycle.accept(
            ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, event_type=types.village
        )
        ids.append(ticket.pk)

    def all_of(order, by, unit):
        return lambda: lifecycle.dispatch_many(
            key=uuid4(), ticket_ids=order, unit=unit, by=by, at=WEDNESDAY
        )

    both_at_once(
        all_of(ids, cast.village, units.village), all_of(ids[::-1], cast.district, units.village)
    )

    assert set(Ticket.objects.values_list("state", flat=True)) == {"dispatched"}
    assert Ticket.objects.exclude(handler=units.village).count() == 0


@pytest.mark.parametrize("turn", range(4))
def test_taking_back_and_signing_at_once_one_wins_and_nothing_is_between(
    send, cast, types, units, turn
):
    ticket = send(event_type=types.department)
    lifecycle.dispatch(ticket_id=ticket.pk, unit=units.district, by=cast.district, at=WEDNESDAY)

    outcome = both_at_once(
        lambda: lifecycle.undo(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY),
        lambda: lifecycle.sign(ticket_id=ticket.pk, by=cast.supervisor, at=WEDNESDAY),
    )

    assert sorted(type(o).__name__ for o in outcome) in (
        ["MoveRefused", "Ticket"], ["NotYours", "Ticket"],
    )  # fmt: skip
    ticket.refresh_from_db()
    last = ticket.events.order_by("-pk")[0]
    assert (last.move, ticket.state, ticket.handler) in {
        ("undo", "dispatched", units.department), ("sign", "signed", units.district),
    }  # fmt: skip
    assert (
        not DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None)
        .values("clock", "kind")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .exists()
    )


def test_two_who_take_the_same_back_do_it_once(send, cast, types, units):
    ticket = send(event_type=types.department)
    lifecycle.dispatch(ticket_id=ticket.pk, unit=units.district, by=cast.district, at=WEDNESDAY)

    outcome = both_at_once(
        *[lambda: lifecycle.undo(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY)] * 2
    )

    assert sorted(type(o).__name__ for o in outcome) == ["MoveRefused", "Ticket"]
    assert ticket.events.filter(move="undo").count() == 1
