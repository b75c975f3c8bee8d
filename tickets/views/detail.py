"""One ticket: what is known of it, how it stands, what this person may do with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grids.models import Area, lineage
from people import masking
from people.models import User
from people.scope import person_of
from tickets import access, calendar, duplicates, history, listing, routing
from tickets.deadlines import Clock, explain
from tickets.lifecycle.handling import MUST_BE_VERIFIED
from tickets.models import Contact, DueStep, Ticket
from tickets.remaining import left_of, remaining
from tickets.states import AT_WORK, Move, State

# Made with one press; all others ask for something first.
ONE_PRESS = frozenset({Move.SIGN, Move.START})
# The likely next step, in this order, stands first and filled.
_LIKELY = (
    Move.ACCEPT, Move.SIGN, Move.START, Move.RESOLVE, Move.FEED_BACK, Move.VERIFY,
)  # fmt: skip
_UNTIL = {
    "accept": gettext_lazy("To accept by"),
    "sign": gettext_lazy("To sign for by"),
    "decide": gettext_lazy("To decide by"),
    "resolve": gettext_lazy("To resolve by"),
}


@dataclass(frozen=True)
class ShownClock:
    """One limit of the ticket with its arithmetic; `left` is "" when it does not run."""

    name: str
    clock: Clock
    left: str
    over: bool
    arithmetic: list[str]


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket's own page."""
    at, person = timezone.now(), person_of(request)
    ticket = access.to_read(person, number)
    return render(request, "tickets/detail.html", shown(person, ticket, at=at))


def shown(user: User, ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """Return all that the page shows of the ticket to this person."""
    moves = access.moves_of(user, ticket)
    photos = list(ticket.photos.order_by("position", "added_at"))
    return head(ticket, at=at) | {
        "reason": routing.sentence(ticket.reason),
        "clocks": clocks_of(ticket, at=at),
        "contact": contact_of(ticket),
        "may_reveal": may_reveal(user, ticket),
        "helpers": list(ticket.helpers.order_by("code")),
        "photos": [photo for photo in photos if photo.purpose == "report"],
        "evidence": [photo for photo in photos if photo.purpose == "evidence"],
        "lines": history.lines(ticket),
        "question": ticket.questions.open().select_related("asked_in__words").first(),
        "ratings": list(ticket.ratings.order_by("round")),
        "merged": list(Ticket.objects.visible_to(user).merged_with(ticket)),
        "merged_into": _if_visible(user, ticket.merged_into),
        "followers": ticket.followers.count(),
        "near": duplicates.near(ticket, user) if ticket.state in AT_WORK else [],
        "steps": list(_coming(ticket)),
        "to_decide": access.decides_of(user, ticket),
        "requests": list(ticket.requests.select_related("asked_in__words", "unit").order_by("pk")),
        "main_move": _likely(ticket, moves),
        "moves": moves,
        "one_press": ONE_PRESS,
        "asks": access.asks_of(user, ticket),
    }


def head(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """Return what the head of every page about the ticket shows."""
    codes = lineage(ticket.area_code)[1:]
    areas = Area.objects.filter(code__in=codes).defer("boundary").order_by("code")
    return {
        "ticket": ticket,
        "at": at,
        "place": place_of(list(areas)),
        "remaining": remaining(ticket, at=at, days=calendar.current()),
    }


def _likely(ticket: Ticket, moves: list[Move]) -> Move | None:
    """Return the move that most probably comes next."""
    if ticket.urgency in MUST_BE_VERIFIED and not ticket.verified_at and Move.VERIFY in moves:
        return Move.VERIFY
    if ticket.state == State.ACCEPTED and Move.DISPATCH in moves:
        return Move.DISPATCH
    return next((move for move in _LIKELY if move in moves), None)


def place_of(areas: list[Area]) -> list[str]:
    """Return the names of a place, the widest first; a grid's may already hold its village's."""
    names = [area.shown_name for area in areas]
    return [
        name for name, below in zip(names, [*names[1:], ""], strict=True)
        if not below.startswith(name)
    ]  # fmt: skip


def clocks_of(ticket: Ticket, *, at: datetime) -> list[ShownClock]:
    """Return the limits that count now, and the promise to the reporter in any case."""
    names = ["resolve"]
    if _coming(ticket).filter(clock="decide").exists():
        names.insert(0, "decide")
    if ticket.state == State.DISPATCHED:
        names.insert(0, "sign")
    if ticket.state == State.SUBMITTED:
        names.insert(0, "accept")
    days = calendar.current()
    kept = ticket.clocks
    found = [(name, Clock.from_json(kept[name])) for name in names if name in kept]
    return [
        ShownClock(
            name=str(_UNTIL[name]),
            clock=clock,
            left=left_of(clock, at, days) if ticket.state in AT_WORK else "",
            over=ticket.state in AT_WORK and not clock.paused_at and at >= clock.due,
            arithmetic=explain(clock),
        )
        for name, clock in found
    ]


def contact_of(ticket: Ticket) -> dict[str, str] | None:
    """Return the reporter's name and telephone number, masked; None if they left neither."""
    contact = Contact.objects.filter(ticket=ticket).first()
    if contact is None:
        return None
    return {"name": masking.name(contact.name), "phone": masking.phone(contact.phone)}


def may_reveal(user: User, ticket: Ticket) -> bool:
    """Whether this person may see the contact in clear: on duty in the centre that decides."""
    return ticket.centre_id in listing.Desk.of(user).centres


def _coming(ticket: Ticket) -> Any:
    """Return what will happen to the ticket by itself, the next first."""
    waiting = DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None)
    return waiting.order_by("due_at", "pk")


def _if_visible(user: User, ticket: Ticket | None) -> Ticket | None:
    return ticket and Ticket.objects.visible_to(user).filter(pk=ticket.pk).first()
