"""What a move will do, said before it is made: who gets the ticket, and who is told."""

from dataclasses import dataclass
from datetime import datetime

from grids import organisation
from grids.models import Unit
from tickets import routing
from tickets.models import Contact, Ticket
from tickets.states import Move

# Moves after which the verb writes to the reporter, if they left a telephone number.
_TELLS_REPORTER = frozenset(
    {Move.ACCEPT, Move.REFUSE, Move.MERGE, Move.DISPATCH, Move.START, Move.FEED_BACK, Move.QUESTION}
)


@dataclass(frozen=True)
class Told:
    """A unit whose people are told, and how many they are."""

    unit: Unit
    people: int


@dataclass(frozen=True)
class Foretold:
    """`gets`: the unit whose turn it is afterwards, None if the form chooses or nobody's is."""

    gets: Unit | None
    told: list[Told]
    reporter: bool


def foretell(ticket: Ticket, move: Move, *, at: datetime, unit: Unit | None = None) -> Foretold:
    """Return what the verb of this move will do with the ticket as it stands now.

    :param unit: the one to which it would be dispatched, if it is chosen already
    """
    handler = ticket.handler
    gets: Unit | None = None
    units: list[Unit | None] = []
    if move in (Move.RESOLVE, Move.ACCEPT):
        gets = ticket.centre
        units = [ticket.centre] if move == Move.RESOLVE else []
    elif move == Move.SEND_BACK:
        gets, units = handler, [handler]
    elif move == Move.CLIMB:
        gets = organisation.centre_above(ticket.centre)
        units = [gets, ticket.centre]
    elif move == Move.DISPATCH:
        gets, units = unit, [unit, handler]
    elif move == Move.UNDO:
        # Those to whom it had come by the move.
        units = [handler]
    elif move == Move.COMMENT:
        units = [handler or ticket.centre, ticket.centre]
    elif move == Move.SUPERVISE:
        units = [handler, ticket.centre]
    told = [
        Told(unit, len(routing.people_for(ticket, unit, at=at)))
        for unit in dict.fromkeys(unit for unit in units if unit)
    ]
    return Foretold(gets, told, move in _TELLS_REPORTER and _has_phone(ticket))


def _has_phone(ticket: Ticket) -> bool:
    contact = Contact.objects.filter(ticket=ticket).first()
    return bool(contact and contact.phone)
