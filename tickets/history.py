"""A ticket's history as people read it: who did what, when, from where to where, in what words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import routing
from tickets.models import Rating, Ticket, TicketEvent
from tickets.naming import names
from tickets.requests_table import RefusalReason, RequestKind, ReturnReason
from tickets.states import Hat, Move, State

Kind = TicketEvent.Kind
# Recorded this much later than it happened: the step was made up for after an outage.
_LATE = timedelta(minutes=5)

_DONE = {
    Move.ACCEPT: gettext_lazy("Accepted"),
    Move.REFUSE: gettext_lazy("Not accepted"),
    Move.MERGE: gettext_lazy("Merged"),
    Move.DISPATCH: gettext_lazy("Dispatched"),
    Move.SIGN: gettext_lazy("Signed for"),
    Move.START: gettext_lazy("Work started"),
    Move.RESOLVE: gettext_lazy("Resolved"),
    Move.VERIFY: gettext_lazy("Verified"),
    Move.SEND_BACK: gettext_lazy("Sent back"),
    Move.FEED_BACK: gettext_lazy("Reporter answered"),
    Move.RATE: gettext_lazy("Rated"),
    Move.ARCHIVE: gettext_lazy("Closed"),
    Move.WITHDRAW: gettext_lazy("Withdrawn"),
    Move.COMMENT: gettext_lazy("Comment"),
    Move.QUESTION: gettext_lazy("Question to the reporter"),
    Move.REPLY: gettext_lazy("Answer of the reporter"),
    Move.CLIMB: gettext_lazy("Passed up"),
    Move.SUPERVISE: gettext_lazy("Supervised"),
    Move.SETTLE: gettext_lazy("Settled on the spot"),
    Move.UNDO: gettext_lazy("Taken back"),
}
_AS = {
    Hat.CENTRE: gettext_lazy("duty officer"),
    Hat.SUPERVISOR: gettext_lazy("shift supervisor"),
    Hat.HANDLER: gettext_lazy("handling unit"),
    Hat.HEAD: gettext_lazy("head of unit"),
    Hat.HELPER: gettext_lazy("helping unit"),
    Hat.FINDER: gettext_lazy("grid worker on the spot"),
}
CLOCK_NAMES = {
    "accept": gettext_lazy("accepting"),
    "sign": gettext_lazy("signing"),
    "decide": gettext_lazy("deciding"),
    "resolve": gettext_lazy("resolving"),
}


@dataclass(frozen=True)
class Line:
    """One happening. `who` is a person, the reporter or the platform; `facts` are sentences."""

    at: datetime
    recorded_at: datetime | None
    title: str
    who: str
    hat: str
    before: str
    after: str
    facts: list[str]
    words: str
    public: bool
    words_public: bool


def lines(ticket: Ticket) -> list[Line]:
    """Return all that happened to the ticket, the first first. Two queries, and names by code."""
    events = ticket.events.select_related("by", "words").order_by("at", "pk")
    return [line(event) for event in events]


def done(move: str) -> str:
    """Return how a move is called once it was made."""
    return str(_DONE[Move(move)])


def line(event: TicketEvent) -> Line:
    """Return one happening as people read it."""
    words = getattr(event, "words", None)
    changed = event.before != event.after and event.before and event.after
    return Line(
        at=event.at,
        recorded_at=event.recorded_at if event.recorded_at - event.at > _LATE else None,
        title=done(event.move) if event.kind == Kind.MOVED else event.get_kind_display(),
        who=_who(event),
        hat=str(_AS.get(Hat(event.hat), "")) if event.by and event.hat else "",
        before=str(State(event.before).label) if changed else "",
        after=str(State(event.after).label) if changed else "",
        facts=[fact for fact in _facts(event) if fact],
        words=words.words if words else "",
        public=event.public,
        words_public=bool(words and words.public),
    )


def _who(event: TicketEvent) -> str:
    if event.by:
        return event.by.full_name or event.by.get_username()
    by_reporter = event.kind in (Kind.REPORTED, Kind.ASKED) or event.hat == Hat.REPORTER
    return _("the reporter") if by_reporter else _("the platform")


def _facts(event: TicketEvent) -> list[str]:
    if event.kind == Kind.ROUTED:
        return [routing.sentence(event.data)]
    return [
        say(value)
        for name, say in _SAY.items()
        if (value := event.data.get(name)) not in (None, "")
    ]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _sentence(words: str) -> str:
    return _("%(words)s.") % {"words": words}


def _moment(value: str) -> str:
    moment = parse_datetime(value)
    return date_format(localtime(moment), "Y-m-d H:i") if moment else value


_SAY: dict[str, Callable[[Any], str]] = {
    "suggested": lambda code: _("Probably “%(type)s”.") % {"type": names("type", code)},
    "type": lambda code: _("As “%(type)s”.") % {"type": names("type", code)},
    "unit": lambda code: _("To %(unit)s.") % {"unit": names("unit", code)},
    "to": lambda code: _("To %(unit)s.") % {"unit": names("unit", code)},
    "reason": lambda code: _sentence(
        _label(RefusalReason if code[:1] == "R" else ReturnReason, code)
    ),
    "into": lambda number: _("Into %(number)s.") % {"number": number},
    "from": lambda whence: _("From %(whence)s.") % {"whence": names("unit", whence)},
    "grade": lambda grade: _sentence(_label(Ticket.Supervision, grade)),
    "request": lambda kind: _sentence(_label(RequestKind, kind)),
    "undone": lambda move: _("Taken back: “%(move)s”.") % {"move": done(move)},
    "granted": lambda granted: _("Granted.") if granted else _("Denied."),
    "lapsed": lambda lapsed: _("The time for deciding was over.") if lapsed else "",
    "step": lambda step: _("It goes on to the next who decides."),
    "clock": lambda name: _("Limit: %(clock)s.") % {"clock": CLOCK_NAMES.get(name, name)},
    "share": lambda share: _("%(share)d %% of the time is used.") % {"share": share},
    "stars": lambda stars: _sentence(str(Rating.Stars(stars).label)),
    "solved": lambda solved: _("Solved.") if solved else _("Not solved."),
    "photos": lambda count: _("Photos: %(count)d.") % {"count": count} if count else "",
    "before": lambda value: _("Was due %(time)s.") % {"time": _moment(value)},
    "after": lambda value: _("Now due %(time)s.") % {"time": _moment(value)},
}
