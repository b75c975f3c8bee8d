"""Taking back: for ten seconds, by the same person, if nobody has acted since."""

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict
from django.utils import translation

from notices import outbox
from notices.models import Notice
from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tickets import lifecycle
from tickets.models import DueStep, Helper, Request, Ticket, Undoable
from tickets.states import MoveRefused

SECOND = timedelta(seconds=1)
PHONE = {"contact_name": "李四", "contact_phone": "13812345678"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def standing(ticket: Ticket) -> dict:
    """All that is known of where the ticket stands, without its version."""
    row = model_to_dict(Ticket.objects.get(pk=ticket.pk))
    row.pop("version", None)
    row["helpers"] = sorted(Helper.objects.filter(ticket=ticket).values_list("unit", flat=True))
    waiting = DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None)
    row["waiting"] = sorted(waiting.values_list("kind", "clock", "round", "due_at"))
    asked = Request.objects.filter(ticket=ticket, state="open")
    row["asked"] = sorted(asked.values_list("kind", "decide_by"))
    return row


@pytest.fixture
def accepted(report, cast, types):
    def make(**given) -> Ticket:
        return lifecycle.accept(
            ticket_id=report(**given).pk, by=cast.village, at=WEDNESDAY, event_type=types.village
        )

    return make


@pytest.fixture
def moves(cast, types, units, report):
    """Each move that can be taken back: what makes it, and who."""
    return {
        "accept": lambda ticket, at: lifecycle.accept(
            ticket_id=ticket.pk, by=cast.village, at=at, event_type=types.department
        ),
        "refuse": lambda ticket, at: lifecycle.refuse(
            ticket_id=ticket.pk, by=cast.village, at=at, reason="R05", words="找邻区"
        ),
        "merge": lambda ticket, at: lifecycle.merge(
            ticket_id=ticket.pk, into_id=report(event_type=types.village).pk, by=cast.village, at=at
        ),
    }


@pytest.mark.parametrize("move", ["accept", "refuse", "merge"])
def test_what_is_taken_back_leaves_everything_as_it_was(move, moves, report, cast):
    ticket = report(**PHONE)
    before = standing(ticket)
    moves[move](ticket, WEDNESDAY + MINUTE)
    assert standing(ticket) != before

    lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + MINUTE + 9 * SECOND)

    assert standing(ticket) == before
    assert list(ticket.events.order_by("pk").values_list("move", flat=True))[-2:] == [move, "undo"]


def test_a_dispatch_taken_back_returns_the_old_unit_its_limits_its_helpers_and_what_was_asked(
    report, cast, types, units
):
    ticket = report(event_type=types.department)
    lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.department, helpers=[units.town], by=cast.district,
        at=WEDNESDAY,
    )  # fmt: skip
    lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=cast.department, at=WEDNESDAY + MINUTE,
        reason="not_ours", words="不归我们管",
    )  # fmt: skip
    before = standing(ticket)
    at = WEDNESDAY + 2 * MINUTE
    lifecycle.dispatch(ticket_id=ticket.pk, unit=units.district, by=cast.district, at=at)

    lifecycle.undo(ticket_id=ticket.pk, by=cast.district, at=at + SECOND)

    assert standing(ticket) == before
    assert before["asked"]
    assert before["helpers"] == [units.town.pk]
    # And it goes on: the same can be done again, and taken back again.
    lifecycle.dispatch(ticket_id=ticket.pk, unit=units.district, by=cast.district, at=at)
    lifecycle.undo(ticket_id=ticket.pk, by=cast.district, at=at + SECOND)
    assert standing(ticket) == before


def test_after_ten_seconds_it_is_too_late(accepted, cast):
    ticket = accepted()

    with pytest.raises(MoveRefused, match="too late"):
        lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + 11 * SECOND)

    ticket.refresh_from_db()
    assert ticket.state == "accepted"


def test_when_somebody_has_acted_since_it_says_who_what_and_when(accepted, cast, units):
    ticket = accepted()
    lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.village, by=cast.district, at=WEDNESDAY + SECOND
    )

    with pytest.raises(MoveRefused) as refusal:
        lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + 2 * SECOND)

    assert "Dispatched" in str(refusal.value)
    assert units.district.shown_name in str(refusal.value)
    assert cast.district.full_name not in str(refusal.value)


