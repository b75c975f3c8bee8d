"""Who else has this ticket open: asked and told by the page every fifteen seconds."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from people.scope import person_of
from tickets import access, presence
from tickets.models import Presence


@require_http_methods(["GET", "POST"])
def at_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """Say who else is here. POST `doing`: reading, editing, or gone (when the page is left)."""
    at, person = timezone.now(), person_of(request)
    ticket = access.to_read(person, number)
    doing = request.POST.get("doing", "")
    if doing in Presence.Doing.values:
        presence.beat(ticket, person, doing=doing, at=at)
    elif doing == "gone":
        presence.leave(ticket, person)
    here = presence.others(ticket, person, at=at)
    return JsonResponse({
        "others": [{"who": o.who, "doing": o.doing, "sentence": o.sentence} for o in here],
        "version": ticket.version,
        "beat": presence.BEAT_EVERY.seconds,
    })  # fmt: skip
