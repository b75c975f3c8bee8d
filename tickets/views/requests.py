"""Asking for a return, an extension or a suspension, and deciding what was asked."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.models import User
from people.scope import person_of
from tickets import access, lifecycle
from tickets.deadlines import Limit, limit_in_words
from tickets.forms.requests import FORMS, AskForm, DecideForm
from tickets.models import Limits, Request, Ticket
from tickets.requests_table import REQUESTS, RequestKind, ReturnReason
from tickets.states import MoveRefused
from tickets.views import back
from tickets.views.detail import head


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Ask for something about the ticket; its clock runs on until that is decided."""
    at, person = timezone.now(), person_of(request)
    if kind not in RequestKind.values:
        raise Http404
    asked = RequestKind(kind)
    ticket = access.to_ask(person, number, asked)
    form = ask_form(request, asked)
    if form.is_valid() and asked_for(person, ticket, asked, form, at=at):
        messages.success(request, asked_words())
        return redirect(back.address(request, number))
    page = head(ticket, at=at) | ask_page(asked, form) | back.shown(request, number)
    return render(request, "tickets/ask.html", page)


def ask_form(request: HttpRequest, kind: RequestKind) -> AskForm:
    """Return the form for asking this, with what was sent."""
    return FORMS.get(kind, AskForm)(request.POST or None)


def asked_for(
    person: User, ticket: Ticket, kind: RequestKind, form: AskForm, *, at: datetime
) -> bool:
    """Ask what the valid form says; else say in the form why it was refused."""
    try:
        lifecycle.ask(ticket_id=ticket.pk, kind=kind, by=person, at=at, **form.arguments())
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def asked_words() -> str:
    """Return what to say after asking."""
    return _("Your request waits for a decision.")


def ask_page(kind: RequestKind, form: AskForm) -> dict[str, Any]:
    """Return what a page with this form shows beside the ticket's head."""
    rule = REQUESTS[kind]
    limit = Limits.current().requests[kind]["decide"]
    return {
        "kind": kind, "form": form, "deciders": [hat.label for hat in rule.deciders],
        "clock": rule.clock.label, "limit": limit_in_words(Limit.parse(limit)),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Grant or deny what was asked."""
    at, person = timezone.now(), person_of(request)
    asked = access.to_decide(person, request_id)
    number = asked.ticket.number or ""
    form = DecideForm(request.POST or None)
    if form.is_valid() and decided(person, asked, form, at=at):
        messages.success(request, decided_words())
        return redirect(back.address(request, number))
    page = head(asked.ticket, at=at) | decide_page(asked, form) | back.shown(request, number)
    return render(request, "tickets/decide.html", page)


def decided(person: User, asked: Request, form: DecideForm, *, at: datetime) -> bool:
    """Decide as the valid form says; else say in the form why it was refused."""
    try:
        lifecycle.decide(request_id=asked.pk, by=person, at=at, **form.cleaned_data)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def decided_words() -> str:
    """Return what to say after deciding."""
    return _("Your decision is recorded.")


def decide_page(asked: Request, form: DecideForm) -> dict[str, Any]:
    """Return what a page with this form shows beside the ticket's head."""
    rule = REQUESTS[RequestKind(asked.kind)]
    return {
        "asked": asked, "form": form, "clock": rule.clock.label,
        "goes_on": asked.step + 1 < len(rule.deciders),
        "reason_label": dict(ReturnReason.choices).get(asked.reason, asked.reason),
    }  # fmt: skip
