"""The forms of the console's ticket, in the pane: the ordinary ones, with the ordinary verbs.

An answer holds the parts of the page that the deed changed. A form with something to mend comes
back with what was typed; where a colleague was faster it comes back with who, when and what.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.scope import person_of
from tickets import access
from tickets.forms.requests import DecideForm
from tickets.models import Ticket, Undoable
from tickets.requests_table import RequestKind
from tickets.states import RULES, Move
from tickets.views import moves, requests
from tickets.views.console_page import PARTS, at_a_centre, page_of, parts

# What a form that comes back brings along: the ticket as it stands by now.
_WITH_FORM = ("ticket", "do", "context")


@require_http_methods(["GET", "POST"])
def console_move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """The form of a move in the pane; make it."""
    if move not in Move.values:
        raise Http404
    person, made = person_of(request), Move(move)
    ticket = (access.to_undo if made == Move.UNDO else access.to_read)(person, number)
    at_a_centre(person)
    theirs = made == Move.UNDO or bool(access.hats_over(person, ticket) & RULES[made].makers)
    if request.method == "GET" and not theirs:
        raise PermissionDenied(_("Your post does not let you do this here."))
    form, photos = moves.form_of(request, ticket, made, timezone.now())
    # Without the right the verb refuses, and says who was faster; the words stay in the form.
    if (
        request.method == "POST"
        and form.is_valid()
        and moves.carried_out(request, ticket, made, form)
    ):
        return _done(request, number, moves.done_words(ticket, made))
    page = moves.page_of(request, ticket, made, form, photos)
    return _form(request, page["ticket"], page, "move", status=200 if theirs else 403)


@require_http_methods(["GET", "POST"])
def console_ask(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The form for asking something in the pane; ask it."""
    at, person = timezone.now(), person_of(request)
    if kind not in RequestKind.values:
        raise Http404
    asked = RequestKind(kind)
    ticket = access.to_ask(person, number, asked)
    at_a_centre(person)
    form = requests.ask_form(request, asked)
    if form.is_valid() and requests.asked_for(person, ticket, asked, form, at=at):
        return _done(request, number, requests.asked_words())
    return _form(request, ticket, requests.ask_page(asked, form), "ask")


@require_http_methods(["GET", "POST"])
def console_decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """The form for deciding a request in the pane; decide it."""
    at, person = timezone.now(), person_of(request)
    asked = access.to_decide(person, request_id)
    at_a_centre(person)
    form = DecideForm(request.POST or None)
    if form.is_valid() and requests.decided(person, asked, form, at=at):
        return _done(request, asked.ticket.number or "", requests.decided_words())
    return _form(request, asked.ticket, requests.decide_page(asked, form), "decide")


def _form(
    request: HttpRequest, ticket: Ticket, page: dict[str, Any], what: str, *, status: int = 200
) -> HttpResponse:
    """Return the form; after it was sent, also the ticket as it stands by now."""
    wanted = _WITH_FORM if request.method == "POST" else ("do",)
    page = page_of(request, ticket, wanted, at=timezone.now()) | page | {"what": what}
    return parts(request, wanted, page, status=status)


def _done(request: HttpRequest, number: str, words: str) -> HttpResponse:
    """Return the whole page's parts: with the next ticket opened, if one was named."""
    person = person_of(request)
    asked = [name for name in (request.POST.get("next", ""), number) if "\0" not in name]
    seen = Ticket.objects.visible_to(person).filter(number__in=asked)
    numbers = set(seen.values_list("number", flat=True))
    opened = next((name for name in asked if name in numbers), None)
    ticket = access.to_read(person, opened) if opened else None
    page = page_of(request, ticket, PARTS, at=timezone.now())
    back = Undoable.objects.filter(ticket__number=number, by=person, version=F("ticket__version"))
    undo = number if "\0" not in number and back.exists() else ""
    return parts(request, PARTS, page | {"said": words, "undo": undo})
