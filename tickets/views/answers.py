"""Pages with scripts and without ask the same addresses: JSON for the ones, HTML else."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse

from people.models import User
from tickets import latest
from tickets.models import Ticket
from tickets.states import MoveRefused


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def faults(form: Any, *, status: int = 400) -> JsonResponse:
    """Return what is wrong with a form, in sentences by field; "" is the whole form."""
    said = {
        "" if name == "__all__" else name: [str(one) for one in errors]
        for name, errors in form.errors.items()
    }
    first = next(iter(said.values()), [""])[0]
    return JsonResponse({"detail": first, "fields": said}, status=status)


def refusal(fault: MoveRefused, ticket: Ticket, person: User, *, at: datetime) -> dict[str, Any]:
    """Return why a move was refused, and who made the last one if it was somebody else."""
    last = latest.faster(person, ticket.pk)
    return {"refused": str(fault), "faster": last.plain(at=at) if last else None}
