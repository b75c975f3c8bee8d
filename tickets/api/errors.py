"""How a refusal reads over the API: one place that maps each to a status."""

from django.http import JsonResponse
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from grids.locate import NotLocated
from tickets.lifecycle import NotYours, OtherBody
from tickets.photos import BadPhotos
from tickets.states import MoveRefused

# Django's own Chinese for it says something else; ours stands in our catalogue.
_SAID_BETTER = (gettext_lazy("Null characters are not allowed."),)

# The first that fits counts: NotYours is a MoveRefused too.
_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotYours, 403, "not_yours"),
    (MoveRefused, 409, "move_refused"),
    (OtherBody, 422, "other_body"),
    (NotLocated, 422, "not_located"),
    (BadPhotos, 422, "bad_photos"),
)


def handle(fault: Exception, context: dict) -> Response | None:
    """Return the answer for a refusal: {"detail": a sentence, "code": …}; DRF's for its own."""
    for kind, status, code in _STATUS:
        if isinstance(fault, kind):
            return Response({"detail": str(fault), "code": code}, status=status)
    return exception_handler(fault, context)


class TooMany(exceptions.Throttled):
    """More calls than the bucket allows."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait=wait)


def unknown_address(request, *args, **kwargs) -> JsonResponse:
    """Answer an address below /api/ that does not exist in the API's own form."""
    return JsonResponse({"detail": "Not found.", "code": "not_found"}, status=404)
