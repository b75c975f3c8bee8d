"""What a map of one town shows, beside the bare reading of the same places.

There is no PostGIS here to set it beside, so the goal is absolute: the dots of a town, ready to be
sent, within a tenth of a second. Its plan stands below the table.
"""

import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from bench.lines import QUICK, ROUNDS, Result, p95
from grids.models import Area
from tickets import dots_sql
from tickets.dots import of_today
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

TOWNS = 3 if QUICK else 20
WITHIN = 100.0  # milliseconds


def measure() -> Iterator[Result]:
    """Give the table's lines."""
    towns = list(Area.objects.filter(level="town").order_by("code")[:TOWNS])
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(p95([_timed(dots_sql.columns_of, town) for town in towns]))
        bare.append(p95([_timed(_scan, town) for town in towns]))
    dots = max(_seen(town).count() for town in towns)
    yield Result(
        path="map view",
        what=f"the dots of a town's map, up to {dots:,}, p95; no PostGIS here: absolute",
        ours=ours, yardstick="a tenth of a second", theirs=[WITHIN] * ROUNDS, unit="ms", goal=1,
        plan=plan(),
    )  # fmt: skip
    yield Result(
        path="map view beside a scan", what="the same", ours=ours,
        yardstick="a scan of the same rows", theirs=bare, unit="ms",
    )  # fmt: skip


def plan() -> str:
    """Return how the database finds the dots of a town."""
    town = Area.objects.filter(level="town").order_by("code")[0]
    measured = {"analyze": True} if connection.vendor == "postgresql" else {}
    return str(_seen(town).explain(**measured))


def _seen(town: Area) -> TicketQuerySet:
    inside = Ticket.objects.filter(area_code__startswith=town.code)
    return of_today(inside, timezone.now()).on_the_wall()


def _scan(tickets: TicketQuerySet) -> None:
    tickets.aggregate(read=Count(F("lat") + F("lng")))


def _timed(work: Callable[[TicketQuerySet], object], town: Area) -> float:
    seen = _seen(town)
    start = time.perf_counter()
    work(seen)
    return (time.perf_counter() - start) * 1000
