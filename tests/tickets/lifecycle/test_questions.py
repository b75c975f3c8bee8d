"""A question to the reporter and the answer: the clock runs on, and whoever waits is told."""

import pytest
from django.db import IntegrityError, transaction

from notices.models import Notice
from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tests.tickets.public.residents import photo
from tickets import lifecycle, photos, story
from tickets.lifecycle import NotYours
from tickets.models import Photo, Question, Ticket
from tickets.states import MoveRefused, State

pytestmark = pytest.mark.django_db

WHICH = "是哪一盏灯？"


@pytest.fixture
def at_department(report, types):
    return report(event_type=types.department, contact_phone="13812345678")


@pytest.fixture
def asked(at_department, cast):
    return lifecycle.question(
        ticket_id=at_department.pk, by=cast.department, at=WEDNESDAY + MINUTE, words=WHICH
    )


def reply(ticket: Ticket, **given) -> Ticket:
    usual = {"ticket_id": ticket.pk, "at": WEDNESDAY + 2 * MINUTE, "words": "路口东边第二盏"}
    return lifecycle.reply(**usual | given)


def test_whoever_handles_it_asks_and_the_clock_runs_on(at_department, asked, told):
    before, after = at_department, Ticket.objects.get(pk=asked.pk)

    assert (after.state, after.resolve_by, after.paused_until) == (
        before.state, before.resolve_by, None,
    )  # fmt: skip
    assert "the reporter" in told()["question"]
    assert WHICH not in str(Notice.objects.get(template="question").params)
    assert [chapter.words for chapter in story.of(after)][-1] == WHICH


def test_the_answer_stands_in_the_story_and_whoever_asked_is_told(asked, cast, told):
    ticket = reply(asked)

    (question,) = Question.objects.all()
    assert (question.answered_at, question.void_at) == (WEDNESDAY + 2 * MINUTE, None)
    assert [(c.sentence, c.words) for c in story.of(ticket)][-1][1] == "路口东边第二盏"
    assert told()["replied"] == sorted({"department", "department_head"})


def test_a_centre_that_asks_is_told_beside_the_unit(at_department, cast, told):
    lifecycle.question(ticket_id=at_department.pk, by=cast.district, at=WEDNESDAY, words=WHICH)
    reply(at_department)

    assert "district" in told()["replied"]


def test_an_answer_may_be_a_photo_alone_and_belongs_to_the_report(asked, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    reply(asked, words=" ", photos=photos.receive([photo()]))

    assert [(p.purpose, p.public) for p in Photo.objects.all()] == [("report", True)]


def test_one_question_at_a_time_and_one_answer_to_it(asked, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.question(ticket_id=asked.pk, by=cast.district, at=WEDNESDAY, words="几点？")
    reply(asked)
    with pytest.raises(MoveRefused, match=r"\w"):
        reply(asked)


def test_the_database_keeps_one_open_question_too(asked, cast):
    event = asked.events.order_by("pk").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(
            ticket=asked, asked_in=event, asked_by=cast.department, asked_at=WEDNESDAY
        )


def test_an_empty_question_and_an_empty_answer_are_refused(asked, at_department, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.question(ticket_id=asked.pk, by=cast.department, at=WEDNESDAY, words=" ")
    with pytest.raises(MoveRefused, match=r"\w"):
        reply(asked, words=" ")


@pytest.mark.parametrize("who", ["village", "worker", "leader", "outsider"])
def test_nobody_else_asks_the_reporter(at_department, cast, who):
    with pytest.raises(NotYours):
        lifecycle.question(
            ticket_id=at_department.pk, by=getattr(cast, who), at=WEDNESDAY, words=WHICH
        )


def test_a_question_is_void_once_the_report_is_withdrawn(asked):
    lifecycle.withdraw(ticket_id=asked.pk, at=WEDNESDAY + 2 * MINUTE)

    assert Question.objects.get().void_at == WEDNESDAY + 2 * MINUTE
    with pytest.raises(MoveRefused):
        reply(asked, at=WEDNESDAY + 3 * MINUTE)


def test_a_question_outlives_a_dispatch_but_not_the_answer(asked, cast):
    step = {"ticket_id": asked.pk, "by": cast.department, "at": WEDNESDAY + 2 * MINUTE}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="换了灯", evidence="老王看过")
    assert Question.objects.open().count() == 1

    lifecycle.feed_back(ticket_id=asked.pk, by=cast.district, at=WEDNESDAY + 3 * MINUTE, words="好")

    assert Question.objects.open().count() == 0
    assert Ticket.objects.get().state == State.FEEDBACK
