"""Saved views: keep the list as it stands under a name, share it, open it, forget it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.models import User
from people.scope import person_of
from tickets import saved
from tickets.forms.desk import ViewForm
from tickets.forms.filters import ListFilters
from tickets.models import SavedView
from tickets.views.answers import faults, wants_json


@require_http_methods(["GET", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """This person's views and those shared with their units; POST: keep a list as a new one.

    What is kept are the filters of the list's address, as they stand in the body or the query.
    """
    person = person_of(request)
    form = ViewForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        if not saved.room_for_one_more(person):
            form.add_error(None, _("At most %(n)d views. Delete one first.") % {"n": saved.AT_MOST})
        else:
            view = saved.keep(person, asked=_asked(request, person), at=timezone.now(),
                              **form.cleaned_data)  # fmt: skip
            return _answer(request, view, _("The view “%(name)s” is kept.") % {"name": view.name})
    if wants_json(request):
        if request.method == "POST":
            return faults(form)
        shown = saved.shown(person, at=timezone.now())
        return JsonResponse({"views": [_plain(one) for one in shown]})
    return _page(request, person, form)


@require_POST
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename or share a view; with `delete`, forget it."""
    person = person_of(request)
    found = saved.to_read(person, view_id)
    if not saved.may_change(person, found):
        raise PermissionDenied(_("Only its owner or the head of the unit may change this view."))
    if "delete" in request.POST:
        saved.forget(found)
        messages.success(request, _("The view “%(name)s” is deleted.") % {"name": found.name})
        return JsonResponse({}) if wants_json(request) else redirect("tickets:views")
    form = ViewForm(request.POST, user=person, view=found)
    if not form.is_valid():
        return faults(form) if wants_json(request) else _page(request, person, form)
    saved.change(found, **form.cleaned_data)
    return _answer(request, found, _("The view “%(name)s” is kept.") % {"name": found.name})


def _asked(request: HttpRequest, person: User) -> dict[str, Any]:
    """Return the list's filters that were sent, without what makes no sense."""
    data = request.POST.copy()
    form = ListFilters(data, user=person)
    asked = form.filters
    kept = {name: value for name, value in vars(asked).items() if value}
    queue = form.cleaned_data.get("queue")
    return kept | ({"queue": str(queue)} if queue else {})


def _answer(request: HttpRequest, view: SavedView, said: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"id": view.pk, "name": view.name, "address": saved.address(view)})
    messages.success(request, said)
    return redirect("tickets:views")


def _page(request: HttpRequest, person: User, form: ViewForm) -> HttpResponse:
    shown = saved.shown(person, at=timezone.now())
    kept = ListFilters(request.POST or request.GET, user=person)
    return render(request, "tickets/views.html", {
        "form": form, "shown": shown, "filters": kept, "narrowed": bool(kept.filters),
        "units": form.fields["unit"].queryset,  # type: ignore[attr-defined]
    })  # fmt: skip


def _plain(one: saved.Shown) -> dict[str, Any]:
    unit = one.view.unit
    return {
        "id": one.view.pk, "name": one.view.name, "address": one.address, "count": one.count,
        "more": one.more, "mine": one.mine, "may_change": one.may_change,
        "unit": {"code": unit.code, "name": unit.shown_name} if unit else None,
        "asked": one.view.asked,
    }  # fmt: skip
