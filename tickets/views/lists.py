"""The list of tickets: queues as tabs, filters, search, pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES
from people.scope import person_of, roles_of
from tickets import keyset, listing
from tickets.forms.filters import ListFilters
from tickets.listing import Queue
from tickets.views.rows import rows_of

PAGE_SIZE = 50
# Where one chooses several to dispatch them together.
DISPATCHED_FROM = frozenset({Queue.DISPATCH, Queue.SENT, Queue.OVERDUE, Queue.ALL})


@dataclass(frozen=True)
class Tab:
    """One queue with how many tickets wait in it; `more`: it is more than `count`."""

    queue: Queue
    count: int
    more: bool

    @property
    def hot(self) -> bool:
        return self.queue == Queue.OVERDUE and self.count > 0


@require_GET
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The queues of this person's posts, one of them opened."""
    at, person = timezone.now(), person_of(request)
    tabs = tabs_of(person, at)
    form = ListFilters(request.GET, user=person)
    filters = form.filters
    queue = opened(form, tabs, searching=bool(filters))
    page = page_of(request, listing.lot(person, queue, filters, at=at), queue)
    return render(request, "tickets/list.html", {
        "at": at, "tabs": tabs, "queue": queue, "form": form, "narrowed": bool(filters),
        "rows": rows_of(page.rows, at), "empty": listing.empty_words(queue),
        "newer": _address(request, before=page.before),
        "older": _address(request, after=page.after),
        "may_report": bool(roles_of(person) & (CENTRE_ROLES | GRID_ROLES)),
        "asked": request.GET.urlencode(),
        "selectable": queue in DISPATCHED_FROM and bool(roles_of(person) & CENTRE_ROLES),
    })  # fmt: skip


def tabs_of(person: User, at: datetime) -> list[Tab]:
    """Return this person's queues with how many tickets wait in each; one query counts them."""
    queues = listing.queues_of(person)
    counts = listing.counts([listing.lot(person, queue, at=at) for queue in queues])
    most = listing.COUNT_AT_MOST
    return [Tab(q, min(n, most), n > most) for q, n in zip(queues, counts, strict=True)]


def opened(form: ListFilters, tabs: list[Tab], *, searching: bool) -> Queue:
    """Return the queue that was asked for; else the first in which something waits."""
    mine = [tab.queue for tab in tabs]
    asked = form.cleaned_data.get("queue")
    if asked in mine:
        return Queue(asked)
    waiting = [tab.queue for tab in tabs if tab.count]
    return waiting[0] if waiting and not searching else Queue.ALL


def page_of(request: HttpRequest, tickets: Any, queue: Queue) -> keyset.Page:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    try:
        return listing.page(tickets, queue, size=PAGE_SIZE, after=after, before=before)
    except keyset.BadMark:
        return listing.page(tickets, queue, size=PAGE_SIZE)


def _address(request: HttpRequest, **mark: str) -> str:
    if not any(mark.values()):
        return ""
    asked = request.GET.copy()
    asked.pop("after", None)
    asked.pop("before", None)
    for name, value in mark.items():
        asked[name] = value
    return f"?{asked.urlencode()}"
