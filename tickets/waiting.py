"""Who waits for whom: the requests that stand open on tickets, with whoever decides them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from grids.models import Unit
from tickets.access import decider_of
from tickets.models import Request, Ticket
from tickets.states import Hat


@dataclass(frozen=True)
class Waiting:
    """One open request: who decides it now, as a unit and a capacity in it."""

    request: Request
    unit: Unit
    hat: Hat


def on(tickets: Sequence[Ticket]) -> dict[int, list[Waiting]]:
    """Return the open requests by ticket id, the nearest decision first. One query.

    The tickets must have been read with_places().
    """
    by_id = {ticket.pk: ticket for ticket in tickets}
    asked = (
        Request.objects.filter(ticket__in=by_id, state=Request.State.OPEN)
        .select_related("unit", "asked_in__words")
        .order_by("decide_by", "pk")
    )
    found: dict[int, list[Waiting]] = defaultdict(list)
    for request in asked:
        found[request.ticket_id].append(_waiting(request, by_id[request.ticket_id]))
    return found


def _waiting(request: Request, ticket: Ticket) -> Waiting:
    request.ticket = ticket
    hat = decider_of(request)
    unit = ticket.handler if hat == Hat.HEAD and ticket.handler else ticket.centre
    return Waiting(request, unit, hat)
