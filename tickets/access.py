"""The door to a ticket. Pages, API, sockets and files fetch tickets here and nowhere else."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from grids.models import Unit
from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, HEAD_ROLES, Role
from people.scope import Held, posts_of
from tickets import receipts
from tickets.models import Helper, Request, Ticket, Undoable
from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import RULES, Hat, Move, State, moves_for

_NOBODYS_KEY = UUID(int=0)
_WITH = (
    "text",
    "event_type__category",
    "merged_into",
)


def to_read(user: User, number: str) -> Ticket:
    """Return the ticket with this number, or 404 if it lies outside this person's doors."""
    if "\0" in number:
        # PostgreSQL cannot even be asked.
        raise Http404
    tickets = Ticket.objects.visible_to(user).with_places().select_related(*_WITH)
    return get_object_or_404(tickets, number=number)


def sees(user: User, ticket: Ticket) -> bool:
    """Whether the ticket lies behind this person's doors as it stands now."""
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def to_move(user: User, number: str, move: Move) -> Ticket:
    """Return the ticket if this person may make the move in principle: else 404 or 403.

    Whether its state allows the move now is for the verb to say, with a sentence.
    """
    if move == Move.UNDO:
        return to_undo(user, number)
    ticket = to_read(user, number)
    if not hats_over(user, ticket) & RULES[move].makers:
        raise PermissionDenied(_("Your post does not let you do this here."))
    return ticket


def to_undo(user: User, number: str) -> Ticket:
    """Return the ticket if this person may take back a move of theirs: else 404 or 403.

    Also where that very move put it out of their sight.
    """
    theirs = Undoable.objects.filter(by=user, ticket__number=number)
    if "\0" not in number and theirs.exists():
        return Ticket.objects.with_places().select_related(*_WITH).get(number=number)
    ticket = to_read(user, number)
    if Hat.CENTRE not in hats_over(user, ticket):
        raise PermissionDenied(_("Your post does not let you do this here."))
    return ticket


def to_ask(user: User, number: str, kind: RequestKind) -> Ticket:
    """Return the ticket if this person may ask this about it: else 404 or 403."""
    ticket = to_read(user, number)
    if not hats_over(user, ticket) & REQUESTS[kind].askers:
        raise PermissionDenied(_("Your post does not let you ask for this."))
    return ticket


def to_decide(user: User, request_id: int) -> Request:
    """Return the request if this person may decide it at its present step: else 404 or 403."""
    request = get_object_or_404(
        Request.objects.select_related("ticket", "asked_in__words", "unit"), pk=request_id
    )
    ticket = to_read(user, request.ticket.number or "")
    request.ticket = ticket
    if decider_of(request) not in hats_over(user, ticket):
        raise PermissionDenied(_("Your post does not let you decide this."))
    return request


def decider_of(request: Request) -> Hat:
    """Return the hat that decides the request at its present step."""
    deciders = REQUESTS[RequestKind(request.kind)].deciders
    return deciders[min(request.step, len(deciders) - 1)]


def with_receipt(code: str, pin: str) -> Ticket | None:
    """Return the ticket that this code and PIN open; None for a wrong code or a wrong PIN."""
    ticket = (
        Ticket.objects.filter(code=receipts.tidy(code)).with_places().select_related(*_WITH).first()
    )
    if ticket is None:
        # The same work as for a known code: time tells nothing.
        receipts.opens(_NOBODYS_KEY, pin)
        return None
    return ticket if receipts.opens(ticket.key, pin) else None


def of_receipts(ticket_ids: list[int], code: str) -> Ticket:
    """Return the ticket with this code if the session holds its receipt: else 404."""
    tickets = Ticket.objects.filter(pk__in=ticket_ids).with_places().select_related(*_WITH)
    ticket = tickets.filter(code=receipts.tidy(code)).first()
    if ticket is None:
        raise Http404
    return ticket


