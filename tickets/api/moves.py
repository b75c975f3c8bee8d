"""From a move's name and fields to its verb: one line a move."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from rest_framework import exceptions

from people.models import User
from tickets import lifecycle, photos
from tickets.models import Ticket
from tickets.states import Move

Call = Callable[[Ticket, User, datetime, dict], Ticket]


def _verb(verb: Callable[..., Ticket], *fields: str, words: bool = True) -> Call:
    """Return a call of the verb with these fields of the body, those that are missing as ""."""

    def call(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
        needed = {name: _needed(given, name) for name in fields}
        if words:
            needed["words"] = given.get("words", "")
        return verb(ticket_id=ticket.pk, by=by, at=at, **needed)

    return call


def _needed(given: dict, name: str):
    if given.get(name) is None:
        raise exceptions.ValidationError({name: [_("This move needs it.")]})
    return given[name]


def _accept(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    return lifecycle.accept(
        ticket_id=ticket.pk, by=by, at=at, event_type=given.get("event_type"),
        words=given.get("words", ""),
    )  # fmt: skip


def _merge(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    other = Ticket.objects.visible_to(by).filter(number=_needed(given, "into")).first()
    if other is None:
        raise exceptions.ValidationError({"into": [_("There is no such ticket in your area.")]})
    return lifecycle.merge(
        ticket_id=ticket.pk, into_id=other.pk, by=by, at=at, words=given.get("words", "")
    )


def _dispatch(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    return lifecycle.dispatch(
        ticket_id=ticket.pk, unit=_needed(given, "unit"), helpers=given.get("helpers", ()),
        by=by, at=at, words=given.get("words", ""),
    )  # fmt: skip


def _resolve(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    return lifecycle.resolve(
        ticket_id=ticket.pk, by=by, at=at, words=given.get("words", ""),
        evidence=given.get("evidence", ""), photos=photos.receive(given.get("photos", [])),
    )  # fmt: skip


def _comment(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    return lifecycle.comment(
        ticket_id=ticket.pk, by=by, at=at, words=given.get("words", ""),
        public=given.get("public", False), photos=photos.receive(given.get("photos", [])),
    )  # fmt: skip


def _supervise(ticket: Ticket, by: User, at: datetime, given: dict) -> Ticket:
    return lifecycle.supervise(
        ticket_id=ticket.pk, by=by, at=at, grade=_needed(given, "grade"),
        words=given.get("words", ""), answer_by=given.get("answer_by"),
    )  # fmt: skip


# The reporter's moves are not here: they are made with the code and the PIN.
VERBS: dict[Move, Call] = {
    Move.ACCEPT: _accept,
    Move.REFUSE: _verb(lifecycle.refuse, "reason"),
    Move.MERGE: _merge,
    Move.DISPATCH: _dispatch,
    Move.SIGN: _verb(lifecycle.sign),
    Move.START: _verb(lifecycle.start),
    Move.RESOLVE: _resolve,
    Move.VERIFY: _verb(lifecycle.verify),
    Move.SEND_BACK: _verb(lifecycle.send_back),
    Move.FEED_BACK: _verb(lifecycle.feed_back),
    Move.ARCHIVE: _verb(lifecycle.archive),
    Move.COMMENT: _comment,
    Move.QUESTION: _verb(lifecycle.question),
    Move.CLIMB: _verb(lifecycle.climb),
    Move.SUPERVISE: _supervise,
    Move.UNDO: _verb(lifecycle.undo, words=False),
}
