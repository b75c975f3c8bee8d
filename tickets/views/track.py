"""The reporter's own report: opened by code and PIN, and what its reporter does later."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import throttle
from tickets import lifecycle, measure, tracking
from tickets.forms import kept
from tickets.forms.track import FORMS, OnceForm, TrackForm, form_of
from tickets.models import Ticket
from tickets.requests_table import RequestKind
from tickets.states import MoveRefused
from tickets.views import alike, progress, receipts

# A form's key counts once a day.
_ONCE = {"rate": 1 / 86400, "burst": 1}
# More words and photos about one report in a quarter of an hour no person adds.
_COMMENTS = {"rate": 20 / 900, "burst": 20}
# What comes with photos and is counted as more words.
_WITH_PHOTOS = frozenset({"comment", "reply"})
# What is carried through the question for the PIN, so that nothing typed is lost.
_CARRIED = ("then", "key", "words", "stars", "solved", "kept")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for code and PIN; the right ones put a receipt into this browser's session."""
    if request.method != "POST":
        return _ask(request, TrackForm(initial={"code": code}))
    at, form, carried = timezone.now(), TrackForm(request.POST), _carried(request)
    if not form.is_valid():
        return _ask(request, form, carried)
    try:
        ticket = tracking.opened(
            address=throttle.client_network(request), at=at, **form.cleaned_data
        )
    except tracking.TooManyTries:
        form.add_error(None, _("There were too many tries. Please wait a quarter of an hour."))
        return _ask(request, form, carried, status=429)
    if ticket is None:
        # The same words for a wrong code and a wrong PIN: nobody learns which codes exist.
        form.add_error(None, _("There is no report with this code and PIN. Please check both."))
        return _ask(request, form, carried)
    receipts.keep(request, ticket)
    if carried:
        return _go_on(request, ticket, at, carried)
    return redirect("tickets:track_one", ticket.code)


