"""Many tickets dispatched with one press: each in its own transaction, told to screens once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from grids.locate import Place
from grids.models import Unit
from people.models import User
from tickets import broadcast, routing
from tickets.lifecycle import record
from tickets.lifecycle.dispatch import dispatch
from tickets.lifecycle.reporting import OtherBody
from tickets.models import BulkDispatch, Ticket
from tickets.states import Move, MoveRefused

AT_MOST = 100
# How long a press that is sent again gets the answer of the first.
KEPT_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket: `refused` is a sentence, "" if it was dispatched."""

    ticket_id: int
    refused: str


def dispatch_many(
    *,
    key: UUID,
    ticket_ids: Sequence[int],
    unit: Unit | None,
    by: User,
    at: datetime,
    words: str = "",
) -> list[Outcome]:
    """Dispatch each of the tickets to the unit, or (None) to whom it goes by the rules.

    One that is refused stops none of the others. The same key again gives the same outcomes and
    dispatches nothing twice, also after a crash half-way. Do not call it in a transaction.

    :raises OtherBody: if the key was used for other tickets, another unit, or by somebody else
    :raises MoveRefused: if they are more than AT_MOST
    """
    if len(ticket_ids) > AT_MOST:
        raise MoveRefused(_("At most %(n)d tickets at once.") % {"n": AT_MOST})
    fingerprint = _fingerprint(ticket_ids, unit, by, words)
    known, _new = BulkDispatch.objects.get_or_create(
        key=key, defaults={"by": by, "at": at, "fingerprint": fingerprint}
    )
    if known.fingerprint != fingerprint:
        raise OtherBody(_("This was sent before with other tickets. Choose them again."))
    if known.results is None:
        with broadcast.at_once():
            found = [_one(pk, key=key, unit=unit, by=by, at=at, words=words) for pk in ticket_ids]
        known.results = [[outcome.ticket_id, outcome.refused] for outcome in found]
        known.save(update_fields=["results"])
    return [Outcome(pk, refused) for pk, refused in known.results]


def forget_bulk(*, at: datetime) -> int:
    """Delete the answers that nobody asks for again; return how many. Safe to repeat."""
    return BulkDispatch.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def unit_by_rule(ticket: Ticket, *, at: datetime) -> Unit:
    """Return to whom the ticket goes by the rules of routing.

    :raises MoveRefused: without a type, or if nobody is on post where it belongs
    """
    if ticket.event_type is None:
        raise MoveRefused(_("Choose what type of matter it is first."))
    place = Place(village=ticket.village, grid=ticket.grid)
    route = routing.choose(event_type=ticket.event_type, certain=True, place=place, at=at)
    if route.handler is None:
        raise MoveRefused(routing.sentence(route.reason))
    return route.handler


def _one(
    ticket_id: int, *, key: UUID, unit: Unit | None, by: User, at: datetime, words: str
) -> Outcome:
    try:
        with transaction.atomic():
            ticket = record.locked(ticket_id)
            done = ticket.events.filter(move=Move.DISPATCH, data__bulk=str(key))
            if not done.exists():
                dispatch(
                    ticket_id=ticket_id, unit=unit or unit_by_rule(ticket, at=at), by=by, at=at,
                    words=words, data={"bulk": str(key)},
                )  # fmt: skip
    except MoveRefused as refusal:
        return Outcome(ticket_id, str(refusal))
    return Outcome(ticket_id, "")


def _fingerprint(ticket_ids: Sequence[int], unit: Unit | None, by: User, words: str) -> str:
    body = [str(by.pk), unit.code if unit else "", words, *map(str, ticket_ids)]
    return hashlib.sha256("\n".join(body).encode()).hexdigest()
