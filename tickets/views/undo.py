"""Taking back what one just did, one ticket or those of a bulk dispatch."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.models import User
from people.roles import CENTRE_ROLES
from people.scope import person_of, roles_of
from tickets import access, history, lifecycle
from tickets.forms.desk import numbers_in
from tickets.lifecycle.bulk import AT_MOST
from tickets.states import Move, MoveRefused
from tickets.views.answers import refusal, wants_json


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last move on each of the tickets (`number`, once or more)."""
    person = person_of(request)
    if not roles_of(person) & CENTRE_ROLES:
        raise PermissionDenied(_("Your post does not let you do this here."))
    numbers = numbers_in(request.POST)[:AT_MOST]
    rows = [_one(number, person) for number in numbers]
    if wants_json(request):
        return JsonResponse({"rows": rows})
    if len(rows) > 1:
        refused = [row for row in rows if row["refused"]]
        page = {"refused": refused, "back": len(rows) - len(refused)}
        return render(request, "tickets/undone.html", page)
    for row in rows:
        _say(request, row)
    visible = rows and rows[0]["seen"]
    return redirect("tickets:detail", numbers[0]) if visible else redirect("tickets:list")


def _say(request: HttpRequest, row: dict) -> None:
    if row["refused"]:
        messages.error(request, f"{row['number']}: {row['refused']}")
    else:
        said = {"number": row["number"], "done": history.done(Move.UNDO)}
        messages.success(request, _("%(number)s: %(done)s.") % said)


def _one(number: str, person: User) -> dict:
    at = timezone.now()
    row = {"number": number, "title": "", "refused": "", "faster": None, "seen": False}
    try:
        ticket = access.to_undo(person, number)
    except (Http404, PermissionDenied):
        return row | {"refused": _("There is no such ticket that you can see.")}
    try:
        lifecycle.undo(ticket_id=ticket.pk, by=person, at=at)
    except MoveRefused as fault:
        row |= refusal(fault, ticket, person, at=at)
    seen = access.sees(person, ticket)
    return row | {"seen": seen, "title": ticket.text.title if seen else ""}
