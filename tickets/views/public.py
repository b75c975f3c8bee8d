"""The residents' pages without a receipt: the report, its thanks, and what the service is."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grids.locate import NotLocated
from grids.models import District
from people import throttle
from people.landing import home_of
from tickets import access, lifecycle, measure, routing
from tickets.deadlines import Clock, explain
from tickets.emergency import calls_for
from tickets.forms import kept
from tickets.forms.public import ReportForm
from tickets.models import Ticket
from tickets.naming import names
from tickets.receipts import pin_of
from tickets.views import alike, receipts

_DEVICE_SECONDS = 30 * 24 * 3600
_MODE_COOKIE, _MODE_SECONDS = "mode", 365 * 24 * 3600


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it."""
    if request.method == "POST":
        return _sent(request, at=timezone.now())
    return _page(request, ReportForm(initial={"key": uuid.uuid4(), **_nearby(request)}), [])


def expired(request: HttpRequest) -> HttpResponse:
    """Show a form that was open too long once more, with all that was typed and its photos."""
    form, photos_kept = _read(request)
    form.add_error(
        None,
        _("The page was open too long. Nothing is lost: please press the button once more."),
    )
    return _page(request, form, photos_kept, status=403)


def _sent(request: HttpRequest, *, at: datetime) -> HttpResponse:
    form, photos_kept = _read(request)
    if not form.is_valid():
        return _page(request, form, photos_kept)
    if others := alike.unseen(request, form):
        form.put("looked", "1")
        return _page(request, form, photos_kept, others=others)
    try:
        ticket = lifecycle.report(
            at=at, language=get_language() or settings.LANGUAGE_CODE,
            photos=[photo.received for photo in photos_kept],
            held=measure.is_held(
                sender=_sender(request), solution=request.POST.get("solution", ""), at=at
            ),
            is_demonstration=settings.DEMONSTRATION,
            **form.report(),
        )  # fmt: skip
    except NotLocated as fault:
        why = _("%(why)s You can also choose the village below.") % {"why": fault}
        form.add_error("area_code", why)
    except lifecycle.OtherBody:
        form.put("key", str(uuid.uuid4()))
        form.add_error(None, _(
            "This form was sent before with other content, and that report was received. If this "
            "is another matter, press the button once more."
        ))  # fmt: skip
    else:
        receipts.keep(request, ticket)
        request.session["done"] = ticket.code
        return redirect("tickets:done")
    return _page(request, form, photos_kept)


def _read(request: HttpRequest) -> tuple[ReportForm, list[kept.KeptPhoto]]:
    """Return the form that was sent, checked, and its photos: kept ones and new ones."""
    form = ReportForm(request.POST, request.FILES)
    sent = request.POST
    before = kept.unpacked(sent.get("key", ""), sent.get("kept", ""))
    may_add = measure.quota(network=throttle.client_network(request), at=timezone.now())
    dropped = set(sent.getlist("drop"))
    photos_kept, faults = kept.taken_in(request.FILES, before, dropped, may_add=may_add)
    for fault in faults:
        form.add_error("photos", fault)
    form.mend_key()
    return form, photos_kept


def _page(
    request: HttpRequest,
    form: ReportForm,
    photos_kept: list[kept.KeptPhoto],
    status: int = 200,
    others: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    page = {
        "form": form,
        "others": others or [],
        "calls": _calls(form.data.get("words", "")) if form.is_bound else [],
        "kept": photos_kept,
        "kept_packed": kept.packed(str(form["key"].value()), photos_kept),
        "task": _task(request),
        "tile_url": settings.TILE_URL,
        "tile_attribution": settings.TILE_ATTRIBUTION,
    }
    response = render(request, "public/report.html", page, status=status)
    if alike.DEVICE_COOKIE not in request.COOKIES:
        _set_cookie(response, alike.DEVICE_COOKIE, token_urlsafe(16), _DEVICE_SECONDS)
    return response


def _sender(request: HttpRequest) -> measure.Sender:
    device = request.COOKIES.get(alike.DEVICE_COOKIE, "")[:40]
    return measure.Sender(throttle.client_network(request), device)


def _task(request: HttpRequest) -> str:
    """Return what the page's script must solve, as JSON; "" at a normal rate."""
    task = measure.task(sender=_sender(request), at=timezone.now())
    return json.dumps(task) if task else ""


def _nearby(request: HttpRequest) -> dict[str, Any]:
    """Return the place of the report that this browser just made, to report another beside it."""
    code = request.GET.get("near", "")
    if not code:
        return {}
    try:
        ticket = access.of_receipts(receipts.held(request), code)
    except Http404:
        return {}
    if ticket.exact:
        return {"lat": ticket.lat, "lng": ticket.lng}
    return {"area_code": ticket.village.code}


@login_not_required
@require_safe
@never_cache
def done(request: HttpRequest) -> HttpResponse:
    """The thanks: number, code, PIN, who has it, why, until when. Nothing of it in the address."""
    code = request.session.get("done", "")
    if not code:
        return redirect("tickets:report")
    try:
        ticket = access.of_receipts(receipts.held(request), code)
    except Http404:
        return redirect("tickets:track_one", code)
    page = promise(ticket) | {
        "pin": pin_of(ticket.key),
        "calls": _calls(ticket.text.words),
    }
    return render(request, "public/done.html", page)


def _calls(words: str) -> list[Mapping[str, Any]]:
    return calls_for(words, District.current().shown_emergency_numbers)


def promise(ticket: Ticket) -> dict[str, Any]:
    """Return what a reporter is told about who has the ticket, why, and until when."""
    clock = ticket.clocks.get("resolve")
    return {
        "ticket": ticket,
        "unit": ticket.handler or ticket.centre,
        "town": names("area", ticket.village.parent_code),
        "reason": routing.sentence(ticket.reason),
        "arithmetic": explain(Clock.from_json(clock)) if clock else [],
    }


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page: for residents the one key itself, for staff where their work is."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    return report(request)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, whom to call, whose data it stands on, and what happens with one's own."""
    return render(request, "public/about.html")


@login_not_required
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off, and go back to the page it was asked on."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.COOKIES.get(_MODE_COOKIE) == "elder":
        response.delete_cookie(_MODE_COOKIE, samesite="Lax")
    else:
        _set_cookie(response, _MODE_COOKIE, "elder", _MODE_SECONDS)
    return response


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
