"""The wall's figures: few statements, all through the door of who watches, each with its origin.

Every figure comes with how many rows it was reckoned from and how long that took; what it means is
in definitions.py. Nothing here writes. Days and months are the district's own (Shanghai time).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, ExtractHour, Length
from django.utils import timezone

from grids.models import Area
from people.models import Post
from people.roles import Role
from tickets.broadcast import NEWS, NO_NEWS
from tickets.light import Light, light_of, light_sql
from tickets.models import Rating, Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.states import AT_WORK
from tickets.statistics.answers import with_last_stars
from wall import counted
from wall.scope import Scope

MONTH = timedelta(days=30)
NEWEST_LINES = 60
MOST_WATCHED = 8
TOP_TYPES = 8
# How long an area's code is at each tier of command centres.
TIERS = {12: "village", 9: "town", 6: "district"}


@dataclass(frozen=True)
class Figure:
    """A number (or a few), the rows it was reckoned from, and the milliseconds that took."""

    value: Any
    rows: int
    ms: float

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "rows": self.rows, "ms": self.ms}


def figures(scope: Scope, at: datetime) -> dict[str, Figure]:
    """Return the wall's figures for this scope at `at`, by the keys of definitions.py."""
    tickets = scope.counted()
    lights, per_tier = _now_at_work(tickets, at)
    near = Figure(lights.value["yellow"] + lights.value["orange"], lights.rows, lights.ms)
    return {
        "received": _timed(lambda: _count(counted.received(tickets, at))),
        "closed": _timed(lambda: _count(counted.closed(tickets, at))),
        "near": near,
        "overdue": Figure(lights.value["red"], lights.rows, lights.ms),
        "at_work": Figure(sum(lights.value.values()), lights.rows, lights.ms),
        "satisfaction": _timed(lambda: _satisfaction(tickets, at)),
        "tiers": per_tier,
        "on_the_spot": _timed(lambda: _on_the_spot(tickets, at)),
        "types": _timed(lambda: _types(tickets, at)),
        "hours": _timed(lambda: _hours(tickets, at)),
        "land": _timed(lambda: _land(scope.home(), at)),
    }


def _timed(reckon: Callable[[], tuple[Any, int]]) -> Figure:
    began = perf_counter()
    value, rows = reckon()
    return Figure(value, rows, round((perf_counter() - began) * 1000, 1))


def _count(tickets: TicketQuerySet) -> tuple[int, int]:
    count = tickets.count()
    return count, count


def _hours(tickets: TicketQuerySet, at: datetime) -> tuple[dict[str, list[int]], int]:
    """Return how many came in and how many were closed in each of today's 24 hours."""
    found = {
        "received": _by_hour(counted.received(tickets, at), "reported_at"),
        "closed": _by_hour(counted.closed(tickets, at), "ended_at"),
    }
    return found, sum(map(sum, found.values()))


def _by_hour(tickets: TicketQuerySet, moment: str) -> list[int]:
    rows = tickets.values(hour=ExtractHour(moment)).annotate(count=Count("pk")).order_by()
    counts = {row["hour"]: row["count"] for row in rows}
    return [counts.get(hour, 0) for hour in range(24)]


def _now_at_work(tickets: TicketQuerySet, at: datetime) -> tuple[Figure, Figure]:
    """Return how many tickets at work show which light: in all, and by tier of who has them."""

    def reckon() -> tuple[dict[str, Counter], int]:
        has_it = Length(Coalesce("handler__area__code", "centre__area__code"))
        rows = (
            tickets.at_work()
            .annotate(reach=has_it, light=light_sql(at))
            .values_list("reach", "light")
            .annotate(count=Count("pk"))
            .order_by()
        )
        found: dict[str, Counter] = {tier: Counter() for tier in TIERS.values()}
        for reach, light, count in rows:
            found[TIERS.get(reach, "district")][light] += count
        return found, sum(sum(lights.values()) for lights in found.values())

    by_tier = _timed(reckon)
    lights = [light.value for light in Light if light != Light.BLUE]
    together: Counter[str] = sum(by_tier.value.values(), Counter())
    shown = {
        tier: {light: found[light] for light in lights} for tier, found in by_tier.value.items()
    }
    return (
        Figure({light: together[light] for light in lights}, by_tier.rows, by_tier.ms),
        Figure(shown, by_tier.rows, by_tier.ms),
    )