def test_words_added_by_the_reporter_are_an_act_too(accepted, cast):
    ticket = accepted()
    lifecycle.comment(ticket_id=ticket.pk, by=None, at=WEDNESDAY + SECOND, words="又漏水了")

    with pytest.raises(MoveRefused):
        lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + 2 * SECOND)


def test_another_person_takes_nothing_back(accepted, cast):
    ticket = accepted()

    with pytest.raises(MoveRefused):
        lifecycle.undo(ticket_id=ticket.pk, by=cast.town, at=WEDNESDAY + SECOND)


def test_nothing_is_taken_back_twice(accepted, cast):
    ticket = accepted()
    lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + SECOND)

    with pytest.raises(MoveRefused, match="nothing of yours"):
        lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + 2 * SECOND)


def test_whoever_accepted_it_away_may_still_take_it_back(report, cast, types, units):
    types.restricted.first_level = "D"
    ticket = report()
    lifecycle.accept(
        ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, event_type=types.restricted
    )
    assert not Ticket.objects.visible_to(cast.village).filter(pk=ticket.pk).exists()

    lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + SECOND)

    ticket.refresh_from_db()
    assert (ticket.centre, ticket.restricted, ticket.event_type) == (units.village, False, None)


def test_the_reporter_hears_of_it_only_when_it_can_no_longer_be_taken_back(accepted, cast):
    ticket = accepted(**PHONE)
    progress = Notice.objects.get(template="progress")
    assert progress.due_at == WEDNESDAY + 10 * SECOND

    lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + SECOND)

    assert not Notice.objects.filter(template__in=["progress", "undone"]).exists()


def test_whoever_was_told_already_is_told_that_it_does_not_hold(accepted, cast, units):
    ticket = accepted(**PHONE)
    lifecycle.dispatch(ticket_id=ticket.pk, unit=units.village, by=cast.district, at=WEDNESDAY)
    event = ticket.events.get(move="dispatch")
    seen = Notice.objects.get(template="new_work", user=cast.village)
    Notice.objects.filter(pk=seen.pk).update(read_at=WEDNESDAY)
    Notice.objects.filter(happening=f"event:{event.pk}:progress").update(
        state="sent", sent_at=WEDNESDAY
    )

    lifecycle.undo(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY + SECOND)

    undone = Notice.objects.filter(template="undone")
    assert sorted(undone.values_list("reader", flat=True)) == [
        f"ticket:{ticket.pk}", f"user:{cast.village.pk}",
    ]  # fmt: skip
    # The grid's worker had not read it: there is nothing to put right.
    assert not Notice.objects.filter(template="new_work", user=cast.worker).exists()


def test_a_notice_that_a_relay_is_sending_counts_as_told(accepted, cast):
    ticket = accepted(**PHONE)
    event = ticket.events.get(move="accept")
    sending = Notice.objects.filter(happening=f"event:{event.pk}:progress")
    sending.update(lease_until=WEDNESDAY + MINUTE, attempts=1)

    told = outbox.withdraw(happening=f"event:{event.pk}:")

    assert (told.users, told.reporter) == ([], True)
    assert sending.exists()


def test_what_can_no_longer_be_taken_back_is_forgotten(accepted):
    accepted()

    assert lifecycle.forget_undone(at=WEDNESDAY + 5 * SECOND) == 0
    assert lifecycle.forget_undone(at=WEDNESDAY + MINUTE) == 1
    assert not Undoable.objects.exists()


def test_a_merge_taken_back_stands_in_the_history_of_both(report, cast, types):
    one, other = report(event_type=types.village), report(event_type=types.village)
    lifecycle.merge(ticket_id=one.pk, into_id=other.pk, by=cast.village, at=WEDNESDAY)

    lifecycle.undo(ticket_id=one.pk, by=cast.village, at=WEDNESDAY + SECOND)

    assert other.events.order_by("-pk")[0].move == "undo"
    one.refresh_from_db()
    assert (one.state, one.merged_into) == ("dispatched", None)
