"""Staff report for a resident who came or rang, or what they found on their round."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from grids.locate import NotLocated
from people.roles import CENTRE_ROLES, GRID_ROLES
from people.scope import areas_of, person_of, roles_of
from tickets import lifecycle
from tickets.forms import kept
from tickets.forms.on_behalf import OnBehalfForm
from tickets.models import Ticket
from tickets.receipts import pin_of
from tickets.views.public import promise

_MAY_REPORT = CENTRE_ROLES | GRID_ROLES
# The ticket that this browser handed over last: shown once more when the page is loaded again.
_LAST = "reported_on_behalf"


@never_cache
@require_http_methods(["GET", "POST"])
def on_behalf(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it."""
    _check(request)
    if request.method == "POST":
        return _sent(request, at=timezone.now())
    form = OnBehalfForm(user=person_of(request), initial=_initial(request))
    return _page(request, form, [])


@never_cache
@require_GET
def handed_over(request: HttpRequest) -> HttpResponse:
    """Number, code and PIN, to write down or read out; the PIN stands in no address."""
    _check(request)
    person = person_of(request)
    mine = Ticket.objects.filter(entered_by=person)
    last = request.session.get(_LAST, 0)
    ticket = mine.select_related("centre", "handler").filter(pk=last).first()
    if ticket is None:
        return redirect("tickets:on_behalf")
    page = promise(ticket) | {
        "pin": pin_of(ticket.key),
        "mine": Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists(),
    }
    return render(request, "tickets/handed_over.html", page)


def _sent(request: HttpRequest, *, at: datetime) -> HttpResponse:
    before = kept.unpacked(request.POST.get("key", ""), request.POST.get("kept", ""))
    photos, faults = kept.taken_in(request.FILES, before, set(request.POST.getlist("drop")))
    form = OnBehalfForm(request.POST, user=person_of(request))
    for fault in faults:
        form.add_error("photos", fault)
    form.mend_key()
    if not form.is_valid():
        return _page(request, form, photos)
    try:
        ticket = lifecycle.report(
            at=at, by=person_of(request), photos=[photo.received for photo in photos],
            is_demonstration=settings.DEMONSTRATION, **form.report(),
        )  # fmt: skip
    except NotLocated as fault:
        why = _("%(why)s You can also choose the village below.") % {"why": fault}
        form.add_error("area_code", why)
    except lifecycle.OtherBody as fault:
        form.add_error(None, str(fault))
    else:
        request.session[_LAST] = ticket.pk
        return redirect("tickets:handed_over")
    return _page(request, form, photos)


def _check(request: HttpRequest) -> None:
    if not roles_of(person_of(request)) & _MAY_REPORT:
        raise PermissionDenied(_("Duty officers and grid workers report for residents."))


def _initial(request: HttpRequest) -> dict[str, Any]:
    """Return what the form begins with: the village of whoever works in only one."""
    person = person_of(request)
    villages = {code[:12] for code in areas_of(person, _MAY_REPORT) if len(code) >= 12}
    return {
        "key": uuid.uuid4(),
        # What grid workers find themselves has a page of its own.
        "channel": Ticket.Channel.STAFF,
        "area_code": villages.pop() if len(villages) == 1 else "",
        "language": get_language(),
    }


def _page(request: HttpRequest, form: OnBehalfForm, photos: list[kept.KeptPhoto]) -> HttpResponse:
    key = str(form["key"].value())
    page = {"form": form, "kept": photos, "kept_packed": kept.packed(key, photos)}
    return render(request, "tickets/on_behalf.html", page)
