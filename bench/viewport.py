"""What a map of one town shows, beside PostGIS finding the same dots.

Where PostgreSQL offers PostGIS, the yardstick is a table of today's dots alone, with an index of
their places: those within the town's boundary are found there, and made ready to be sent as ours.
Where it does not, the goal is absolute: a tenth of a second. The plan stands below the table.
"""

import json
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.db.models import Count, F
from django.db.models.expressions import RawSQL
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
    shown = [_seen(town) for town in towns]
    others = [_by_postgis(town) for town in towns] if _has_postgis() else []
    ours, bare, theirs = [], [], []
    for turn in range(ROUNDS + 1):
        # The first is of files not yet in memory, for whoever comes first.
        took = p95([_timed(dots_sql.columns_of, seen) for seen in shown])
        other = p95([_timed(dots_sql.columns_of, seen) for seen in others]) if others else WITHIN
        scan = p95([_timed(_scan, seen) for seen in shown])
        if turn:
            ours.append(took)
            theirs.append(other)
            bare.append(scan)
    dots = max(seen.count() for seen in shown)
    found = max((seen.count() for seen in others), default=0)
    what = f"the dots of a town's map, up to {dots:,}, p95"
    yield Result(
        path="map view", what=what if others else f"{what}; no PostGIS here: absolute", ours=ours,
        yardstick=f"found by PostGIS, up to {found:,}" if others else "a tenth of a second",
        theirs=theirs, unit="ms", goal=2 if others else 1, plan=plan(),
    )  # fmt: skip
    yield Result(
        path="map view beside a scan", what="the same", ours=ours,
        yardstick="a scan of the same rows", theirs=bare, unit="ms",
    )  # fmt: skip
    if others:
        _tell("DROP TABLE bench_dots")


def _has_postgis() -> bool:
    """Make the table of dots with their places, if the database can; return whether it could."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")
        if cursor.fetchone() is None:
            return False
    ids = of_today(Ticket.objects.all(), timezone.now()).on_the_wall().order_by()
    statement, params = ids.values("pk", "lng", "lat").query.sql_with_params()
    _tell("CREATE EXTENSION IF NOT EXISTS postgis")
    _tell("DROP TABLE IF EXISTS bench_dots")
    _tell(
        "CREATE TABLE bench_dots AS SELECT id, ST_SetSRID(ST_MakePoint(lng, lat), 4326) AS place "
        f"FROM ({statement}) AS shown (id, lng, lat)", params,
    )  # fmt: skip
    _tell("CREATE INDEX bench_dots_place ON bench_dots USING gist (place)")
    _tell("ANALYZE bench_dots")
    return True


def _by_postgis(town: Area) -> TicketQuerySet:
    """Return the dots that PostGIS finds within the town's boundary."""
    inside = RawSQL(
        "SELECT id FROM bench_dots WHERE "
        "ST_Intersects(place, ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326))",
        [json.dumps(town.boundary)],
    )
    return Ticket.objects.filter(pk__in=inside)


def _tell(statement: str, params: tuple = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


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


def _timed(work: Callable[[TicketQuerySet], object], seen: TicketQuerySet) -> float:
    start = time.perf_counter()
    work(seen)
    return (time.perf_counter() - start) * 1000
