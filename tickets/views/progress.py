"""The page of one report, as its reporter sees it."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tickets import calendar, steps, story
from tickets.deadlines import Clock, consumed
from tickets.forms import kept
from tickets.forms.track import FORMS, OnceForm, form_of
from tickets.models import Photo, Rating, Request, Ticket
from tickets.remaining import left_of
from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import AT_WORK, Hat, Move, State, moves_for
from tickets.views.public import promise


def page(
    request: HttpRequest,
    ticket: Ticket,
    at: datetime,
    sent: dict[str, OnceForm] | None = None,
    photos_kept: list[kept.KeptPhoto] | None = None,
) -> HttpResponse:
    """Show the report. `sent`: a form that must be looked at again, with its photos."""
    sent, photos_kept = sent or {}, photos_kept or []
    may = _may(ticket)
    faulty = next((form for form in sent.values() if form.is_bound), None)
    shown = {what for what in sent if may[what]}
    if set(sent) - shown:
        # That can no longer be done: what was typed stays, as a word to those who handle it.
        sent = {"comment": _as_a_word(next(iter(sent.values())))}
        shown = {"comment"}
    forms = {what: form_of(what, initial={"key": uuid.uuid4()}) for what in FORMS} | sent
    return render(
        request,
        "public/progress.html",
        promise(ticket) | _time(ticket, at) | _story(ticket) | {
            "at": at,
            "steps": steps.steps_of(ticket),
            "sentence": steps.sentence(ticket),
            "question": ticket.questions.open().select_related("asked_in__words").first(),
            "forms": forms,
            "opened": shown,
            "faulty": faulty,
            "may": may,
            "kept_of": dict.fromkeys(shown, photos_kept),
            "packed_of": {
                what: kept.packed(str(forms[what]["key"].value()), photos_kept) for what in shown
            },
        },
    )  # fmt: skip


def _as_a_word(form: OnceForm) -> OnceForm:
    key, words = form["key"].value(), form["words"].value()
    return form_of("comment", initial={"key": key, "words": words})


def _time(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Return what is left of the promise: in words, and how much is used, in percent."""
    kept_clock = ticket.clocks.get("resolve")
    if not kept_clock or ticket.state not in AT_WORK or ticket.paused_until:
        return {}
    clock, days = Clock.from_json(kept_clock), calendar.current()
    if at >= clock.due:
        return {"left": _("The promised time has passed."), "late": True, "used": 100}
    return {
        "left": _("%(time)s left") % {"time": left_of(clock, at, days)},
        "used": round(100 * consumed(clock, at, days) / clock.total),
    }


def _story(ticket: Ticket) -> dict[str, Any]:
    """Return the story with its photos, what came with the report, and before and after.

    Photos stand where they were added: they bear the very moment of their line of history.
    """
    chapters = story.of(ticket)
    photos = list(ticket.photos.filter(public=True).order_by("position", "added_at"))
    ready = [photo for photo in photos if photo.state == Photo.State.READY]
    at_first = [photo for photo in ready if photo.added_at == ticket.reported_at]
    at_last = [photo for photo in ready if photo.added_at == ticket.resolved_at]
    return {
        "chapters": [
            (chapter, [p for p in ready if p.added_at == chapter.at and p not in at_first])
            for chapter in reversed(chapters)
        ],
        "answer": next((c.words for c in reversed(chapters) if c.is_answer), ""),
        "photos": at_first,
        "photos_waiting": [photo for photo in photos if photo.state == Photo.State.WAITING],
        "before_after": (at_first[0], at_last[0]) if at_first and at_last else None,
    }


def _may(ticket: Ticket) -> dict[str, bool]:
    """Return what the reporter may do now, by the names of the forms."""
    moves = moves_for(State(ticket.state), {Hat.REPORTER})
    rated = Rating.objects.filter(ticket=ticket, round=ticket.reopenings + 1).exists()
    requests = ticket.requests.filter(kind=RequestKind.REOPENING)
    waits = requests.filter(state=Request.State.OPEN).exists()
    may_rate = Move.RATE in moves and not rated and not waits
    return {
        "comment": Move.COMMENT in moves,
        "reply": Move.REPLY in moves and ticket.questions.open().exists(),
        "withdraw": Move.WITHDRAW in moves,
        "rate": may_rate,
        # Before the rating, "not solved" says the same in one step.
        "reopen": ticket.state in REQUESTS[RequestKind.REOPENING].sources
        and not waits and not may_rate,
        "waits": waits,
    }  # fmt: skip
