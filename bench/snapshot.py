"""All dots of the district's wall, 30,000 of them, beside the query that only reads those rows."""

import gzip
import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from bench.lines import QUICK, Result, in_ms, in_turns
from grids.models import Area, Unit
from tickets import dots_sql
from tickets.dots import dots_of
from tickets.models import EventType, Ticket

DOTS = 300 if QUICK else 30_000


def measure() -> Iterator[Result]:
    """Give the table's lines: made by the database, compressed too, and made in Python."""
    make_dots(DOTS)
    at = timezone.now()
    tickets = Ticket.objects.filter(pk__in=Ticket.objects.open().values("pk"))

    def scan() -> None:
        """Read the same rows, of each its place: what nothing that shows them can go below."""
        tickets.on_the_wall().aggregate(read=Count(F("lat") + F("lng")))

    def columns() -> None:
        dots_sql.columns_of(tickets)

    def sent() -> None:
        gzip.compress(dots_sql.columns_of(tickets).encode(), 1, mtime=0)

    def in_python() -> None:
        dots_of(tickets, at)

    built, zipped, python, bare = in_turns(columns, sent, in_python, scan)
    for path, what, took, goal in (
        ("snapshot", "made by the database", built, 5),
        ("snapshot, compressed", "and compressed", zipped, None),
        ("snapshot in Python", "made in Python, for comparison", python, None),
    ):
        yield Result(
            path=path,
            what=f"snapshot of {DOTS:,} dots: {what}",
            ours=in_ms(took),
            yardstick="a scan of the same rows",
            theirs=in_ms(bare),
            unit="ms",
            goal=goal,
        )


def make_dots(count: int) -> None:
    """Write so many open tickets into the district's villages, as the database takes them."""
    dice = random.Random(20200115)
    villages = list(
        Area.objects.filter(level="village").exclude(lat=None).only("pk", "code", "lat", "lng")
    )
    grids: dict[str, list[Area]] = {}
    for grid in Area.objects.filter(level="grid").only("pk", "code"):
        grids.setdefault(grid.code[:12], []).append(grid)
    types = list(EventType.objects.all())
    centre = Unit.objects.get(tier="district")
    states = ["submitted", "accepted", "dispatched", "signed", "handling", "resolved", "feedback"]
    now = timezone.now()
    made = []
    for number in range(count):
        village = dice.choice(villages)
        grid = dice.choice(grids.get(village.code, [None]))
        due = now + timedelta(hours=dice.uniform(-20, 200))
        made.append(
            Ticket(
                key=UUID(int=dice.getrandbits(128), version=4),
                code=f"B{number:09d}",
                number=f"BB-20990101-{number:05d}",
                fingerprint="",
                village=village,
                grid=grid,
                area_code=(grid or village).code,
                lat=village.lat + dice.uniform(-0.02, 0.02),
                lng=village.lng + dice.uniform(-0.02, 0.02),
                event_type=dice.choice(types),
                state=dice.choice(states),
                centre=centre,
                handler=centre,
                reported_at=now - timedelta(hours=dice.uniform(0, 200)),
                climbs=dice.choice([0, 0, 0, 1]),
                version=dice.randrange(2, 12),
                yellow_at=due - timedelta(hours=6),
                orange_at=due - timedelta(hours=2),
                red_at=due,
            )
        )
    Ticket.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
