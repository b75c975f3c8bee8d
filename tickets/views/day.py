"""A grid worker's day, on a phone: what is in their hands, the nearest limit first."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from grids.models import District
from people.models import User
from people.roles import GRID_ROLES
from people.scope import person_of, roles_of
from tickets import listing
from tickets.dots import day_of
from tickets.listing import Queue
from tickets.models import Ticket, TicketEvent
from tickets.states import Move, State
from tickets.views.cards import Card, cards

# More than anybody does in a day; the list of all tickets holds the rest.
MOST_CARDS = 60
_MOST_DONE = 20


@never_cache
@require_GET
def day(request: HttpRequest) -> HttpResponse:
    """What waits, what is in work, what was finished today."""
    at, person = timezone.now(), person_of(request)
    check(person)
    tickets = _in_hand(person, at)
    shown = cards(person, tickets[:MOST_CARDS], at=at)
    return render(request, "tickets/day/day.html", {
        "at": at, "cards": shown, "counts": _counts(shown, at), "more": len(tickets) > MOST_CARDS,
        "done": _done_today(person, at), "hotline": District.current().hotline,
    })  # fmt: skip


def check(person: User) -> None:
    """Let grid workers and grid leaders through.

    :raises PermissionDenied: for everybody else, with a sentence
    """
    if not roles_of(person) & GRID_ROLES:
        raise PermissionDenied(_("This page is for those who work in a grid."))


def _in_hand(person: User, at: datetime) -> list[Ticket]:
    chosen = listing.chosen(person, Queue.WORK, at=at).with_places()
    nearest = F("red_at").asc(nulls_last=True)
    ordered = chosen.select_related("text", "event_type").order_by(nearest, "pk")
    return list(ordered[: MOST_CARDS + 1])


def _counts(shown: list[Card], at: datetime) -> dict[str, int]:
    states = [card.ticket.state for card in shown]
    over = [card for card in shown if card.remaining and card.remaining.over]
    return {
        "to_sign": states.count(State.DISPATCHED),
        "in_work": len(states) - states.count(State.DISPATCHED),
        "over": len(over),
    }


def _done_today(person: User, at: datetime) -> list[dict[str, Any]]:
    """Return what this person finished since midnight, the last first: for their own eyes."""
    since, until = day_of(at)
    finished = TicketEvent.objects.filter(
        at__gte=since, at__lt=until, by=person, move__in=[Move.RESOLVE, Move.SETTLE],
        ticket__in=Ticket.objects.visible_to(person).values("pk"),
    )  # fmt: skip
    rows = finished.select_related("ticket__text").order_by("-at", "-pk")[:_MOST_DONE]
    return [
        {"at": row.at, "ticket": row.ticket, "settled": row.move == Move.SETTLE} for row in rows
    ]
