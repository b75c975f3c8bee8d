"""How a refusal reads over the API: one place that maps each to a status."""

from typing import Any

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.hooks import postprocess_schema_enums
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from grids.locate import NotLocated
from people.models import User
from tickets import latest
from tickets.lifecycle import NotYours, OtherBody
from tickets.models import Ticket
from tickets.photos import BadPhotos
from tickets.states import MoveRefused

# Django's own Chinese for it says something else; ours stands in our catalogue.
_SAID_BETTER = (gettext_lazy("Null characters are not allowed."),)

# Broken parameters, no key, no right, not there, no such form of answer or of body, too fast.
_ANYWHERE = ("400", "401", "403", "404", "406", "415", "429")

# The first that fits counts: NotYours is a MoveRefused too.
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotYours, 403, "not_yours"),
    (MoveRefused, 409, "move_refused"),
    (OtherBody, 422, "other_body"),
    (NotLocated, 422, "not_located"),
    (BadPhotos, 422, "bad_photos"),
)


def handle(fault: Exception, context: dict) -> Response | None:
    """Return the answer for a refusal: {"detail": a sentence, "code": …}, as DRF's own are.

    A broken body or parameter has `fields` besides: each one's name with its sentences. A refused
    move has `faster`: who made the last one, if it was somebody else and the caller may see it.
    """
    for kind, status, code in _STATUS:
        if isinstance(fault, kind):
            said = {"detail": str(fault), "code": code} | _faster(fault, context)
            return Response(said, status=status)
    answer = exception_handler(fault, context)
    if answer is not None and isinstance(fault, exceptions.ValidationError):
        faults = answer.data
        answer.data = {"detail": _first(faults), "code": "invalid", "fields": faults}
    return answer


def _faster(fault: Exception, context: dict) -> dict[str, Any]:
    number, user = context["kwargs"].get("number"), context["request"].user
    if not isinstance(fault, MoveRefused) or number is None or not isinstance(user, User):
        return {}
    ticket_id = Ticket.objects.values_list("pk", flat=True).get(number=number)
    last = latest.faster(user, ticket_id)
    return {"faster": last.plain(at=timezone.now()) if last else None}


def _first(faults: Any) -> str:
    """Return the first sentence of what is wrong, with the field's name before it."""
    if isinstance(faults, dict):
        name, inner = next(iter(faults.items()))
        said = _first(inner)
        return said if name in ("non_field_errors", "detail") else f"{name}: {said}"
    return _first(faults[0]) if isinstance(faults, list) and faults else str(faults)


def document(result: dict, **how: Any) -> dict:
    """Add to every operation of the schema the refusals that each of them may answer with."""
    result = postprocess_schema_enums(result, **how)
    shape = {"$ref": "#/components/schemas/RefusalOut"}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status in _ANYWHERE:
                operation["responses"].setdefault(
                    status, {"description": "", "content": {"application/json": {"schema": shape}}}
                )
    return result


class TooMany(exceptions.Throttled):
    """More calls than the bucket allows."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait=wait)


def unknown_address(request, *args, **kwargs) -> JsonResponse:
    """Answer an address below /api/ that does not exist in the API's own form."""
    return JsonResponse({"detail": "Not found.", "code": "not_found"}, status=404)
