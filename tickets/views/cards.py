"""A ticket as a card or a row of work: where it is, what is left, what this person may do now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grids.models import Area
from people.models import User
from tickets import access, calendar, waiting
from tickets.models import Ticket
from tickets.remaining import Remaining, remaining
from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import Hat, Move, State, moves_for
from tickets.views.detail import place_of
from tickets.waiting import Waiting

# The one likely step of the hands that do the work.
_NEXT = (Move.SIGN, Move.START, Move.RESOLVE)


@dataclass(frozen=True)
class Card:
    """One ticket of somebody's work. `next`: the likely step, if it is theirs to make."""

    ticket: Ticket
    place: list[str]
    remaining: Remaining | None
    next: Move | None
    moves: list[Move]
    asks: list[RequestKind]
    waits: list[Waiting]


def cards(user: User, tickets: Sequence[Ticket], *, at: datetime) -> list[Card]:
    """Return the cards of these tickets, in their order. As many queries for one as for a hundred.

    The tickets must have been read with_places().
    """
    towns = _towns(tickets)
    hats = access.hats_over_all(user, tickets)
    waits = waiting.on(tickets)
    days = calendar.current()

    def card(ticket: Ticket) -> Card:
        areas = [towns.get(ticket.area_code[:9]), ticket.village, ticket.grid]
        moves = moves_for(State(ticket.state), hats[ticket.pk])
        return Card(
            ticket=ticket,
            place=place_of([area for area in areas if area]),
            remaining=remaining(ticket, at=at, days=days),
            next=next((move for move in _NEXT if move in moves), None),
            moves=moves,
            asks=_asks(ticket, hats[ticket.pk], waits.get(ticket.pk, [])),
            waits=waits.get(ticket.pk, []),
        )

    return [card(ticket) for ticket in tickets]


def _asks(ticket: Ticket, hats: set[Hat], waits: Sequence[Waiting]) -> list[RequestKind]:
    asked = {wait.request.kind for wait in waits}
    return [
        kind
        for kind, rule in REQUESTS.items()
        if rule.askers & hats and ticket.state in rule.sources and kind not in asked
    ]


def _towns(tickets: Sequence[Ticket]) -> dict[str, Area]:
    codes = {ticket.area_code[:9] for ticket in tickets}
    areas = Area.objects.filter(code__in=codes).only("code", "name", "name_en")
    return {area.code: area for area in areas}
