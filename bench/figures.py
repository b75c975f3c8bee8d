"""Five years' figures from the daily summary, beside the same figures reckoned on the fly.

BENCH_FIGURES says of how many tickets (30,000). The on-the-fly side is one statement over tickets
and their ratings; both must give the same numbers, or there is no line.
"""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bench.lines import QUICK, Result, in_ms, in_turns
from grids.models import Area, District, Unit
from tickets import statistics
from tickets.models import EventType, Rating, Ticket, TicketEvent
from tickets.statistics import By, Question
from tickets.statistics.spans import midnight

DAYS = 5 * 365
_PART = 2_000
_ON_THE_FLY = """
SELECT substr(t.area_code, 1, 9), count(*),
       sum(CASE WHEN t.resolved_at <= t.resolve_by THEN 1 ELSE 0 END),
       count(r.id), sum(CASE WHEN r.stars >= 3 THEN 1 ELSE 0 END),
       sum(CASE WHEN r.solved THEN 1 ELSE 0 END)
FROM tickets_ticket t LEFT JOIN tickets_rating r ON r.ticket_id = t.id
WHERE t.reported_at >= %s AND t.reported_at < %s AND NOT t.restricted AND t.area_code LIKE %s
GROUP BY 1 ORDER BY 1
"""


def measure() -> Iterator[Result]:
    """Give the table's lines: by town, by month, and what one changed day costs."""
    count = 300 if QUICK else int(os.environ.get("BENCH_FIGURES", "30000"))
    end = timezone.localdate()
    since = end - timedelta(days=DAYS)
    _seed(count, midnight(since))
    statistics.refresh(at=timezone.now(), seconds=3600)
    district = District.current().code
    question = Question(since, end, areas=(district,), by=By.AREA)
    moment = connection.ops.adapt_datetimefield_value
    asked = [moment(midnight(since)), moment(midnight(end)), f"{district}%"]

    def on_the_fly() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(_ON_THE_FLY, asked)
            return cursor.fetchall()

    names = ("reported", "on_time", "rated", "satisfied", "solved")
    ours = [(town, *(counts[name] for name in names))
            for town, counts in statistics.ask(question).items()]  # fmt: skip
    theirs = [tuple(row) for row in on_the_fly()]
    assert ours == theirs, [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    fast, slow = in_turns(lambda: statistics.ask(question), on_the_fly)
    yield Result(
        path="figures", what=f"five years' figures by town, {count:,} tickets", ours=in_ms(fast),
        yardstick="on the fly", theirs=in_ms(slow), unit="ms", goal=0.1,
    )  # fmt: skip
    by_month = Question(since, end, areas=(district,), by=By.MONTH)
    months, slow = in_turns(lambda: statistics.ask(by_month), on_the_fly)
    yield Result(
        path="figures by month", what="the same by month", ours=in_ms(months),
        yardstick="on the fly", theirs=in_ms(slow), unit="ms", goal=0.1,
    )  # fmt: skip
    day = since + timedelta(days=DAYS // 2)
    again, slow = in_turns(lambda: statistics.reckon_day(day), on_the_fly)
    yield Result(
        path="figures of a day", what="one changed day and its month reckoned anew",
        ours=in_ms(again), yardstick="on the fly", theirs=in_ms(slow), unit="ms",
    )  # fmt: skip


def _seed(count: int, start: datetime) -> None:
    """Write tickets with whole histories, evenly over five years, as bare rows."""
    dice = random.Random(20191217)
    villages = list(Area.objects.filter(level="village"))
    types = list(EventType.objects.filter(restricted=False))
    centres = {unit.area_id: unit for unit in Unit.objects.filter(tier="village")}
    made = 0
    while made < count:
        tickets, lines, ratings = [], [], []
        for _n in range(min(_PART, count - made)):
            village, kind = dice.choice(villages), dice.choice(types)
            at = start + timedelta(minutes=dice.randrange((DAYS - 12) * 1440))
            tickets.append(_ticket(dice, village, kind, centres[village.pk], at))
        Ticket.objects.bulk_create(tickets)
        for ticket in tickets:
            history, rating = _history(dice, ticket)
            lines += history
            ratings += [rating] if rating else []
        TicketEvent.objects.bulk_create(lines)
        Rating.objects.bulk_create(ratings)
        made += len(tickets)


def _ticket(
    dice: random.Random, village: Area, kind: EventType, centre: Unit, at: datetime
) -> Ticket:
    key = UUID(int=dice.getrandbits(128), version=4)
    took = timedelta(minutes=dice.randrange(30, 9 * 1440))
    done = at + took
    return Ticket(
        key=key, code=key.hex[:10], state="closed", channel="web", area_code=village.code,
        village=village, lat=29.8, lng=106.0, event_type=kind, centre=centre, handler=centre,
        reported_at=at, resolve_by=at + timedelta(days=7), resolved_at=done, answered_at=done,
        ended_at=done,
    )  # fmt: skip


def _history(dice: random.Random, ticket: Ticket) -> tuple[list[TicketEvent], Rating | None]:
    at, done = ticket.reported_at, ticket.resolved_at
    assert done
    assert ticket.resolve_by
    assert ticket.handler
    due = ticket.resolve_by.astimezone(UTC).isoformat()
    steps: list[tuple] = [
        ("reported", "", at, "", "submitted", {}),
        ("moved", "accept", at, "submitted", "accepted", {}),
        ("moved", "dispatch", at, "accepted", "dispatched", {"unit": ticket.handler.code}),
        ("moved", "sign", at, "dispatched", "signed", {}),
        ("moved", "start", at, "signed", "handling", {}),
        ("moved", "resolve", done, "handling", "resolved", {"due": due}),
        ("moved", "feed_back", done, "resolved", "feedback", {}),
    ]
    rating = None
    if dice.random() < 0.6:
        stars, solved = dice.choice((2, 3, 4, 5, 5, 5)), dice.random() < 0.9
        rating = Rating(ticket=ticket, stars=stars, solved=solved, at=done)
        said = {"stars": stars, "solved": solved}
        steps.append(("moved", "rate", done, "feedback", "feedback", said))
    steps.append(("moved", "archive", done, "feedback", "closed", {}))
    names = ("kind", "move", "at", "before", "after", "data")
    return [TicketEvent(ticket=ticket, **dict(zip(names, s, strict=True))) for s in steps], rating
