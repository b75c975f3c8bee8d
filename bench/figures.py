"""Five years' figures from the daily summary, beside the same figures reckoned on the fly.

Of the large database's demonstration tickets, whose histories are whole. The on-the-fly side is
one statement over tickets and their ratings, with nothing to keep; both must give the same
numbers, or there is no line. What it costs to keep the summary stands beside: the first reckoning
of everything, and a day with its month and year.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.db import connection
from django.utils import timezone

from bench.lines import Result, in_ms, in_turns
from grids.models import District
from tickets import statistics
from tickets.models import Ticket
from tickets.statistics import By, Question
from tickets.statistics.facts import day_at

_MINUTES, _AS_SAID = 60, 10
_COMPARED = ("reported", "closed", "rated", "satisfied", "solved")
_ON_THE_FLY = """
SELECT substr(t.area_code, 1, 9), count(*),
       sum(CASE WHEN t.state = 'closed' THEN 1 ELSE 0 END),
       count(r.id), sum(CASE WHEN r.stars >= 3 THEN 1 ELSE 0 END),
       sum(CASE WHEN r.solved THEN 1 ELSE 0 END)
FROM tickets_ticket t
LEFT JOIN tickets_rating r ON r.ticket_id = t.id AND r.at >= t.answered_at
WHERE t.reported_at >= %s AND t.reported_at < %s AND NOT t.restricted AND t.area_code LIKE %s
GROUP BY 1 ORDER BY 1
"""


def measure() -> Iterator[Result]:
    """Give the table's lines: by town, by month, a changed day, and the first reckoning."""
    count, took = Ticket.objects.count(), _reckoned()
    ends = Ticket.objects.order_by("reported_at").values_list("reported_at", flat=True)
    since, end = day_at(ends[0]), timezone.localdate() + timedelta(days=1)
    district = District.current().code
    by_town = Question(since, end, areas=(district,), by=By.AREA)
    by_month = Question(since, end, areas=(district,), by=By.MONTH)

    def on_the_fly() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(_ON_THE_FLY, [ends[0], timezone.now(), f"{district}%"])
            return cursor.fetchall()

    ours = [(town, *(counts[name] for name in _COMPARED))
            for town, counts in statistics.ask(by_town).items()]  # fmt: skip
    theirs = [tuple(row) for row in on_the_fly()]
    assert ours == theirs, [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    for path, what, question in (
        ("figures", f"five years' figures by town, {count:,} tickets", by_town),
        ("figures by month", "the same by month", by_month),
    ):
        fast, slow = in_turns(partial(statistics.ask, question), on_the_fly)
        yield Result(
            path=path, what=what, ours=in_ms(fast), yardstick="on the fly", theirs=in_ms(slow),
            unit="ms", goal=0.1,
        )  # fmt: skip
    day = since + (end - since) / 2
    again, slow = in_turns(lambda: statistics.reckon_day(day), on_the_fly)
    yield Result(
        path="figures of a day", what="one changed day, its month and its year reckoned anew",
        ours=in_ms(again), yardstick="on the fly", theirs=in_ms(slow), unit="ms",
    )  # fmt: skip
    yield Result(
        path="figures, all", what=f"all reckoned from {count:,} histories, for each million",
        ours=[took / _MINUTES / count * 1_000_000], yardstick="“in minutes”", theirs=[_AS_SAID],
        unit="min",
    )  # fmt: skip


def _reckoned() -> float:
    """Reckon all that there is; return the seconds it takes. The tables are tidied after it."""
    start = time.monotonic()
    statistics.reckon_everything(at=timezone.now())
    statistics.refresh(at=timezone.now(), seconds=3600)
    took = time.monotonic() - start
    with connection.cursor() as cursor:
        # As the database does by itself within a minute or two.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
    return took
