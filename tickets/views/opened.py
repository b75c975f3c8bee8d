"""One ticket of a list, opened on the spot: its words, and the form of one thing to do with it."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.urls import reverse

from people.models import User
from tickets.forms import moves, requests
from tickets.models import Photo
from tickets.requests_table import RequestKind
from tickets.states import Move
from tickets.views.cards import Card
from tickets.views.detail import ONE_PRESS

# The units' own steps; what only a centre does stands on the ticket's page.
_HERE = (Move.RESOLVE, Move.QUESTION, Move.COMMENT, Move.CLIMB)


@dataclass(frozen=True)
class Way:
    """One thing that can be done: `name` stands in the address, `action` receives the form."""

    name: str
    label: str
    action: str
    form_class: type[forms.Form]
    asks: bool


@dataclass(frozen=True)
class Opened:
    """The opened ticket: the ways, the chosen one with its form, the report's photos."""

    card: Card
    ways: list[Way]
    way: Way | None
    form: forms.Form | None
    photos: list[Photo]


def opened(card: Card, user: User, name: str, *, at: datetime) -> Opened:
    """Return the ticket opened at this way, or at the first one if there is none of this name."""
    ways = _ways(card)
    way = next((way for way in ways if way.name == name), ways[0] if ways else None)
    photos = list(card.ticket.photos.filter(state=Photo.State.READY).order_by("position"))
    return Opened(card, ways, way, way and _form(way, card, user, at), photos)


def _ways(card: Card) -> list[Way]:
    number = card.ticket.number
    made = [
        Way(move, str(move.label), reverse("tickets:move", args=[number, move]),
            moves.FORMS[move], asks=False)
        for move in _HERE if move in card.moves and move not in ONE_PRESS
    ]  # fmt: skip
    asked = [
        Way(kind, str(kind.label), reverse("tickets:ask", args=[number, kind]),
            requests.FORMS.get(RequestKind(kind), requests.AskForm), asks=True)
        for kind in card.asks
    ]  # fmt: skip
    return made + asked


def _form(way: Way, card: Card, user: User, at: datetime) -> forms.Form:
    if way.asks:
        return way.form_class()
    return way.form_class(ticket=card.ticket, user=user, at=at)
