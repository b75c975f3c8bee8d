"""What a move would do, before it is made: who gets the ticket, who is told."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from grids.models import Unit
from people.scope import person_of
from tickets import access, foretold
from tickets.states import Move
from tickets.views.answers import wants_json


@require_GET
def foretell(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Say who will be told of the move; `unit` is the one to which it would be dispatched."""
    if move not in Move.values:
        raise Http404
    made = Move(move)
    ticket = access.to_move(person_of(request), number, made)
    code = request.GET.get("unit", "")
    unit = None if "\0" in code else Unit.objects.filter(code=code).select_related("area").first()
    found = foretold.foretell(ticket, made, at=timezone.now(), unit=unit)
    if not wants_json(request):
        return render(request, "tickets/_foretold.html", {"foretold": found, "move": made})
    gets = found.gets
    return JsonResponse({
        "gets": {"code": gets.code, "name": gets.shown_name} if gets else None,
        "told": [
            {"code": one.unit.code, "name": one.unit.shown_name, "people": one.people}
            for one in found.told
        ],
        "reporter": found.reporter,
    })  # fmt: skip
