"""The course of events that is simulated: the same for a seed, cut off or not, late or unhappy."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.land import TINY
from tests.tickets.archive import INVENTED
from tickets.models import Ticket, TicketEvent
from tickets.simulation.character import Temper, draw
from tickets.simulation.course import Course
from tickets.simulation.desk import Desk
from tickets.simulation.messages import read
from tickets.simulation.replaying import Replay, grouped
from tickets.simulation.script import of_the_district
from tickets.simulation.spreading import Spread


def history() -> list[tuple]:
    """What happened to all tickets, without ids."""
    events = TicketEvent.objects.order_by("pk").select_related("by", "ticket")
    return [(e.ticket.key, e.kind, e.move, e.after, e.at, e.by and e.by.username) for e in events]


@pytest.fixture
def course(district) -> Course:
    return Course(desk=Desk(timezone.now()), script=of_the_district(TINY))


def reports(count: int, temper: Temper):
    """The first messages as they were sent, in March 2021, and a day long after."""
    sent = read(INVENTED)[0][:count]
    replay = Replay(
        seed="1", shift=timedelta(), spread=Spread.over_the_district(), temper=temper
    )  # fmt: skip
    return [replay.report(message) for message in sent], sent[-1].sent_at + timedelta(days=60)


def test_one_seed_is_one_course(course):
    sent, now = reports(4, Temper(late_sign=0.5, unhappy=0.5))
    told = []
    for _turn in range(2):
        with transaction.atomic():
            for group in grouped(sent):
                course.play(group, until=now)
            told.append(history())
            transaction.set_rollback(True)

    assert told[0] == told[1]
    assert len(told[0]) > 20


def test_cut_off_and_continued_is_the_same_as_never_cut_off(course):
    sent, now = reports(3, Temper())
    told = []
    for breaks in ([], [timedelta(hours=30), timedelta(hours=70)]):
        with transaction.atomic():
            for group in grouped(sent):
                for pause in breaks:
                    course.play(group, until=group[0].at + pause)
                course.play(group, until=now)
            told.append(history())
            transaction.set_rollback(True)

    assert told[0] == told[1]


def test_whoever_is_late_is_reminded_and_the_ticket_climbs(course):
    sent, now = reports(3, Temper(late_accept=0, late_sign=1, late_resolve=0, refused=0,
                                  withdrawn=0, returned=0, patience=0))  # fmt: skip
    for group in grouped(sent):
        course.play(group, until=now)

    moves = set(TicketEvent.objects.values_list("kind", "move"))
    assert {("reminded", ""), ("moved", "climb"), ("moved", "sign")} <= moves
    assert course.played.refused == []


def test_the_unhappy_get_it_reopened_and_rate_again(course):
    sent, now = reports(4, Temper(rated=1, unhappy=1, unsolved=1, refused=0, withdrawn=0,
                                  late_accept=0, late_sign=0, late_resolve=0))  # fmt: skip
    for group in grouped(sent):
        course.play(group, until=now)

    reopened = Ticket.objects.filter(reopenings=1)
    assert reopened.exists()
    assert [t.ratings.count() for t in reopened.filter(state="closed")] == [2] * reopened.filter(
        state="closed"
    ).count()


def test_a_temper_is_kept_over_many_reports():
    drawn = [draw(str(n), Temper(rated=0.5, unhappy=0.2)) for n in range(2000)]
    rated = [character for character in drawn if character.stars is not None]
    unhappy = [character for character in rated if character.stars < 3]

    assert 900 < len(rated) < 1100
    assert 0.15 < len(unhappy) / len(rated) < 0.25
    assert all(character.solved for character in rated if character.stars >= 3)
