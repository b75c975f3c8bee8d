"""The reporter's verbs, and the end: rate, withdraw, archive."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.lifecycle import record, timing
from tickets.lifecycle.allowance import used_up
from tickets.lifecycle.ending import close, reopening_waits
from tickets.lifecycle.requests import ask_on_locked
from tickets.models import Rating, Ticket
from tickets.requests_table import RequestKind
from tickets.states import Move, MoveRefused


@transaction.atomic
def rate(*, ticket_id: int, at: datetime, stars: int, solved: bool, words: str = "") -> Ticket:
    """The reporter rates the answer, once after each answer. Solved: it is archived at once.

    Not solved: a request to reopen it goes to the centre, which has one working day (house plan 8);
    where it was reopened as often as may be, the rating is what remains.

    :param stars: 1 (very dissatisfied) to 5 (very satisfied)
    :raises MoveRefused: if it was rated after this answer already
    """
    if stars not in Rating.Stars.values:
        raise MoveRefused(_("Choose one of the five levels."))
    ticket = record.locked(ticket_id)
    turn = ticket.reopenings + 1
    if Rating.objects.filter(ticket=ticket, round=turn).exists():
        raise MoveRefused(_("You have rated this already. Thank you."))
    event = record.make(
        ticket, Move.RATE, by=None, at=at, words=words, public=True,
        data={"stars": stars, "solved": solved},
    )  # fmt: skip
    Rating.objects.create(ticket=ticket, round=turn, stars=stars, solved=solved, at=at)
    people = record.people_at(ticket.centre, ticket, at)
    if solved:
        # Asked for before, it is not needed any more.
        timing.void_requests(ticket, at=at)
        close(ticket, by=None, at=at)
    elif used_up(ticket, RequestKind.REOPENING):
        close(ticket, by=None, at=at)
    elif not reopening_waits(ticket):
        ask_on_locked(ticket, RequestKind.REOPENING, by=None, at=at, words=words)
    if not solved or stars < Rating.Stars.FAIR:
        record.tell(people, event, "rated_low")
    return ticket


@transaction.atomic
def withdraw(*, ticket_id: int, at: datetime, words: str = "") -> Ticket:
    """The reporter takes the report back."""
    ticket = record.locked(ticket_id)
    unit = ticket.handler or ticket.centre
    event = record.make(
        ticket, Move.WITHDRAW, by=None, at=at, words=words, public=True, ended_at=at
    )
    timing.stop_all(ticket, at=at)
    ticket.save()
    record.tell(record.people_at(unit, ticket, at), event, "withdrawn")
    return ticket


@transaction.atomic
def archive(*, ticket_id: int, by: User, at: datetime, words: str = "") -> Ticket:
    """The centre closes an answered ticket.

    :raises MoveRefused: while the reporter's request to reopen it is undecided
    """
    ticket = record.locked(ticket_id)
    close(ticket, by=by, at=at, words=words)
    return ticket