def _satisfaction(tickets: TicketQuerySet, at: datetime) -> tuple[dict[str, Any], int]:
    """Of what was answered this month: how many were rated, and how many of these well."""
    found = with_last_stars(counted.answered_this_month(tickets, at)).aggregate(
        answered=Count("pk"),
        rated=Count("pk", filter=Q(stars__isnull=False)),
        satisfied=Count("pk", filter=Q(stars__gte=Rating.Stars.FAIR)),
    )  # fmt: skip
    return found | {"percent": _percent(found["satisfied"], found["rated"])}, found["answered"]


def _on_the_spot(tickets: TicketQuerySet, at: datetime) -> tuple[dict[str, Any], int]:
    found = counted.closed_this_month(tickets, at).aggregate(
        closed=Count("pk"),
        village=Count("pk", filter=Q(handler__tier="village", climbs=0)),
    )
    return found | {"percent": _percent(found["village"], found["closed"])}, found["closed"]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _types(tickets: TicketQuerySet, at: datetime) -> tuple[list[dict[str, Any]], int]:
    rows = (
        counted.of_the_week(tickets, at)
        .values(type=F("event_type__code"))
        .annotate(count=Count("pk"))
        .order_by("-count", "type")
    )
    found = list(rows)
    return found[:TOP_TYPES], sum(row["count"] for row in found)


def _land(home: str, at: datetime) -> tuple[dict[str, int], int]:
    """Return how many areas of each level lie here, and how many people work in its grids."""
    day = timezone.localdate(at)
    counts = dict(
        Area.objects.in_force(day).under(home).values_list("level").annotate(Count("pk")).order_by()
    )
    workers = (
        Post.objects.held_on(day)
        .filter(role=Role.GRID_WORKER, area__code__startswith=home)
        .aggregate(count=Count("user", distinct=True))["count"]
    )
    levels = {level: counts.get(level, 0) for level in Area.Level.values}
    return levels | {"workers": workers}, sum(counts.values()) + workers


def feed(scope: Scope, at: datetime) -> list[dict[str, Any]]:
    """Return the newest lines of history, newest first: codes and times, no words and no names."""
    lines = (
        TicketEvent.objects.filter(
            ticket__in=scope.tickets().values("pk"), kind__in=NEWS, at__gt=at - MONTH
        )
        .exclude(move__in=NO_NEWS)
        .select_related("ticket__event_type")
        .order_by("-at", "-pk")[:NEWEST_LINES]
    )
    return [
        {
            "sequence": line.pk,
            "at": line.at.isoformat(),
            "kind": line.kind,
            "move": line.move,
            "state": line.after,
            "ticket": line.ticket_id,
            "area": scope.shown_area(line.ticket.area_code),
            "type": line.ticket.event_type.code if line.ticket.event_type else "",
            "light": light_of(line.ticket, at).value,
        }
        for line in lines
    ]


def watched(scope: Scope, at: datetime) -> list[dict[str, Any]]:
    """Return what needs a leader's eye: supervised, passed up or overdue; the gravest first."""
    gravity = Case(
        When(supervision=Ticket.Supervision.LISTED, then=Value(0)),
        When(supervision=Ticket.Supervision.KEY, then=Value(1)),
        When(supervision=Ticket.Supervision.GENERAL, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    late = Q(red_at__lte=at, paused_until=None)
    tickets = (
        scope.tickets()
        .filter(~Q(supervision="") | Q(climbs__gt=0) | late, state__in=sorted(AT_WORK))
        .select_related("event_type")
        .order_by(gravity, F("red_at").asc(nulls_last=True), "pk")[:MOST_WATCHED]
    )
    return [
        {
            "ticket": ticket.pk,
            "area": scope.shown_area(ticket.area_code),
            "type": ticket.event_type.code if ticket.event_type else "",
            "light": light_of(ticket, at).value,
            "supervision": ticket.supervision,
            "climbs": ticket.climbs,
            "due": ticket.red_at.isoformat() if ticket.red_at else None,
        }
        for ticket in tickets
    ]


def has_demonstration(scope: Scope, at: datetime) -> bool:
    """Tell whether any of this month's reports here is only a demonstration."""
    return scope.tickets().filter(is_demonstration=True, reported_at__gt=at - MONTH).exists()
