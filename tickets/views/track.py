"""The reporter's own report: opened by code and PIN, followed, added to, rated, asked again."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import throttle
from tickets import access, calendar, lifecycle, story, tracking
from tickets.deadlines import Clock
from tickets.forms import kept, public
from tickets.models import Photo, Rating, Request, Ticket
from tickets.remaining import left_of
from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import AT_WORK, Hat, Move, MoveRefused, State, moves_for
from tickets.views import receipts
from tickets.views.public import promise

# A form's key counts once a day.
_ONCE = {"rate": 1 / 86400, "burst": 1}
# More words and photos about one report in a quarter of an hour no person adds.
_COMMENTS = {"rate": 20 / 900, "burst": 20}

FORMS: dict[str, type[public.OnceForm]] = {
    "comment": public.AddForm,
    "withdraw": public.WithdrawForm,
    "rate": public.RateForm,
    "reopen": public.ReopenForm,
}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for code and PIN; the right ones put a receipt into this browser's session."""
    if request.method != "POST":
        return _ask(request, public.TrackForm(initial={"code": code}))
    form = public.TrackForm(request.POST)
    if not form.is_valid():
        return _ask(request, form)
    try:
        ticket = tracking.opened(
            address=throttle.client_address(request), at=timezone.now(), **form.cleaned_data
        )
    except tracking.TooManyTries:
        form.add_error(None, _("There were too many tries. Please wait a quarter of an hour."))
        return _ask(request, form, status=429)
    if ticket is None:
        # The same words for a wrong code and a wrong PIN: nobody learns which codes exist.
        form.add_error(None, _("There is no report with this code and PIN. Please check both."))
        return _ask(request, form)
    receipts.keep(request, ticket)
    return redirect("tickets:track_one", ticket.code)


def _ask(request: HttpRequest, form: public.TrackForm, status: int = 200) -> HttpResponse:
    page = {"form": form, "tickets": receipts.shown(request), "at": timezone.now()}
    return render(request, "public/track.html", page, status=status)


@login_not_required
@never_cache
@require_safe
def track_one(request: HttpRequest, code: str) -> HttpResponse:
    """The report, for whoever holds its receipt; for everybody else the question for the PIN."""
    ticket = _held(request, code)
    if ticket is None:
        return _ask(request, public.TrackForm(initial={"code": code[:40]}))
    return _progress(request, ticket, timezone.now())


@login_not_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Take the receipts out of this browser: somebody else sits here next."""
    receipts.forget(request)
    request.session.pop("done", None)
    messages.success(request, _("This device has forgotten your reports. Keep code and PIN."))
    return redirect("tickets:track")


@login_not_required
@require_POST
def act(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """Add, withdraw, rate or ask again: once, however often the button was pressed."""
    ticket = _held(request, code)
    if ticket is None:
        return redirect("tickets:track_one", code)
    at = timezone.now()
    form = FORMS[what](request.POST, request.FILES)
    photos_kept, faults = _photos(request) if what == "comment" else ([], [])
    for fault in faults:
        form.add_error("photos", fault)
    if not form.is_valid():
        if form.errors.get("key"):
            messages.error(request, _("The form came in incomplete. Please send it once more."))
        return _progress(request, ticket, at, {what: form}, photos_kept)
    if what == "comment" and not throttle.take(key=f"comment:{ticket.pk}", at=at, **_COMMENTS):
        form.add_error(None, _("There were too many tries. Please wait a quarter of an hour."))
        return _progress(request, ticket, at, {what: form}, photos_kept)
    if throttle.take(key=f"once:{form.cleaned_data.pop('key')}", at=at, **_ONCE):
        try:
            _ACTS[what](ticket, form.cleaned_data, [p.received for p in photos_kept], at)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _THANKS[what]())
    return redirect("tickets:track_one", ticket.code)


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
    "comment": _comment,
    "withdraw": _withdraw,
    "rate": _rate,
    "reopen": _reopen,
}
_THANKS: dict[str, Callable[[], str]] = {
    "comment": lambda: _("Thank you. Whoever handles it can read it now."),
    "withdraw": lambda: _("Your report is withdrawn."),
    "rate": lambda: _("Thank you for your rating."),
    "reopen": lambda: _("The centre decides within one working day; if it does not, the report is "
                        "taken up again by itself."),
}  # fmt: skip


def _held(request: HttpRequest, code: str) -> Ticket | None:
    try:
        return access.of_receipts(receipts.held(request), code)
    except Http404:
        return None


def _photos(request: HttpRequest) -> tuple[list[kept.KeptPhoto], list[str]]:
    sent = request.POST
    before = kept.unpacked(sent.get("key", ""), sent.get("kept", ""))
    return kept.taken_in(request.FILES, before, set(sent.getlist("drop")))


def _progress(
    request: HttpRequest,
    ticket: Ticket,
    at: datetime,
    sent: dict[str, public.OnceForm] | None = None,
    photos_kept: list[kept.KeptPhoto] | None = None,
) -> HttpResponse:
    clock = ticket.clocks.get("resolve")
    running = clock and ticket.state in AT_WORK and not ticket.paused_until
    forms = {what: form(initial={"key": uuid.uuid4()}) for what, form in FORMS.items()}
    key = str((sent or forms)["comment"]["key"].value()) if photos_kept else ""
    chapters = story.of(ticket)
    pictures = list(ticket.photos.filter(public=True).order_by("purpose", "position"))
    page = promise(ticket) | {
        "at": at,
        "left": _left(Clock.from_json(clock), at) if running else "",
        "late": bool(running and ticket.resolve_by and at >= ticket.resolve_by),
        "chapters": chapters,
        "answer": next((c.words for c in reversed(chapters) if c.is_answer), ""),
        "photos": [photo for photo in pictures if photo.state == Photo.State.READY],
        "photos_waiting": [photo for photo in pictures if photo.state == Photo.State.WAITING],
        "forms": forms | (sent or {}),
        "faulty": next(iter((sent or {}).values()), None),
        "may": _may(ticket),
        "kept": photos_kept or [],
        "kept_packed": kept.packed(key, photos_kept or []),
    }
    return render(request, "public/progress.html", page)


def _left(clock: Clock, at: datetime) -> str:
    if at >= clock.due:
        return _("The promised time has passed.")
    return _("%(time)s left") % {"time": left_of(clock, at, calendar.current())}


def _may(ticket: Ticket) -> dict[str, bool]:
    """Return what the reporter may do now, by the names of the forms."""
    moves = moves_for(State(ticket.state), {Hat.REPORTER})
    rated = Rating.objects.filter(ticket=ticket, round=ticket.reopenings + 1).exists()
    requests = ticket.requests.filter(kind=RequestKind.REOPENING)
    waits = requests.filter(state=Request.State.OPEN).exists()
    may_rate = Move.RATE in moves and not rated and not waits
    return {
        "comment": Move.COMMENT in moves,
        "withdraw": Move.WITHDRAW in moves,
        "rate": may_rate,
        # Before the rating, "not solved" says the same in one step.
        "reopen": ticket.state in REQUESTS[RequestKind.REOPENING].sources
        and not waits and not may_rate,
        "waits": waits,
    }  # fmt: skip
