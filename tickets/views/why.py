"""Who sees what, and why: for the security administrator. Doors only, never a ticket's words."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from grids.models import Area
from people import audit
from people.roles import Role
from people.scope import person_of, roles_of
from tickets import access, explain
from tickets.forms.why import WhyForm

# As many people as one reads; the count says how many there are.
MOST_SHOWN = 200


@never_cache
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """The question and, once it is asked, the answer: post by post, and everybody who sees it."""
    asker = person_of(request)
    if Role.SECURITY_ADMIN not in roles_of(asker):
        raise PermissionDenied(_("This page is for the security administrator."))
    form = WhyForm(request.GET or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _answer(form) | {"most": MOST_SHOWN}
        _record(request, form)
    return render(request, "tickets/why.html", context)


def _answer(form: WhyForm) -> dict[str, Any]:
    now = timezone.now()
    answer: dict[str, Any] = {"person": form.person, "ticket": form.ticket, "area": form.area}
    if form.ticket:
        answer["place"] = Area.objects.filter(code=form.ticket.area_code).defer("boundary").first()
        watchers = explain.watchers_of_ticket(form.ticket, at=now)
        if form.person:
            answer["chain"] = explain.of_ticket(form.person, form.ticket, at=now)
            answer["sees"] = access.sees(form.person, form.ticket)
    elif form.area:
        watchers = explain.watchers_of_area(form.area, at=now)
        if form.person:
            answer["chain"] = explain.of_area(form.person, form.area, at=now)
            answer["sees"] = any(verdict.opens for verdict in answer["chain"])
    return answer | {"watchers": watchers[:MOST_SHOWN], "count": len(watchers)}


def _record(request: HttpRequest, form: WhyForm) -> None:
    place = form.ticket.area_code if form.ticket else form.area.code if form.area else ""
    audit.record(
        actor=person_of(request), action=audit.Action.SIGHT_EXPLAINED,
        subject=f"user:{form.person.pk}" if form.person else f"area:{place}",
        at=timezone.now(), area_code=place, data=form.subject(),
    )  # fmt: skip
