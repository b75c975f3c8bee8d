"""A ticket's history as its reporter reads it: plain sentences, no names of staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tickets import routing
from tickets.models import Rating, Ticket, TicketEvent
from tickets.naming import names
from tickets.requests_table import RefusalReason, RequestKind
from tickets.states import Hat, Move

Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Chapter:
    """One happening: when, what in one sentence, and the words that the reporter may read."""

    at: datetime
    sentence: str
    words: str
    is_answer: bool
    icon: str
    by_reporter: bool


def of(ticket: Ticket) -> list[Chapter]:
    """Return what the reporter may know of the ticket's history, the first first. One query."""
    events = ticket.events.filter(public=True).select_related("words").order_by("at", "pk")
    return [
        Chapter(
            at=event.at,
            sentence=sentence,
            words=_words(event),
            is_answer=event.move == Move.FEED_BACK,
            icon=_ICONS.get(event.move or event.kind, "check"),
            by_reporter=event.hat == Hat.REPORTER,
        )
        for event in events
        if (sentence := _sentence(event))
    ]


def _words(event: TicketEvent) -> str:
    words = getattr(event, "words", None)
    return words.words if words and words.public else ""


def _sentence(event: TicketEvent) -> str:
    if event.kind == Kind.MOVED:
        return _MOVES[Move(event.move)](event)
    return _KINDS[Kind(event.kind)](event)


def _name(event: TicketEvent, kind: str) -> str:
    return names(kind, event.data.get(kind, ""))


def _refused(event: TicketEvent) -> str:
    code = event.data.get("reason", "")
    if code not in RefusalReason.values:
        return _("It was not accepted.")
    return _("It was not accepted: %(reason)s.") % {"reason": RefusalReason(code).label}


def _accepted(event: TicketEvent) -> str:
    if not event.data.get("type"):
        return _("It was accepted.")
    return _("It was accepted as “%(type)s”.") % {"type": _name(event, "type")}


def _rated(event: TicketEvent) -> str:
    stars, solved = event.data.get("stars"), event.data.get("solved")
    level = Rating.Stars(stars).label if stars in Rating.Stars.values else ""
    said = _("solved") if solved else _("not solved")
    return _("You rated it: %(level)s, %(said)s.") % {"level": level, "said": said}


def _climbed(event: TicketEvent) -> str:
    unit = event.data.get("to") or event.data.get("unit") or ""
    if not unit:
        return _("It was passed up a level.")
    return _("It was passed up a level, to %(unit)s.") % {"unit": names("unit", unit)}


def _commented(event: TicketEvent) -> str:
    if event.by_id is None:
        return _("You added photos.") if not _words(event) else _("You added:")
    if _words(event):
        return _("You have a message:")
    return _("You have a photo.") if event.data.get("photos") else ""


def _replied(event: TicketEvent) -> str:
    return _("You answered:") if _words(event) else _("You answered with photos.")


def _asked(event: TicketEvent) -> str:
    if event.data.get("request") == RequestKind.REOPENING:
        return _("You asked for it to be taken up again.")
    return ""


def _decided(event: TicketEvent) -> str:
    kind, granted = event.data.get("request"), event.data.get("granted")
    if kind == RequestKind.REOPENING:
        if not granted:
            return _("It is not taken up again.")
        return _("It is taken up again.")
    if kind == RequestKind.EXTENSION and granted:
        return _("More time was granted; the promised time moved.")
    if kind == RequestKind.SUSPENSION and granted:
        return _("It has to wait for something; the clock stands still until then.")
    return ""


def _supervised(event: TicketEvent) -> str:
    return _("The centre watches over it closely now.")


# Lucide's names; whatever is not here gets a tick.
_ICONS: dict[str, str] = {
    Kind.REPORTED: "send",
    Kind.ROUTED: "map-pin",
    Kind.ASKED: "rotate-ccw",
    Kind.DECIDED: "info",
    Kind.RECLOCKED: "calendar-days",
    Kind.RESUMED: "clock",
    Kind.PHOTO: "triangle-alert",
    Move.REFUSE: "x",
    Move.MERGE: "merge",
    Move.DISPATCH: "arrow-right",
    Move.START: "users",
    Move.FEED_BACK: "message-square",
    Move.RATE: "star",
    Move.ARCHIVE: "circle-check",
    Move.WITHDRAW: "undo-2",
    Move.COMMENT: "message-square",
    Move.QUESTION: "circle-help",
    Move.REPLY: "message-square",
    Move.CLIMB: "arrow-up",
    Move.SUPERVISE: "eye",
}
_MOVES: dict[Move, Callable[[TicketEvent], str]] = {
    Move.ACCEPT: _accepted,
    Move.REFUSE: _refused,
    Move.MERGE: lambda event: _("It is handled together with another report of the same matter."),
    Move.DISPATCH: lambda event: _("It was given to %(unit)s.") % {"unit": _name(event, "unit")},
    Move.SIGN: lambda event: _("The unit signed for it."),
    Move.START: lambda event: _("The work has begun."),
    Move.RESOLVE: lambda event: _("It was handled; the result is being checked."),
    Move.VERIFY: lambda event: _("The result was checked."),
    Move.SEND_BACK: lambda event: _("The check found something still to do."),
    Move.FEED_BACK: lambda event: (
        _("The answer to you:") if _words(event) else _("It was answered.")
    ),
    Move.RATE: _rated,
    Move.ARCHIVE: lambda event: _("It is closed."),
    Move.WITHDRAW: lambda event: _("You withdrew it."),
    Move.COMMENT: _commented,
    Move.QUESTION: lambda event: _("You are asked:"),
    Move.REPLY: _replied,
    Move.CLIMB: _climbed,
    Move.SUPERVISE: _supervised,
    Move.SETTLE: lambda event: _("It was settled on the spot."),
    Move.UNDO: lambda event: _("The last step was taken back."),
}
_KINDS: dict[Kind, Callable[[TicketEvent], str]] = {
    Kind.REPORTED: lambda event: (
        _("You reported it.") if event.by_id is None else _("It was reported for you.")
    ),
    Kind.ROUTED: lambda event: routing.sentence(event.data),
    Kind.ASKED: _asked,
    Kind.DECIDED: _decided,
    Kind.REMINDED: lambda event: "",
    Kind.RECLOCKED: lambda event: _(
        "The promised time was reckoned again with the calendar that was announced."
    ),
    Kind.RESUMED: lambda event: _("The clock runs again."),
    Kind.PHOTO: lambda event: _("A photo could not be used."),
}  # fmt: skip