def _ask(
    request: HttpRequest, form: TrackForm, carried: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    page = {
        "form": form, "tickets": receipts.shown(request), "at": timezone.now(), "carried": carried,
        "asked": receipts.asked(request),
    }  # fmt: skip
    return render(request, "public/track.html", page, status=status)


@login_not_required
@never_cache
@require_safe
def track_one(request: HttpRequest, code: str) -> HttpResponse:
    """The report, for whoever holds its receipt; for everybody else the question for the PIN."""
    ticket = receipts.ticket(request, code)
    if ticket is None:
        return _ask(request, TrackForm(initial={"code": code[:40]}))
    return progress.page(request, ticket, timezone.now())


@login_not_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take the receipts out of this browser: somebody else sits here next."""
    receipts.forget(request)
    request.session.pop("done", None)
    alike.forget(request)
    messages.success(request, _("This device has forgotten your reports. Keep code and PIN."))
    return redirect("tickets:track")


@login_not_required
@require_POST
def act(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Answer, add, withdraw, rate or ask again: once, however often the button was pressed."""
    at, form = timezone.now(), form_of(what, request.POST)
    photos, faults = _photos(request) if what in _WITH_PHOTOS else ([], [])
    ticket = receipts.ticket(request, code)
    if ticket is None:
        return _ask_first(request, code, what, photos)
    for fault in faults:
        form.add_error("photos", fault)
    if not form.is_valid():
        if form.errors.get("key"):
            messages.error(request, _("The form came in incomplete. Please send it once more."))
        return progress.page(request, ticket, at, {what: form}, photos)
    if what in _WITH_PHOTOS and not throttle.take(key=f"comment:{ticket.pk}", at=at, **_COMMENTS):
        form.add_error(None, _("There were too many tries. Please wait a quarter of an hour."))
        return progress.page(request, ticket, at, {what: form}, photos)
    try:
        _once(ticket, what, form, photos, at)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        _renew(request, form)
        return progress.page(request, ticket, at, {what: form}, photos)
    messages.success(request, _THANKS[what]())
    return redirect("tickets:track_one", ticket.code)


def _once(
    ticket: Ticket, what: str, form: OnceForm, photos: list[kept.KeptPhoto], at: datetime
) -> None:
    """Do what the form says, unless a form with this key did it before."""
    said = dict(form.cleaned_data)
    key = f"once:{said.pop('key')}"
    if not throttle.take(key=key, at=at, **_ONCE):
        return
    try:
        _ACTS[what](ticket, said, [photo.received for photo in photos], at)
    except Exception:
        # Whatever it was: nothing was done, so the same form may come again.
        throttle.give_back(key=key)
        raise


def _renew(request: HttpRequest, form: OnceForm) -> None:
    """Give the form that is shown again a key of its own."""
    data = request.POST.copy()
    data["key"] = str(uuid.uuid4())
    form.data = data


# --- The receipt was gone when the form came ------------------------------------------------------


def _ask_first(
    request: HttpRequest, code: str, what: str, photos: list[kept.KeptPhoto]
) -> HttpResponse:
    """The session ended while somebody typed: ask for the PIN, and carry the words along."""
    carried = _carried(request) | {"then": what}
    carried["kept"] = kept.packed(carried.get("key", ""), photos)
    messages.warning(request, _(
        "Your device had put this report away meanwhile. Type the PIN once more: what you wrote is "
        "kept."
    ))  # fmt: skip
    return _ask(request, TrackForm(initial={"code": code[:40]}), carried)


def _carried(request: HttpRequest) -> dict[str, str]:
    """Return what was typed into a form of the report before the PIN was asked for."""
    return {name: request.POST[name] for name in _CARRIED if request.POST.get(name)}


def _go_on(
    request: HttpRequest, ticket: Ticket, at: datetime, carried: dict[str, str]
) -> HttpResponse:
    what = carried.get("then", "")
    if what not in FORMS:
        return redirect("tickets:track_one", ticket.code)
    photos = kept.unpacked(carried.get("key", ""), carried.get("kept", ""))
    messages.info(request, _("Here is what you wrote. Please press the button once more."))
    return progress.page(request, ticket, at, {what: form_of(what, initial=carried)}, photos)


# --- What the reporter does -----------------------------------------------------------------------


def _reply(ticket: Ticket, said: dict[str, Any], photos: list, at: datetime) -> None:
    lifecycle.reply(ticket_id=ticket.pk, at=at, words=said["words"], photos=photos)


def _comment(ticket: Ticket, said: dict[str, Any], photos: list, at: datetime) -> None:
    lifecycle.comment(
        ticket_id=ticket.pk, by=None, at=at, words=said["words"], public=True, photos=photos
    )


def _withdraw(ticket: Ticket, said: dict[str, Any], photos: list, at: datetime) -> None:
    lifecycle.withdraw(ticket_id=ticket.pk, at=at, words=said["words"])


def _rate(ticket: Ticket, said: dict[str, Any], photos: list, at: datetime) -> None:
    lifecycle.rate(
        ticket_id=ticket.pk, at=at, stars=said["stars"], solved=said["solved"], words=said["words"]
    )


def _reopen(ticket: Ticket, said: dict[str, Any], photos: list, at: datetime) -> None:
    lifecycle.ask(
        ticket_id=ticket.pk, kind=RequestKind.REOPENING, by=None, at=at, words=said["words"]
    )


_ACTS: dict[str, Callable[[Ticket, dict[str, Any], list, datetime], None]] = {
    "reply": _reply,
    "comment": _comment,
    "withdraw": _withdraw,
    "rate": _rate,
    "reopen": _reopen,
}
_THANKS: dict[str, Callable[[], str]] = {
    "reply": lambda: _("Thank you for your answer. Whoever asked can read it now."),
    "comment": lambda: _("Thank you. Whoever handles it can read it now."),
    "withdraw": lambda: _("Your report is withdrawn."),
    "rate": lambda: _("Thank you for your rating."),
    "reopen": lambda: _("The centre decides within one working day; if it does not, the report is "
                        "taken up again by itself."),
}  # fmt: skip


def _photos(request: HttpRequest) -> tuple[list[kept.KeptPhoto], list[str]]:
    sent = request.POST
    before = kept.unpacked(sent.get("key", ""), sent.get("kept", ""))
    may_add = measure.quota(network=throttle.client_network(request), at=timezone.now())
    return kept.taken_in(request.FILES, before, set(sent.getlist("drop")), may_add=may_add)
