"""The wall of a day as a film: how it stood at a moment, and every change after it.

It is made from the history. A line says to which state it led (`after`) and how the dot's light and
star were before it (`dot_was`); what a ticket is now says how they are since its last line. Played
to any moment it shows the dots that the wall showed then, but for those that today's door no longer
shows; where a report lies and what it is about is told as one knows it today.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tickets.dots import Facts, as_it_was, day_of, dot_from, facts_of, marks_of
from tickets.models import Ticket, TicketEvent
from tickets.states import ENDED
from wall.scope import Scope
from wall.snapshot import newest

LONGEST = timedelta(hours=24)
# What a screen can hold and replay. Beyond it the film is cut, and says so.
MOST_DOTS, MOST_CHANGES = 30_000, 30_000
_COLUMNS = ("id", "number", "lat", "lng", "stage", "light", "area", "type", "star", "turns")


@dataclass(frozen=True)
class Step:
    """From `at` on the ticket was like this. ended: when it ended, None while it had not."""

    at: datetime
    facts: Facts
    ended: datetime | None


@dataclass(frozen=True)
class Film:
    """`start`: the dots at `begins`. `changes`: (when, the dot, or the id of what left)."""

    begins: datetime
    ends: datetime
    sequence: int
    complete: bool
    start: list[dict]
    changes: list[tuple[datetime, dict | int]]

    def as_json(self) -> dict[str, Any]:
        """Return it by columns: a table of rows would name each column again in every row."""
        dots = [what if isinstance(what, dict) else {"id": what} for _at, what in self.changes]
        return {
            "from": self.begins.isoformat(),
            "to": self.ends.isoformat(),
            "sequence": self.sequence,
            "complete": self.complete,
            "start": _columns(self.start),
            "changes": {
                "at": [int(at.timestamp()) for at, _what in self.changes],
                "gone": [isinstance(what, int) for _at, what in self.changes],
            }
            | _columns(dots),
        }


def _columns(dots: list[dict]) -> dict[str, list]:
    return {name: [dot.get(name) for dot in dots] for name in _COLUMNS}


def take(scope: Scope, begins: datetime, ends: datetime) -> Film:
    """Return the film of what this scope shows, from `begins` to `ends`.

    A few queries, however many tickets. If there is more than a screen can hold, the oldest dots
    or the last changes are missing: `complete` is false, and `ends` is as far as it goes.
    """
    sequence = newest()
    tickets = _on_the_wall_then(scope, begins, ends)
    rows = list(tickets.order_by("-pk").values_list("pk", "reported_at", "ended_at")[:MOST_DOTS])
    times = {pk: (reported, ended) for pk, reported, ended in rows}
    facts = facts_of(tickets.filter(pk__gte=rows[-1][0])) if rows else []
    moved = _history(tickets, begins)
    start: list[dict] = []
    changes: list[tuple[datetime, dict | int]] = []
    for one in facts:
        if one.id not in times:  # reported this very moment
            continue
        reported, ended = times[one.id]
        lines = moved.get(one.id)
        steps = list(_life(one, lines)) if lines else [Step(reported, one, ended)]
        shown = _shown(steps, reported, begins)
        if shown:
            start.append(dot_from(shown.facts, begins, visitor=scope.visitor))
        changes += _changes(steps, reported, begins, ends, scope.visitor, bool(shown))
    changes.sort(key=lambda change: change[0])
    kept = changes[:MOST_CHANGES]
    cut = len(kept) < len(changes)
    complete = not cut and len(rows) < MOST_DOTS
    return Film(begins, kept[-1][0] if cut else ends, sequence, complete, start, kept)


def _on_the_wall_then(scope: Scope, begins: datetime, ends: datetime):
    """Return the tickets that may have had a dot in this time; each part has an index."""
    since, _until = day_of(begins)
    reported = Ticket.objects.filter(reported_at__gte=since, reported_at__lte=ends)
    lines = TicketEvent.objects.filter(at__gte=since, after__in=sorted(ENDED))
    ended = Ticket.objects.filter(pk__in=lines.values("ticket"))
    ids = reported.values("pk").union(ended.values("pk"), Ticket.objects.open().values("pk"))
    return scope.tickets().filter(pk__in=ids, reported_at__lte=ends)


def _history(tickets, begins: datetime) -> dict[int, list[TicketEvent]]:
    """Return all lines, in order, of those that changed after the film begins.

    The others have stood all the time as they stand now, and need no history.
    """
    touched = TicketEvent.objects.filter(at__gt=begins).values("ticket")
    lines: dict[int, list[TicketEvent]] = defaultdict(list)
    wanted = TicketEvent.objects.filter(ticket__in=tickets.filter(pk__in=touched).values("pk"))
    for line in wanted.only("ticket_id", "at", "after", "dot_was").order_by("pk"):
        lines[line.ticket_id].append(line)
    return dict(lines)


def _life(facts: Facts, lines: list[TicketEvent]) -> Iterator[Step]:
    """Give the ticket's steps in order, from its history."""
    # How the dot was between two lines stands in the later one; after the last, on the ticket.
    later: list | None = marks_of(facts)
    marks: list[list | None] = []
    for line in reversed(lines):
        marks.append(later)
        later = line.dot_was or later
    state, ended, at = "", None, lines[0].at
    for line, was in zip(lines, reversed(marks), strict=True):
        # What was recorded later did not show earlier, whenever it was due.
        at = max(at, line.at)
        now = line.after or state or facts.state
        ended = (ended if state in ENDED else at) if now in ENDED else None
        state = now
        yield Step(at, as_it_was(facts, state=state, marks=was, at=at), ended)


def _shown(steps: list[Step], reported: datetime, at: datetime) -> Step | None:
    """Return how the ticket stood on the wall at that moment, None if it was not there."""
    now = None
    for step in steps:
        if step.at > at:
            break
        now = step
    return now if now and _belongs(now, reported, at) else None


def _belongs(step: Step, reported: datetime, at: datetime) -> bool:
    """As tickets.dots.of_today() has it: open, or reported or ended on that day."""
    since, _until = day_of(at)
    return step.ended is None or reported >= since or step.ended >= since


def _changes(
    steps: list[Step],
    reported: datetime,
    begins: datetime,
    ends: datetime,
    visitor: bool,
    was_there: bool,
) -> Iterator[tuple[datetime, dict | int]]:
    """Give what the film tells of a ticket after its beginning; of one moment only the last."""
    moments = {step.at for step in steps if begins < step.at <= ends}
    midnight = day_of(begins)[1]
    if midnight <= ends and steps[0].at < midnight:
        # What had ended before leaves the wall.
        moments.add(midnight)
    for at in sorted(moments):
        step = _shown(steps, reported, at)
        if step and (step.at == at or not was_there):
            yield at, dot_from(step.facts, at, visitor=visitor)
        elif was_there and not step:
            yield at, steps[0].facts.id
        was_there = bool(step)
