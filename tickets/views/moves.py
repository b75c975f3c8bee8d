"""A move: its form, and the one verb that it calls."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from grids.models import District
from people.scope import person_of
from tickets import access, foretold, history, latest, lifecycle
from tickets.forms import kept
from tickets.forms.moves import FORMS, MoveForm
from tickets.models import Ticket
from tickets.states import Move, MoveRefused
from tickets.views import back
from tickets.views.detail import head

VERBS: dict[Move, Callable[..., Ticket]] = {
    Move.ACCEPT: lifecycle.accept,
    Move.REFUSE: lifecycle.refuse,
    Move.MERGE: lifecycle.merge,
    Move.DISPATCH: lifecycle.dispatch,
    Move.SIGN: lifecycle.sign,
    Move.START: lifecycle.start,
    Move.RESOLVE: lifecycle.resolve,
    Move.VERIFY: lifecycle.verify,
    Move.SEND_BACK: lifecycle.send_back,
    Move.FEED_BACK: lifecycle.feed_back,
    Move.ARCHIVE: lifecycle.archive,
    Move.COMMENT: lifecycle.comment,
    Move.QUESTION: lifecycle.question,
    Move.CLIMB: lifecycle.climb,
    Move.SUPERVISE: lifecycle.supervise,
    Move.UNDO: lifecycle.undo,
}


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Show what the move needs; make it."""
    at, person = timezone.now(), person_of(request)
    if move not in Move.values:
        raise Http404
    made = Move(move)
    ticket = access.to_move(person, number, made)
    form, photos = form_of(request, ticket, made, at)
    if request.method == "POST" and form.is_valid() and carried_out(request, ticket, made, form):
        messages.success(request, done_words(ticket, made))
        return _on(request, number)
    page = page_of(request, ticket, made, form, photos) | back.shown(request, number)
    return render(request, "tickets/move.html", page)


def form_of(
    request: HttpRequest, ticket: Ticket, made: Move, at: Any
) -> tuple[MoveForm, list[kept.KeptPhoto]]:
    """Return the move's form, and the photos that came with it now or before."""
    who = {"ticket": ticket, "user": person_of(request), "at": at}
    if request.method != "POST":
        # The address may already name the other ticket of a merge.
        return FORMS[made](initial={"into": request.GET.get("into", "")[:40]}, **who), []
    key = _key(request, ticket, made)
    before = kept.unpacked(key, request.POST.get("kept", ""))
    photos, faults = kept.taken_in(request.FILES, before, set(request.POST.getlist("drop")))
    form = FORMS[made](request.POST, received=[photo.received for photo in photos], **who)
    for fault in faults if "photos" in form.fields else []:
        form.add_error("photos", fault)
    return form, photos


def carried_out(request: HttpRequest, ticket: Ticket, made: Move, form: MoveForm) -> bool:
    """Make the move with what the valid form says; else say in the form why it was refused."""
    who = {"by": person_of(request), "at": form.at}
    try:
        VERBS[made](ticket_id=ticket.pk, **who, **form.arguments())
    except MoveRefused as refusal:
        form.add_error(None, f"{refusal} {_since(request, ticket)}".strip())
        return False
    return True


def done_words(ticket: Ticket, made: Move) -> str:
    """Return what to say after the move."""
    return _("%(number)s: %(done)s.") % {"number": ticket.number, "done": history.done(made)}


def page_of(
    request: HttpRequest,
    ticket: Ticket,
    made: Move,
    form: MoveForm,
    photos: list[kept.KeptPhoto],
) -> dict[str, Any]:
    """Return what a page with the move's form shows."""
    # As it stands now: a colleague may have moved it on since this form was opened. If it is out of
    # this person's sight by now, they keep what they typed and see nothing new.
    person = person_of(request)
    if Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        ticket = access.to_read(person, ticket.number or "")
    return head(ticket, at=form.at) | {
        "move": made,
        "form": form,
        "kept": photos,
        "kept_packed": kept.packed(_key(request, ticket, made), photos),
        "foretold": foretold.foretell(ticket, made, at=form.at),
        "possible": made in [*access.moves_of(person, ticket), Move.UNDO],
        "emergency_numbers": District.current().shown_emergency_numbers,
    }


def _key(request: HttpRequest, ticket: Ticket, made: Move) -> str:
    return f"{ticket.pk}:{made}:{person_of(request).pk}"


def _since(request: HttpRequest, ticket: Ticket) -> str:
    """Return who moved the ticket since this form was opened, if somebody did."""
    seen = request.POST.get("version", "")
    now = Ticket.objects.values_list("version", flat=True).get(pk=ticket.pk)
    if not seen.isdigit() or seen == str(now):
        return ""
    last = latest.faster(person_of(request), ticket.pk)
    return last.sentence(at=timezone.now()) if last else ""


def _on(request: HttpRequest, number: str) -> HttpResponse:
    """Go back to the page they came from, or to the ticket; to the list if it is out of sight."""
    seen = Ticket.objects.visible_to(person_of(request)).filter(number=number).exists()
    if back.name(request) or seen:
        return redirect(back.address(request, number))
    return redirect("tickets:list")
