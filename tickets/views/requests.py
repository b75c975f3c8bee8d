"""Asking for a return, an extension or a suspension, and deciding what was asked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.scope import person_of
from tickets import access, lifecycle
from tickets.deadlines import Limit, limit_in_words
from tickets.forms.requests import FORMS, AskForm, DecideForm
from tickets.models import Limits
from tickets.requests_table import REQUESTS, RequestKind, ReturnReason
from tickets.states import MoveRefused
from tickets.views.detail import head


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Ask for something about the ticket; its clock runs on until that is decided."""
    at = timezone.now()
    if kind not in RequestKind.values:
        raise Http404
    asked = RequestKind(kind)
    person = person_of(request)
    ticket = access.to_ask(person, number, asked)
    form = FORMS.get(asked, AskForm)(request.POST or None)
    if form.is_valid():
        try:
            lifecycle.ask(ticket_id=ticket.pk, kind=asked, by=person, at=at, **form.arguments())
            messages.success(request, _("Your request waits for a decision."))
            return redirect("tickets:detail", number)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
    rule = REQUESTS[asked]
    limit = Limits.current().requests[asked]["decide"]
    return render(request, "tickets/ask.html", head(ticket, at=at) | {
        "kind": asked, "form": form, "deciders": [hat.label for hat in rule.deciders],
        "clock": rule.clock.label, "limit": limit_in_words(Limit.parse(limit)),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or deny what was asked."""
    at, person = timezone.now(), person_of(request)
    asked = access.to_decide(person, request_id)
    form = DecideForm(request.POST or None)
    if form.is_valid():
        try:
            lifecycle.decide(request_id=asked.pk, by=person, at=at, **form.cleaned_data)
            messages.success(request, _("Your decision is recorded."))
            return redirect("tickets:detail", asked.ticket.number)
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
    rule = REQUESTS[RequestKind(asked.kind)]
    return render(request, "tickets/decide.html", head(asked.ticket, at=at) | {
        "asked": asked, "form": form, "clock": rule.clock.label,
        "goes_on": asked.step + 1 < len(rule.deciders),
        "reason_label": dict(ReturnReason.choices).get(asked.reason, asked.reason),
    })  # fmt: skip
