"""What the report page asks while somebody types, and the reports that they only join.

Which kinds the words suggest; which open reports are alike; "I have this too"; what one follows.
"""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from grids.models import District
from people import throttle
from tickets import duplicates, lifecycle
from tickets.emergency import calls_for
from tickets.forms.public import AlikeForm, ReportForm
from tickets.states import MoveRefused
from tickets.suggest import suggest
from tickets.views import receipts

DEVICE_COOKIE = "device"
# A person types and looks; a script that maps the district's troubles is not served.
_LOOKS = {"rate": 1, "burst": 60}
# Nor does anybody have more troubles than this with others.
_JOINS = {"rate": 10 / 3600, "burst": 10}
_FOLLOWED, _AT_MOST = "followed", 30
_SALT, _SECONDS = "tickets.alike", 24 * 3600
_KINDS_AT_MOST = 3


@login_not_required
@require_POST
def kinds(request: HttpRequest) -> HttpResponse:
    """A fragment: the kinds of matter that the words suggest, as chips; empty if none."""
    if not _looks(request):
        return _later()
    found = suggest(request.POST.get("words", ""))
    shown = [found.event_type, *found.others][:_KINDS_AT_MOST] if found.event_type else []
    page = {"kinds": shown, "chosen": shown[0].code if shown and found.confident else ""}
    return render(request, "public/_kinds.html", page)


@login_not_required
@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """A fragment: the open reports of the same kind near the place; empty if none."""
    if not _looks(request):
        return _later()
    form = AlikeForm(request.POST)
    others = others_of(request, form) if form.is_valid() else []
    return render(request, "public/_alike.html", {"others": others})


@login_not_required
@require_POST
def too(request: HttpRequest) -> HttpResponse:
    """Count whoever has the same matter, once, and let their browser follow it."""
    at = timezone.now()
    if not throttle.take(key=f"too:{throttle.client_network(request)}", at=at, **_JOINS):
        messages.error(request, _("There were too many tries. Please wait a quarter of an hour."))
        return redirect("tickets:report")
    try:
        ticket_id = signing.loads(request.POST.get("ticket", ""), salt=_SALT, max_age=_SECONDS)
        count = lifecycle.follow(ticket_id=ticket_id, mark=_mark(request, ticket_id), at=at)
    except signing.BadSignature:
        messages.error(request, _("The page was open too long. Please look once more."))
        return redirect("tickets:report")
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("tickets:report")
    others = [pk for pk in request.session.get(_FOLLOWED, []) if pk != ticket_id]
    request.session[_FOLLOWED] = [ticket_id, *others][:_AT_MOST]
    messages.success(request, ngettext(
        "Thank you. With you %(n)d more person has told us that they have this too.",
        "Thank you. With you %(n)d more people have told us that they have this too.",
        count,
    ) % {"n": count})  # fmt: skip
    return redirect("tickets:followed")


@login_not_required
@never_cache
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """What this browser follows without having reported it: kind, place, how far; no words."""
    shown = duplicates.followed(request.session.get(_FOLLOWED, []))
    return render(request, "public/followed.html", {"followed": shown})


def forget(request: HttpRequest) -> None:
    """Let this browser follow nothing any more: somebody else sits here next."""
    request.session.pop(_FOLLOWED, None)


def unseen(request: HttpRequest, form: ReportForm) -> list[dict[str, Any]]:
    """Return the reports alike that whoever sends this form has not seen: without script.

    None where the words call for help: that report is not held up by a question.
    """
    words = form.cleaned_data["words"]
    if form.cleaned_data["looked"] or calls_for(words, District.current().shown_emergency_numbers):
        return []
    return others_of(request, form)


def others_of(request: HttpRequest, form: AlikeForm | ReportForm) -> list[dict[str, Any]]:
    """Return the open reports like this one, each with the ticket's signed id to join it by."""
    data = form.cleaned_data
    if data["none_of_these"] and data["event_type"] is None:
        return []
    kind = data["event_type"] or suggest(data["words"]).event_type
    mine = [*receipts.held(request), *request.session.get(_FOLLOWED, [])]
    found = duplicates.alike(
        event_type=kind, lat=data["lat"], lng=data["lng"], area_code=data["area_code"], but=mine
    )
    return [{"one": one, "join": signing.dumps(one.ticket_id, salt=_SALT)} for one in found]


def _mark(request: HttpRequest, ticket_id: int) -> str:
    """Return what counts this device once for this ticket, and links it to no other ticket."""
    device = request.COOKIES.get(DEVICE_COOKIE, "")[:40]
    if not device:
        if request.session.session_key is None:
            request.session.create()
        device = request.session.session_key or ""
    return sha256(f"{ticket_id}:{device}".encode()).hexdigest()


def _looks(request: HttpRequest) -> bool:
    address = throttle.client_network(request)
    return throttle.take(key=f"looks:{address}", at=timezone.now(), **_LOOKS)


def _later() -> HttpResponse:
    return HttpResponse(_("Please wait a minute."), status=429, content_type="text/plain")
