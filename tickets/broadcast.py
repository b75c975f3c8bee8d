"""Tell the screens that a ticket changed: after the commit, and without words.

It is told to those whose door shows the ticket, and "gone" to those whose door no longer does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils import timezone

from grids.models import Unit, lineage
from notices import live
from tickets.dots import of_today, with_blurred, with_blurred_of
from tickets.models import Helper, Ticket, TicketEvent
from tickets.states import Hat, Move

# More at once than a screen can show one after the other: they fetch instead.
TOO_MANY = 200
# So many changed together are still told dot by dot; beyond that the screens fetch.
FEW = 20
# What happened, for the live list. A comment, a photo, a recomputed clock is no news for a wall.
NEWS = frozenset(
    {
        TicketEvent.Kind.REPORTED, TicketEvent.Kind.MOVED, TicketEvent.Kind.ASKED,
        TicketEvent.Kind.DECIDED, TicketEvent.Kind.REMINDED, TicketEvent.Kind.RESUMED,
    }
)  # fmt: skip
NO_NEWS = frozenset({Move.COMMENT, Move.QUESTION, Move.REPLY})
# Under these names the lines of history keep the codes of units, alone or in a list: those that
# worked on it, and the centres that decided.
_HANDS = {"unit": "unit", "helpers": "unit", "centre": "centre", "from": "centre", "to": "centre"}
# The tickets changed inside at_once(), each with its version at the first change.
_gathering: ContextVar[dict[int, int] | None] = ContextVar("gathering", default=None)


class Line(Protocol):
    """A line of history, written or not yet: what the screens hear of it."""

    @property
    def pk(self) -> Any: ...
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def move(self) -> str: ...
    @property
    def after(self) -> str: ...


@dataclass(frozen=True)
class Frame:
    """One change on its way to the screens."""

    ticket_id: int
    topics: tuple[str, ...]
    body: dict
    # The same for screens before visitors, where it differs.
    for_visitors: dict | None = None


def changed(ticket: Ticket) -> None:
    """Publish the ticket's dot (or that it is gone) once the transaction commits.

    A verb that writes several lines of history calls this several times; one frame goes out. It
    is made from what was committed, and tells the lines since the first call.
    """
    _after_commit(ticket.pk, ticket.version)


def born(ticket: Ticket, lines: Sequence[Line]) -> None:
    """Publish the dot of a ticket that is new, and read with its places, once it is committed."""
    if connection.savepoint_ids:
        # What encloses this may go on with it, and the frame tells what is committed.
        _after_commit(ticket.pk, 1)
    else:
        transaction.on_commit(_Born(ticket, lines).publish, robust=True)


@contextmanager
def at_once() -> Iterator[None]:
    """Gather what changes inside the block, in however many transactions: one frame for all.

    It says "fetch": to everybody who sees one of the tickets, or did until now.
    """
    gathered: dict[int, int] = {}
    token = _gathering.set(gathered)
    try:
        yield
    finally:
        _gathering.reset(token)
        if gathered:
            _tell_to_fetch(gathered)


@dataclass
class Changed:
    """What the screens need of a ticket that was changed together with others.

    `centres`: all that decided about it meanwhile; `lines`: the ids of its new lines of history.
    """

    area_code: str
    restricted: bool
    from_version: int
    handler_id: int | None
    centres: set[int] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)


def changed_together(news: Mapping[int, Changed]) -> None:
    """Publish what changed in one transaction once it commits: few dot by dot, many as one frame.

    The one frame says "fetch", to everybody who sees one of the tickets or did until now.

    :param news: by the ticket's id
    """
    transaction.on_commit(_Together(dict(news)).publish, robust=True)


def frames_of(news: dict[int, list[TicketEvent]]) -> list[Frame]:
    """Return what the screens must hear about these tickets, in the order of the history.

    A few queries, however many tickets.

    :param news: the lines of history to tell, by the ticket's id, each list in order
    """
    ids = list(news)
    tickets = Ticket.objects.filter(pk__in=ids)
    now = timezone.now()
    dots = {both[0]["id"]: both for both in with_blurred(of_today(tickets, now), now)}
    hands: dict[int, list[int]] = defaultdict(list)
    for ticket_id, unit_id in Helper.objects.filter(ticket__in=ids).values_list("ticket", "unit"):
        hands[ticket_id].append(unit_id)
    handed_on = [pk for pk, lines in news.items() if any(map(_hands_on, lines))]
    former = _former_hands(handed_on) if handed_on else {}
    frames = []
    columns = ("pk", "area_code", "centre_id", "handler_id", "version", "restricted")
    for pk, area_code, centre, handler, version, restricted in tickets.values_list(*columns):
        lines, dot = news[pk], dots.get(pk)
        if restricted and not _turned_restricted(lines):
            continue
        sequence = lines[-1].pk
        gone = {"sequence": sequence, "gone": pk, "version": version}
        topics = (*lineage(area_code), *_topics(centre, handler, *hands[pk]))
        lost = former.get(pk, set()) - set(topics)
        if dot and lost:
            # First: whoever sees it by another right takes it back from the frame that follows.
            frames.append(Frame(pk, tuple(sorted(lost)), gone))
        if dot is None:
            frames.append(Frame(pk, topics, gone))
            continue
        exact, blurred = (
            {"sequence": sequence, "dot": one, "events": news_of(lines)} for one in dot
        )
        frames.append(Frame(pk, topics, exact, blurred))
    return sorted(frames, key=lambda frame: frame.body["sequence"])


def _turned_restricted(lines: list[TicketEvent]) -> bool:
    """Tell whether a restricted ticket may have had a dot until now: then it must be dropped.

    That is when somebody accepts it, and says what it is. Otherwise it is never told at all.
    """
    return any(line.move == Move.ACCEPT and line.hat != Hat.SYSTEM for line in lines)


def _hands_on(line: TicketEvent) -> bool:
    """Tell whether the line may have put the ticket into other hands."""
    moves = (Move.DISPATCH, Move.CLIMB, Move.UNDO)
    return line.move in moves or line.kind == TicketEvent.Kind.DECIDED


def _former_hands(ids: list[int]) -> dict[int, set[str]]:
    """Return the topics of everybody in whose hands these tickets ever were, by their history."""
    lines = TicketEvent.objects.filter(ticket__in=ids).values_list("ticket_id", "data")
    hands: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for ticket_id, data in lines:
        for name in _HANDS.keys() & data.keys():
            named = data[name] if isinstance(data[name], list) else [data[name]]
            hands[ticket_id].update((_HANDS[name], code) for code in named)
    wanted = {code for found in hands.values() for _kind, code in found}
    units = dict(Unit.objects.filter(code__in=wanted).values_list("code", "pk"))
    return {
        pk: {f"{kind}.{units[code]}" for kind, code in found if code in units}
        for pk, found in hands.items()
    }


def _topics(centre_id: int | None, *units: int | None) -> list[str]:
    """Return the topics of people without an area: of the deciding centre, of the units at work."""
    return [f"centre.{centre_id}", *(f"unit.{unit}" for unit in units if unit)]


def news_of(lines: Iterable[Line]) -> list[dict]:
    """Return those lines of history that are news, without words and names: codes and times."""
    return [
        {
            "sequence": line.pk,
            "at": line.at.astimezone(UTC).isoformat(),
            "kind": line.kind,
            "move": line.move,
            "state": line.after,
        }
        for line in lines
        if line.kind in NEWS and line.move not in NO_NEWS
    ]


@dataclass(frozen=True)
class _Change:
    """What runs after the commit: read what is true now, and publish it."""

    ticket_id: int
    from_version: int

    def publish(self) -> None:
        gathered = _gathering.get()
        if gathered is not None:
            gathered.setdefault(self.ticket_id, self.from_version)
            return
        lines = _lines_since(self.ticket_id, self.from_version)
        for frame in frames_of({self.ticket_id: lines}) if lines else []:
            live.publish(frame.topics, frame.body, frame.for_visitors)


@dataclass(frozen=True)
class _Born:
    """What runs after the commit of a new ticket: everything is at hand, nothing is read."""

    ticket: Ticket
    lines: Sequence[Line]

    def publish(self) -> None:
        ticket, gathered = self.ticket, _gathering.get()
        if gathered is not None:
            gathered.setdefault(ticket.pk, 1)
            return
        if ticket.restricted:
            return
        exact, blurred = (
            {"sequence": self.lines[-1].pk, "dot": dot, "events": news_of(self.lines)}
            for dot in with_blurred_of(ticket, timezone.now())
        )
        topics = (*lineage(ticket.area_code), *_topics(ticket.centre_id, ticket.handler_id))
        live.publish(topics, exact, blurred)


def _lines_since(ticket_id: int, version: int) -> list[TicketEvent]:
    newest = TicketEvent.objects.filter(ticket_id=ticket_id).order_by("-pk")
    now = Ticket.objects.values_list("version", flat=True).get(pk=ticket_id)
    return list(newest[: max(now - version, 0) + 1])[::-1]


def _tell_to_fetch(gathered: dict[int, int]) -> None:
    news = {pk: _lines_since(pk, version) for pk, version in gathered.items()}
    frames = frames_of(news)
    topics = {topic for frame in frames for topic in frame.topics}
    if topics:
        told = {pk: lines[-1].pk for pk, lines in news.items() if lines}
        live.publish(topics, {"sequence": max(told.values()), "refetch": True}, told=told)


@dataclass(frozen=True)
class _Together:
    """What runs after the commit of many changes."""

    news: dict[int, Changed]

    def publish(self) -> None:
        gathered = _gathering.get()
        if gathered is not None:
            for ticket_id, one in self.news.items():
                gathered.setdefault(ticket_id, one.from_version)
        elif len(self.news) <= FEW:
            self._dot_by_dot()
        else:
            self._as_one()

    def _dot_by_dot(self) -> None:
        ids = [pk for one in self.news.values() for pk in one.lines]
        lines: dict[int, list[TicketEvent]] = defaultdict(list)
        for line in TicketEvent.objects.filter(pk__in=ids).order_by("pk"):
            lines[line.ticket_id].append(line)
        for frame in frames_of(lines):
            live.publish(frame.topics, frame.body, frame.for_visitors)

    def _as_one(self) -> None:
        topics: set[str] = set()
        shown = [pk for pk, one in self.news.items() if not one.restricted]
        for pk in shown:
            one = self.news[pk]
            topics.update(lineage(one.area_code))
            for centre in one.centres:
                topics.update(_topics(centre, one.handler_id))
        helping = Helper.objects.filter(ticket__in=shown).values_list("unit", flat=True)
        topics.update(f"unit.{unit}" for unit in set(helping))
        told = {pk: one.lines[-1] for pk, one in self.news.items()}
        if topics:
            live.publish(topics, {"sequence": max(told.values()), "refetch": True}, told=told)


@dataclass(frozen=True)
class _Hint:
    """What runs after the commit of a bulk change: "fetch"."""

    topics: tuple[str, ...]

    def publish(self) -> None:
        last = TicketEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
        live.publish(self.topics, {"sequence": last or 0, "refetch": True})


def _after_commit(ticket_id: int, version: int) -> None:
    # A row is (savepoints, callback, robust), which the stubs do not know.
    rows: list[tuple] = list(connection.run_on_commit)
    for savepoints, waiting, _robust in rows:
        # The same ticket already waits, and will not be rolled back without us.
        told = getattr(waiting, "__self__", None)
        if (
            isinstance(told, _Change)
            and told.ticket_id == ticket_id
            and savepoints <= set(connection.savepoint_ids)
        ):
            return
    transaction.on_commit(_Change(ticket_id, version).publish, robust=True)
