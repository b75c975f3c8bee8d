"""What the console shows, part by part: the same for the page, for an answer and after a push."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from people.models import User
from people.scope import person_of
from tickets import latest, listing, saved
from tickets.forms.filters import ListFilters
from tickets.models import Ticket
from tickets.narrowing import narrowed
from tickets.views import console_keys, console_map, lists
from tickets.views.console_around import around
from tickets.views.console_buttons import buttons_of
from tickets.views.detail import shown
from tickets.views.rows import rows_of

DESK, OPENED = ("queues", "list"), ("ticket", "do", "context")
PARTS = (*DESK, *OPENED, "said")
# What stays in the address from ticket to ticket.
_KEPT = (
    "queue", "view", "words", "area", "handler", "category", "type", "state", "urgency",
    "demonstration", "since", "until", "overdue", "look", "after", "before",
)  # fmt: skip


def at_a_centre(person: User) -> None:
    """Let only those through who decide for a centre.

    :raises PermissionDenied: if this person is on duty in none
    """
    if not listing.Desk.of(person).centres:
        raise PermissionDenied(_("The console is for those on duty in a command centre."))


def parts(
    request: HttpRequest, wanted: Iterable[str], page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return these parts of the page, one after the other."""
    made = [render_to_string(f"tickets/console/_{part}.html", page, request) for part in wanted]
    answer = HttpResponse("\n".join(made), status=status)
    answer["X-Parts"] = ",".join(wanted)
    answer["Cache-Control"] = "no-store"
    return answer


def page_of(
    request: HttpRequest, ticket: Ticket | None, wanted: Iterable[str], *, at: datetime
) -> dict[str, Any]:
    """Return what these parts show, with this ticket opened."""
    wanted = set(wanted)
    page: dict[str, Any] = {"at": at, "here": kept_in_address(request), "open": ticket}
    if wanted & set(DESK):
        page |= _desk(request, wanted, at)
    if ticket and wanted & set(OPENED):
        page |= shown(person_of(request), ticket, at=at)
        page |= {"buttons": buttons_of(page)}
        if "do" not in wanted and (last := latest.faster(person_of(request), ticket.pk)):
            # A form is open there: it says who moved the ticket meanwhile.
            page |= {"faster": last.sentence(at=at)}
    if ticket and "context" in wanted:
        page |= around(ticket, page, at=at)
    return page


def kept_in_address(request: HttpRequest, **changed: str) -> str:
    """Return the query with which another ticket of the same list is opened, "?" included."""
    asked = request.GET.copy()
    for name, value in changed.items():
        asked[name] = value
    for name in [name for name in asked if name not in _KEPT or not asked[name]]:
        del asked[name]
    return f"?{asked.urlencode()}" if asked else ""


def _desk(request: HttpRequest, wanted: set[str], at: datetime) -> dict[str, Any]:
    person = person_of(request)
    tabs = lists.tabs_of(person, at)
    form = ListFilters(request.GET, user=person)
    queue = lists.opened(form, tabs, searching=bool(form.filters))
    page = lists.page_of(request, listing.lot(person, queue, form.filters, at=at), queue)
    on_map = request.GET.get("look") == "map"
    return {
        "tabs": [(tab, console_keys.QUEUES[tab.queue]) for tab in tabs],
        "views": saved.shown(person, at=at), "view": request.GET.get("view", ""),
        "queue": queue, "form": form, "narrowed": bool(form.filters),
        "rows": rows_of(page.rows, at), "empty": listing.empty_words(queue),
        "newer": page.before and kept_in_address(request, before=page.before, after=""),
        "older": page.after and kept_in_address(request, after=page.after, before=""),
        "on_map": on_map,
        "selectable": not on_map and queue in lists.DISPATCHED_FROM,
        "asked": request.GET.urlencode(),
        "other_look": kept_in_address(request, look="" if on_map else "map", queue=queue),
        "overview": _overview(person, queue, form, at) if on_map else None,
    }  # fmt: skip


def _overview(person: User, queue: listing.Queue, form: ListFilters, at: datetime) -> Any:
    tickets = narrowed(listing.chosen(person, queue, at=at), form.filters, at=at)
    return console_map.overview(person, tickets, at)
