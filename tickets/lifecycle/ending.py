"""How a ticket ends well: closed after its answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from people.models import User
from tickets.lifecycle import record, timing
from tickets.models import Request, Ticket
from tickets.requests_table import RequestKind
from tickets.states import Move, MoveRefused, State


def close(ticket: Ticket, *, by: User | None, at: datetime, words: str = "") -> None:
    """Close the locked, answered ticket; by None: the platform does. A closed one stays as it is.

    :raises MoveRefused: while the reporter's request to reopen it is undecided
    """
    if by is None and ticket.state == State.CLOSED:
        return
    if reopening_waits(ticket):
        raise MoveRefused(_("Decide first whether it is reopened, as the reporter asked."))
    record.make(ticket, Move.ARCHIVE, by=by, system=by is None, at=at, words=words, ended_at=at)
    timing.stop_all(ticket, at=at)
    ticket.save()


def reopening_waits(ticket: Ticket) -> bool:
    """Whether the reporter asked to reopen it and nobody has decided."""
    return ticket.requests.filter(kind=RequestKind.REOPENING, state=Request.State.OPEN).exists()
