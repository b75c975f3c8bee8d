"""Supervision (督办): a supervisor, or lateness at the top, puts a ticket under watch."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.lifecycle import record
from tickets.models import Ticket
from tickets.states import Move, MoveRefused

_GRADES = [grade for grade in Ticket.Supervision.values if grade]


@transaction.atomic
def supervise(
    *,
    ticket_id: int,
    by: User,
    at: datetime,
    grade: str,
    words: str,
    answer_by: datetime | None = None,
) -> Ticket:
    """Put the ticket under supervision of a grade, with words to the unit and a time to answer.

    :param grade: general, key or listed (domain 2.5)
    :raises MoveRefused: without words, with an unknown grade, or with a time in the past
    """
    if grade not in _GRADES:
        raise MoveRefused(_("Choose one of the grades."))
    if not words.strip():
        raise MoveRefused(_("Say what is expected."))
    if answer_by is not None and answer_by <= at:
        raise MoveRefused(_("The time to answer by must be in the future."))
    ticket = record.locked(ticket_id)
    _supervise(ticket, grade, by=by, at=at, words=words, answer_by=answer_by)
    return ticket


def supervise_overdue(ticket: Ticket, *, at: datetime) -> None:
    """Late at the top: the locked ticket comes under general supervision, once (house plan 8)."""
    if not ticket.supervision:
        _supervise(ticket, Ticket.Supervision.GENERAL, by=None, at=at)


def _supervise(
    ticket: Ticket,
    grade: str,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    answer_by: datetime | None = None,
) -> None:
    event = record.make(
        ticket, Move.SUPERVISE, by=by, system=by is None, at=at, words=words,
        data={"grade": grade}, supervision=grade, supervise_by=answer_by,
    )  # fmt: skip
    people = record.people_at(ticket.handler, ticket, at)
    people += record.people_at(ticket.centre, ticket, at)
    record.tell(people, event, "supervised", but=by, grade=grade, due=answer_by)
