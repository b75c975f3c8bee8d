"""Found and fixed: what a grid worker put right on their round, on record in three taps."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from grids.locate import NotLocated
from people.roles import GRID_ROLES
from people.scope import areas_of, person_of
from tickets import lifecycle, recent_types
from tickets.forms import kept
from tickets.forms.found import FoundForm
from tickets.models import Ticket
from tickets.views.day import check

_CHIPS = 6
# The two boxes of photos: how it was found, what became of it.
_BOXES = ("photos", "result")
Kept = dict[str, list[kept.KeptPhoto]]


@never_cache
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it: settled already, or handed on as a report."""
    at = timezone.now()
    check(person_of(request))
    if request.method == "POST":
        return _sent(request, at=at)
    form = _form(request, at, initial={"key": uuid.uuid4()})
    return _page(request, form, dict.fromkeys(_BOXES, []))


def _sent(request: HttpRequest, *, at: datetime) -> HttpResponse:
    form = _form(request, at, data=request.POST)
    shots = _taken_in(request, form)
    form.mend_key()
    if form.is_valid():
        try:
            ticket = _made(request, form, shots, at=at)
        except NotLocated as fault:
            form.add_error("area_code", str(fault))
        except (lifecycle.MoveRefused, lifecycle.OtherBody) as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _said(form, ticket))
            return redirect("tickets:day")
    return _page(request, form, shots)


def _made(request: HttpRequest, form: FoundForm, shots: Kept, *, at: datetime) -> Ticket:
    """Call the one verb that was meant."""
    before, after = ([photo.received for photo in shots[box]] for box in _BOXES)
    what = form.arguments() | {
        "by": person_of(request), "at": at, "is_demonstration": settings.DEMONSTRATION,
    }  # fmt: skip
    if form.hands_on:
        what["words"] = what["words"] or what["event_type"].name
        return lifecycle.report(**what, channel=Ticket.Channel.GRID, photos=[*before, *after])
    return lifecycle.settle_on_the_spot(**what, photos=before, result=after)


def _said(form: FoundForm, ticket: Ticket) -> str:
    words = {"number": ticket.number, "unit": (ticket.handler or ticket.centre).shown_name}
    if form.hands_on:
        return _("%(number)s is reported: %(unit)s has it now.") % words
    return _("%(number)s is on record as settled on the spot.") % words


def _form(request: HttpRequest, at: datetime, **given: Any) -> FoundForm:
    person = person_of(request)
    kinds = recent_types.of(person, at=at, most=_CHIPS)
    return FoundForm(user=person, kinds=kinds, **given)


def _taken_in(request: HttpRequest, form: FoundForm) -> Kept:
    """Receive both boxes of photos beside those that were kept; faults go to their box."""
    shots: Kept = {}
    for box in _BOXES:
        before = kept.unpacked(
            _key(request.POST.get("key", ""), box), request.POST.get(f"kept_{box}", "")
        )
        dropped = set(request.POST.getlist(f"drop_{box}"))
        shots[box], faults = kept.taken_in(request.FILES, before, dropped, box=box)
        for fault in faults:
            form.add_error(box, fault)
    return shots


def _key(key: str, box: str) -> str:
    return f"{key}:{box}"


def _page(request: HttpRequest, form: FoundForm, shots: Kept) -> HttpResponse:
    key = str(form["key"].value())
    boxes = [
        {"field": form[box], "kept": shots[box], "packed": kept.packed(_key(key, box), shots[box])}
        for box in _BOXES
    ]
    return render(request, "tickets/day/found.html", {
        "form": form, "boxes": boxes, "grids": areas_of(person_of(request), GRID_ROLES),
    })  # fmt: skip