def all_of_receipts(ticket_ids: list[int]) -> list[Ticket]:
    """Return the tickets of the session's receipts, in the receipts' order."""
    found = Ticket.objects.filter(pk__in=ticket_ids).with_places().select_related(*_WITH).in_bulk()
    return [found[pk] for pk in ticket_ids if pk in found]


def hats_over(user: User, ticket: Ticket) -> set[Hat]:
    """Return in what capacities this person stands before the ticket (roles of domain 2.5)."""
    posts = posts_of(user)
    units = {held.unit_id for held in posts if held.unit_id and held.role in HANDLING_ROLES}
    helping = bool(units) and ticket.helpers.filter(pk__in=units).exists()
    return _worn(posts, ticket, helping=helping)


def hats_over_all(user: User, tickets: Sequence[Ticket]) -> dict[int, set[Hat]]:
    """Return hats_over() for each of the tickets, by its id: one query, however many they are."""
    posts = posts_of(user)
    units = {held.unit_id for held in posts if held.unit_id and held.role in HANDLING_ROLES}
    rows = Helper.objects.filter(ticket__in=[t.pk for t in tickets], unit__in=units)
    helped = set(rows.values_list("ticket", flat=True)) if units else set()
    return {t.pk: _worn(posts, t, helping=t.pk in helped) for t in tickets}


def _worn(posts: Sequence[Held], ticket: Ticket, *, helping: bool) -> set[Hat]:
    hats: set[Hat] = {Hat.HELPER} if helping else set()
    for held in posts:
        hats |= _hats_of(held, ticket)
    return hats


def _hats_of(held: Held, ticket: Ticket) -> set[Hat]:
    hats: set[Hat] = set()
    if held.is_centre and held.role in CENTRE_ROLES and _decides(held, ticket):
        hats.add(Hat.CENTRE)
        if held.role == Role.SHIFT_SUPERVISOR:
            hats.add(Hat.SUPERVISOR)
    if held.unit_id and held.unit_id == ticket.handler_id and held.role in HANDLING_ROLES:
        hats.add(Hat.HANDLER)
        if held.role in HEAD_ROLES:
            hats.add(Hat.HEAD)
    if held.role in GRID_ROLES and _works_for(held, ticket):
        hats.add(Hat.HANDLER)
    return hats


def _decides(held: Held, ticket: Ticket) -> bool:
    if ticket.restricted:
        return held.unit_id == ticket.centre_id
    return ticket.centre.area.code.startswith(held.code)


def _works_for(held: Held, ticket: Ticket) -> bool:
    """Whether this grid worker is one of the hands of the village centre that handles it."""
    if ticket.restricted or ticket.handler is None or ticket.handler.tier != Unit.Tier.VILLAGE:
        return False
    village = ticket.handler.area.code
    return held.code.startswith(village) and ticket.area_code.startswith(held.code)


def moves_of(user: User, ticket: Ticket) -> list[Move]:
    """Return the moves this person may make now, in the table's order.

    But for taking back: that is offered apart, for the seconds in which it is possible.
    """
    moves = moves_for(State(ticket.state), hats_over(user, ticket))
    return [move for move in moves if move != Move.UNDO]


def asks_of(user: User, ticket: Ticket) -> list[RequestKind]:
    """Return what this person may ask about the ticket now."""
    hats = hats_over(user, ticket)
    waiting = set(ticket.requests.filter(state=Request.State.OPEN).values_list("kind", flat=True))
    return [
        kind
        for kind, rule in REQUESTS.items()
        if rule.askers & hats and ticket.state in rule.sources and kind not in waiting
    ]


def decides_of(user: User, ticket: Ticket) -> list[Request]:
    """Return the open requests on the ticket that this person may decide now."""
    hats = hats_over(user, ticket)
    waiting = ticket.requests.filter(state=Request.State.OPEN).select_related("asked_in__words")
    return [request for request in waiting if decider_of(request) in hats]
