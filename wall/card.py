"""What the wall tells about one dot: who has it, how it is handled, how far it is. No words of
residents, no names of people."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from grids.models import Unit, lineage
from tickets import calendar, history, routing
from tickets.light import light_of
from tickets.models import Ticket, TicketEvent
from tickets.naming import names
from tickets.remaining import remaining
from tickets.states import STAGE_OF, State
from wall.scope import Scope

# The newest steps; the ticket's own page has them all.
MOST_STEPS = 6

# What visitors are not told: with it a neighbour could find the ticket, and whose it is.
_HIDDEN = {"number": "", "centre": "", "how": "", "url": ""}


def card_of(scope: Scope, ticket_id: int, at: datetime) -> dict[str, Any]:
    """Return the card of a dot through the door: 404 for what the scope does not show."""
    tickets = scope.tickets().with_places().select_related("event_type__category")
    ticket = get_object_or_404(tickets, pk=ticket_id)
    if not ticket.number:
        raise Http404
    area = scope.shown_area(ticket.area_code)
    left = remaining(ticket, at=at, days=calendar.current())
    card = {
        "id": ticket.pk,
        "number": ticket.number,
        "type": ticket.event_type.shown_name if ticket.event_type else "",
        "area": area,
        "place": " · ".join(names("area", code) for code in lineage(area)[1:]),
        "who": ticket.handler.shown_name if ticket.handler else "",
        "centre": ticket.centre.shown_name,
        "how": routing.sentence(ticket.reason),
        "state": str(State(ticket.state).label),
        "stage": STAGE_OF[State(ticket.state)].value,
        "light": light_of(ticket, at).value,
        "left": left.words if left else "",
        "due": left.due.isoformat() if left else None,
        "supervision": ticket.get_supervision_display() if ticket.supervision else "",
        "demonstration": ticket.is_demonstration,
        "steps": _steps(ticket),
        # A device may not open the ticket's own page.
        "url": "" if scope.by_device else reverse("tickets:detail", args=[ticket.number]),
    }
    return card | _HIDDEN | {"who": _kind_of(ticket.handler)} if scope.visitor else card


def _kind_of(unit: Unit | None) -> str:
    """Return what kind of unit it is, for those who need not know which one."""
    return str(unit.get_tier_display()) if unit else ""


def _steps(ticket: Ticket) -> list[dict[str, str]]:
    """Return the newest public steps, newest first: what was done, not who did it."""
    events = ticket.events.filter(public=True).exclude(kind=TicketEvent.Kind.ROUTED)
    events = events.order_by("-at", "-pk")[:MOST_STEPS]
    return [{"at": event.at.isoformat(), "title": title_of(event)} for event in events]


def title_of(event: TicketEvent) -> str:
    """Return what happened, as the history calls it."""
    if event.kind == TicketEvent.Kind.MOVED:
        return history.done(event.move)
    return str(event.get_kind_display())
