"""One ticket of a list, opened on the spot: its words, and the form of one thing to do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django import forms
from django.urls import reverse

from people.models import User
from tickets.forms import moves, requests
from tickets.models import Photo
from tickets.states import Move
from tickets.views.cards import Card

# The units' own steps; what only a centre does stands on the ticket's page.
_HERE = (Move.RESOLVE, Move.QUESTION, Move.COMMENT, Move.CLIMB)


@dataclass(frozen=True)
class Way:
    """One thing that can be done: `name` stands in the address, `action` receives the form."""

    name: str
    label: str
    action: str
    asks: bool
    form: Callable[[], forms.Form]


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
    ways = _ways(card, user, at)
    way = next((way for way in ways if way.name == name), ways[0] if ways else None)
    photos = list(card.ticket.photos.filter(state=Photo.State.READY).order_by("position"))
    return Opened(card, ways, way, way.form() if way else None, photos)


def _ways(card: Card, user: User, at: datetime) -> list[Way]:
    ticket = card.ticket
    made = [
        Way(
            name=move, label=str(move.label), asks=False,
            action=reverse("tickets:move", args=[ticket.number, move]),
            form=partial(moves.FORMS[move], ticket=ticket, user=user, at=at),
        )
        for move in _HERE if move in card.moves
    ]  # fmt: skip
    asked = [
        Way(
            name=kind, label=str(kind.label), asks=True,
            action=reverse("tickets:ask", args=[ticket.number, kind]),
            form=requests.FORMS.get(kind, requests.AskForm),
        )
        for kind in card.asks
    ]  # fmt: skip
    return made + asked
