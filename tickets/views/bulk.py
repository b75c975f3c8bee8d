"""Dispatching many tickets at once: first what it would do, then the doing, ticket by ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grids.models import Unit
from people.models import User
from people.roles import CENTRE_ROLES
from people.scope import person_of, roles_of
from tickets import bulk, lifecycle
from tickets.forms.desk import BulkForm, numbers_in, tickets_with
from tickets.models import Ticket
from tickets.states import MoveRefused
from tickets.views.answers import faults, wants_json


@dataclass(frozen=True)
class Row:
    """One ticket of the answer: who would get it, or got it; else the sentence why not."""

    number: str
    title: str = ""
    unit: Unit | None = None
    load: int = 0
    metres: int | None = None
    people: int = 0
    refused: str = ""

    @property
    def distance(self) -> str:
        if self.metres is None:
            return ""
        if self.metres < 1_000:
            return _("%(n)d m") % {"n": self.metres}
        return _("%(n)s km") % {"n": f"{self.metres / 1_000:.1f}"}


@require_POST
def dispatch(request: HttpRequest) -> HttpResponse:
    """Say what dispatching these tickets would do; with `do`, do it."""
    person = person_of(request)
    if not roles_of(person) & CENTRE_ROLES:
        raise PermissionDenied(_("Your post does not let you do this here."))
    numbers, data = numbers_in(request.POST), request.POST.copy()
    data.setdefault("key", str(uuid4()))
    tickets = tickets_with(numbers, person)
    form = BulkForm(data, numbers=numbers, units=bulk.units_for(tickets))
    rows, doing = [], "do" in data
    if form.is_valid():
        try:
            rows = (_done if doing else _planned)(tickets, form, person)
        except (MoveRefused, lifecycle.OtherBody) as refusal:
            form.add_error(None, str(refusal))
    if form.errors and wants_json(request):
        return faults(form, status=409 if form.is_bound and doing else 400)
    rows += [] if form.errors else _unknown(numbers, tickets)
    done = doing and not form.errors
    if wants_json(request):
        return JsonResponse({"key": data["key"], "done": done, "rows": [_plain(r) for r in rows]})
    return render(request, "tickets/bulk.html", {
        "form": form, "rows": rows, "done": done, "numbers": numbers,
        "possible": sum(1 for row in rows if not row.refused),
    })  # fmt: skip


def _planned(tickets: Sequence[Ticket], form: BulkForm, person: User) -> list[Row]:
    unit = form.cleaned_data["unit"]
    return [
        Row(
            number=one.ticket.number or "",
            title=one.ticket.text.title,
            unit=one.unit,
            load=one.load,
            metres=one.metres,
            people=one.people,
            refused=one.refused,
        )
        for one in bulk.plan(tickets, unit=unit, by=person, at=timezone.now())
    ]


def _done(tickets: Sequence[Ticket], form: BulkForm, person: User) -> list[Row]:
    found = lifecycle.dispatch_many(
        ticket_ids=[ticket.pk for ticket in tickets], by=person, at=timezone.now(),
        **form.cleaned_data,
    )  # fmt: skip
    refused = {outcome.ticket_id: outcome.refused for outcome in found}
    # Read anew: who has it now.
    now = Ticket.objects.with_places().select_related("text").in_bulk(list(refused))
    return [
        Row(
            number=one.number or "",
            title=one.text.title,
            unit=None if refused[one.pk] else one.handler,
            refused=refused[one.pk],
        )
        for one in (now[ticket.pk] for ticket in tickets)
    ]


def _unknown(numbers: list[str], tickets: Sequence[Ticket]) -> list[Row]:
    seen = {ticket.number for ticket in tickets}
    said = _("There is no such ticket that you can see.")
    return [Row(number, refused=said) for number in numbers if number not in seen]


def _plain(row: Row) -> dict:
    unit = row.unit
    return vars(row) | {"unit": {"code": unit.code, "name": unit.shown_name} if unit else None}
