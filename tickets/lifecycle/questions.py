"""A question to the reporter, and the answer: asked in words, answered with words and photos."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.access import hats_over
from tickets.lifecycle import record
from tickets.lifecycle.reporting import keep_photos
from tickets.models import Photo, Question, Ticket
from tickets.photos import Received
from tickets.states import Move, MoveRefused


@transaction.atomic
def question(*, ticket_id: int, by: User, at: datetime, words: str) -> Ticket:
    """Whoever handles or decides it asks the reporter something; the clock runs on.

    :raises MoveRefused: without words, or while another question waits for its answer
    """
    if not words.strip():
        raise MoveRefused(_("Write what you want to know."))
    ticket = record.locked(ticket_id)
    if ticket.questions.open().exists():
        raise MoveRefused(_("A question waits for the reporter's answer already."))
    event = record.make(ticket, Move.QUESTION, by=by, at=at, words=words.strip(), public=True)
    Question.objects.create(ticket=ticket, asked_in=event, asked_by=by, asked_at=at)
    record.tell_reporter(event, "question")
    return ticket


@transaction.atomic
def reply(
    *, ticket_id: int, at: datetime, words: str = "", photos: Sequence[Received] = ()
) -> Ticket:
    """The reporter answers the question; whoever asked and whoever handles it are told.

    :raises MoveRefused: without words and photos; if no question waits, or it was answered before
    """
    if not words.strip() and not photos:
        raise MoveRefused(_("Write something, or add a photo."))
    ticket = record.locked(ticket_id)
    asked = ticket.questions.open().select_related("asked_by").first()
    if asked is None:
        raise MoveRefused(_("The question was answered already, or is no longer needed."))
    event = record.make(
        ticket, Move.REPLY, by=None, at=at, words=words.strip(), public=True,
        data={"photos": len(photos)} if photos else {},
    )  # fmt: skip
    asked.answered_in, asked.answered_at = event, at
    asked.save()
    keep_photos(ticket, photos, Photo.Purpose.REPORT, at)
    people = record.people_at(ticket.handler or ticket.centre, ticket, at)
    if hats_over(asked.asked_by, ticket):
        people.append(asked.asked_by)
    record.tell(people, event, "replied")
    return ticket
