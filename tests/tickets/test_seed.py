"""Very many tickets for measuring: whole copies at other times, marked, and never in production."""

import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from notices.models import Notice
from tests.tickets.desk import Desk
from tickets import lifecycle, listing
from tickets.lifecycle import seeding
from tickets.listing import Filters
from tickets.models import DueStep, Request, Ticket, TicketEvent, TicketSearch


@pytest.fixture
def made(desk) -> Desk:
    """A demonstration of a few tickets, of each kind."""
    for make in (Desk.unclear, Desk.in_work, Desk.answered):
        make(desk, is_demonstration=True, contact_phone="13812345678")
    asked = desk.signed(is_demonstration=True)
    lifecycle.ask(
        ticket_id=asked.pk, kind="return", by=desk.user("roads"), at=timezone.now(),
        reason="not_ours", words="不归我们",
    )  # fmt: skip
    desk.unclear("真的一件")
    return desk


def seeded(count: int, *, open_share: float = 0.5) -> list[Ticket]:
    kinds = seeding.originals(at_most=100)
    seeding.multiply(kinds, count=count, years=2, open_share=open_share, dice=random.Random("1"))
    return list(Ticket.objects.filter(fingerprint=seeding.SEEDED).order_by("pk"))


def test_every_copy_is_whole_is_marked_and_is_its_own(made):
    notices = Notice.objects.count()

    copies = seeded(40)

    assert len(copies) == 40
    assert all(copy.is_demonstration for copy in copies)
    assert len({(copy.key, copy.code, copy.number) for copy in copies}) == 40
    for copy in copies:
        assert copy.number.endswith(f"-{copy.pk:04d}")
        assert copy.events.count() >= 2
        assert copy.version == copy.events.count()
        assert copy.text.words != "真的一件"
        assert not hasattr(copy, "contact")
    assert Notice.objects.count() == notices


def test_a_copy_is_moved_by_whole_weeks_with_all_its_times(made):
    copy = next(one for one in seeded(40) if one.state == "handling")
    original = Ticket.objects.filter(state="handling").exclude(fingerprint=seeding.SEEDED).get()

    shift = original.reported_at - copy.reported_at

    assert timedelta() <= shift % timedelta(weeks=1) <= timedelta(minutes=50)
    assert original.resolve_by - copy.resolve_by == shift
    due = [one.events.get(move="sign").data["due"] for one in (original, copy)]
    assert len(set(due)) == 2 or shift == timedelta()
    assert copy.clocks["resolve"]["due"] == copy.resolve_by.isoformat()


def test_a_step_on_a_request_is_on_the_copys_own(made):
    seeded(40)

    for step in DueStep.objects.filter(clock__startswith="request"):
        assert Request.objects.get(pk=step.clock.split()[1]).ticket_id == step.ticket_id


def test_copies_are_found_shown_and_go_on_living(made):
    copy = next(one for one in seeded(40) if one.state == "handling")
    client = made.client("district")

    assert client.get(f"/tickets/{copy.number}/").status_code == 200
    assert client.get("/tickets/?queue=all").status_code == 200
    tickets = Ticket.objects.visible_to(made.user("district"))
    for words in (f"{copy.pk:04d}", copy.number, f"{copy.pk:04d} 柳桥 路灯"):
        found = listing.narrowed(tickets, Filters(words=words), at=timezone.now())
        assert copy in list(found)
    assert lifecycle.sweep(at=timezone.now()).failed == 0
    # Numbers given out by hand are not given out again.
    fresh = made.unclear("又一件")
    assert TicketEvent.objects.filter(ticket=fresh).exists()
    assert TicketSearch.objects.filter(ticket=fresh).exists()


def test_a_copy_is_not_copied(made):
    seeded(10)

    assert len(seeding.originals(at_most=100)) == 4


def test_the_command_is_for_demonstrations_only(made, capsys):
    with pytest.raises(CommandError):
        call_command("seed", "--tickets", "5")
    with override_settings(DEMONSTRATION=True, PRODUCTION=True), pytest.raises(CommandError):
        call_command("seed", "--tickets", "5")
    with override_settings(DEMONSTRATION=True):
        call_command("seed", "--tickets", "5")
        with pytest.raises(CommandError):
            call_command("seed", "--tickets", "0")

    assert Ticket.objects.filter(fingerprint=seeding.SEEDED).count() == 5


def test_without_a_demonstration_there_is_nothing_to_copy(desk):
    desk.unclear()

    with override_settings(DEMONSTRATION=True), pytest.raises(CommandError):
        call_command("seed", "--tickets", "5")
