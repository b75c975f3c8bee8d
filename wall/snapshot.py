"""All dots at a moment, or what changed since one: the ordinary door, a constant number of queries.

A sequence is the id of a line of a ticket's history. Lines commit out of order: a client that knows
line 102 may not know 101. So "since" looks back a minute further than asked, and the dots' version
makes repeats harmless.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from people.scope import within
from tickets import dots_sql
from tickets.dots import dots_of, of_today
from tickets.models import Ticket, TicketEvent
from tickets.states import Hat, Move
from wall.scope import Scope

# How much later than its neighbours a line may be committed.
OVERLAP = timedelta(seconds=60)
# More changes than this are not worth telling one by one.
MOST_CHANGES = 5000


@dataclass(frozen=True)
class Snapshot:
    """The dots at `at`, up to `sequence`. `complete`: all there are, whatever was known before."""

    sequence: int
    at: datetime
    complete: bool
    dots: list[dict]
    gone: list[dict]

    def as_json(self) -> dict:
        return {
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "day": f"{timezone.localdate(self.at):%Y-%m-%d}",
            "complete": self.complete,
            "dots": self.dots,
            "gone": self.gone,
        }


def newest() -> int:
    """Return the id of the newest line of history, 0 if there is none."""
    newest_line = TicketEvent.objects.order_by("-pk").values_list("pk", flat=True)
    return newest_line.first() or 0


def take(scope: Scope, *, at: datetime, since: int | None = None) -> Snapshot:
    """Return the dots that this scope shows; with `since` only what changed after that sequence.

    It answers with everything where a difference would not be exact: to people who see only what
    is in their units' hands, for a sequence that this database has not reached, for too many.
    """
    # First: what is committed after this is in the dots too, and comes once more. That is harmless.
    sequence = newest()
    dots = of_today(scope.tickets(), at)
    if since is None or scope.by_hand or not 0 < since <= sequence:
        return Snapshot(sequence, at, True, dots_of(dots, at, visitor=scope.visitor), [])
    lines = _after(since)
    changed = set(lines.values_list("ticket_id", flat=True)[: MOST_CHANGES + 1])
    if len(changed) > MOST_CHANGES:
        return Snapshot(sequence, at, True, dots_of(dots, at, visitor=scope.visitor), [])
    here = dots_of(dots.filter(pk__in=changed), at, visitor=scope.visitor)
    gone = _gone(scope, lines, changed - {dot["id"] for dot in here})
    return Snapshot(sequence, at, False, here, gone)


def columns(scope: Scope, *, sequence: int, at: datetime) -> str:
    """Return all dots of this scope by columns, as JSON (tickets.dots_sql says how to read them).

    It does not tell the time: it stays true until something happens, or the day ends.

    :param sequence: the newest line of history before this was asked
    """
    dots = dots_sql.columns_of(of_today(scope.tickets(), at), visitor=scope.visitor)
    day = f"{timezone.localdate(at):%Y-%m-%d}"
    # The dots are JSON already.
    return f'{{"sequence":{sequence},"day":"{day}","complete":true,"columns":{dots},"gone":[]}}'


def _after(since: int):
    known = TicketEvent.objects.filter(pk__lte=since).order_by("-pk")
    moment = known.values_list("recorded_at", flat=True).first()
    late = Q(recorded_at__gte=moment - OVERLAP) if moment else Q()
    return TicketEvent.objects.filter(Q(pk__gt=since) | late).order_by().distinct()


def _gone(scope: Scope, lines, changed: set[int]) -> list[dict]:
    """Return the changed tickets that a client may still show and must not."""
    # As in tickets.broadcast: what was restricted from the first never had a dot.
    turned_in = lines.filter(move=Move.ACCEPT, ticket__restricted=True).exclude(hat=Hat.SYSTEM)
    ids = turned_in.values("ticket_id")
    turned = Ticket.objects.filter(within(scope.codes(), "area_code"), pk__in=ids)
    ended = scope.tickets().filter(pk__in=changed)
    rows = set(turned.values_list("pk", "version")) | set(ended.values_list("pk", "version"))
    return [{"id": pk, "version": version} for pk, version in sorted(rows)]
