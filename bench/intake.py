"""A report taken in, beside the same database writing three bare rows in a transaction."""

import random
from collections.abc import Iterator
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from bench.lines import in_turns, line
from grids.models import Area
from tickets import lifecycle
from tickets.models import EventType

REPORTS = 40


def measure() -> Iterator[str]:
    """Give the table's line."""
    dice = random.Random(20200115)
    villages = list(Area.objects.filter(level="village").order_by("code"))
    types = list(EventType.objects.order_by("code"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (key varchar(36), words text, code varchar(15))")

    def report() -> None:
        for _ in range(REPORTS):
            village = dice.choice(villages)
            lifecycle.report(
                key=UUID(int=dice.getrandbits(128), version=4),
                words="Rubbish at the roadside, three days now",
                at=timezone.now(),
                lat=village.lat,
                lng=village.lng,
                event_type=dice.choice(types),
                contact_phone="13812345678",
            )

    def bare() -> None:
        for _ in range(REPORTS):
            with transaction.atomic(), connection.cursor() as cursor:
                for part in range(3):
                    cursor.execute(
                        "INSERT INTO bench_row VALUES (%s, %s, %s)",
                        [str(dice.getrandbits(120)), "words " * 20, f"50015100{part}"],
                    )

    slow, fast = in_turns(report, bare)
    # In reports a second, so that more is better, as limits are written.
    yield line(
        what="intake: lifecycle.report, one connection",
        ours=REPORTS / slow,
        yardstick="three bare rows in a transaction",
        theirs=REPORTS / fast,
        unit="/s",
        goal="≥ 0.15 through the whole page on PostgreSQL; here the verb alone",
    )
