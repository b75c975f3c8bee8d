"""The console of a command centre: queues, list, the ticket and what is around it, on one page.

An address is a state of the page: `/console/?queue=…` or `/console/tickets/<number>/?queue=…`.
With `parts=list,ticket` the same address gives only those parts, from the same templates: they are
what a click, an answer and a push put into the page. Without JavaScript every link still works.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.models import Unit
from people.models import User
from people.scope import person_of
from tickets import access, listing
from tickets.models import Ticket
from tickets.views import console_keys
from tickets.views.console_page import DESK, OPENED, PARTS, at_a_centre, page_of, parts


@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """The console; the first ticket of the list is opened."""
    at_a_centre(person_of(request))
    return _answer(request, None)


@require_GET
def console_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The console with this ticket opened."""
    ticket = access.to_read(person_of(request), number)
    at_a_centre(person_of(request))
    return _answer(request, ticket)


def _answer(request: HttpRequest, ticket: Ticket | None) -> HttpResponse:
    at = timezone.now()
    wanted = [part for part in request.GET.get("parts", "").split(",") if part in PARTS]
    if wanted:
        return parts(request, wanted, page_of(request, ticket, wanted, at=at))
    page = page_of(request, ticket, DESK, at=at)
    first = ticket or (page["rows"][0].ticket if page["rows"] else None)
    if first and not ticket:
        first = access.to_read(person_of(request), first.number or "")
    page |= page_of(request, first, OPENED, at=at)
    page |= {"asked_for": ticket is not None, "centres": _centres(person_of(request))}
    return render(request, "tickets/console/console.html", page | {"sheet": console_keys.sheet()})


def _centres(person: User) -> list[str]:
    units = Unit.objects.filter(pk__in=listing.Desk.of(person).centres).order_by("code")
    return [unit.shown_name for unit in units]
