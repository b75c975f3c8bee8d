"""The staff's lists among very many tickets, beside the same lists among ten thousand.

The whole page, through all middleware, as the district's duty officer opens it; once as a
department does, which also sees what it ever helped with. The same process asks the one database,
then the other.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.db import connection
from django.test import Client

from bench.lines import QUICK, ROUNDS, Result, p95
from people.models import User
from tickets.models import EventType, Ticket
from tonglianggov.settled import settle

EACH = 3 if QUICK else 10
SMALL_DATABASE = "bench_small"


def measure() -> Iterator[Result]:
    """Give the table's lines: for each list, and the worst of them."""
    settle()  # as every web process does
    large = str(connection.settings_dict["NAME"])
    lists = (
        "", "queue=all", "queue=overdue", "queue=accept", "queue=sent", "type", "town", "village",
        "unit", "queue=all&state=closed", "queue=all&urgency=P1", "days", "words",
        "queue=all&words=井",
    )  # fmt: skip
    lines = [_beside(name, large) for name in lists]
    yield from lines
    worst = max(lines, key=lambda line: line.ratio)
    yield _line("lists", f"the worst of these lists: {worst.what}", worst, goal=1.5)
    deep = _beside("deep", large)
    yield _line("lists, deep", f"{deep.what}; beside it the same depth of ten thousand", deep, 1.5)
    yield _beside("department", large)


def _line(path: str, what: str, line: Result, goal: float) -> Result:
    return Result(path, what, line.ours, line.yardstick, line.theirs, line.unit, goal)


def _beside(name: str, large: str) -> Result:
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(ROUNDS + 1):
        for database, times in ((large, ours), (SMALL_DATABASE, theirs)):
            found = _asked(name, database)
            if turn:
                times.append(found)
    shown = {"": "the first page", "type": "one kind of matter", "words": "two words searched",
             "town": "one town", "village": "one village", "unit": "one unit's",
             "days": "some days", "deep": "the last page but one of all",
             "department": "a department's first page",
             }.get(name, name)  # fmt: skip
    return Result(
        path=f"list: {name or 'first'}", what=f"{shown}, p95", ours=ours,
        yardstick="among ten thousand", theirs=theirs, unit="ms",
    )  # fmt: skip


def _asked(name: str, database: str) -> float:
    """Return the 95th percentile of the milliseconds that this list takes in the database."""
    _turn_to(database)
    client = Client()
    who = "department" if name == "department" else "district"
    client.force_login(User.objects.get(username=who))
    address = f"/tickets/?{_query(name)}"
    times = []
    # Connections last, in production: what a new one has to learn first is not counted.
    client.get(address)
    for _ in range(EACH):
        start = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return p95(times) if EACH > 5 else median(times)


def _query(name: str) -> str:
    if name == "type":
        kind = EventType.objects.filter(in_use=True, restricted=False).order_by("code")[1]
        return f"queue=all&type={kind.code}"
    if name == "words":
        return "queue=all&words=路灯"
    if name in ("town", "village"):
        # Where the newest but a few was reported: a place that has some in both databases.
        code = Ticket.objects.order_by("-reported_at")[20].area_code
        return f"queue=all&area={code[: 9 if name == 'town' else 12]}"
    if name == "unit":
        handler = Ticket.objects.exclude(handler=None).order_by("-reported_at")[20].handler
        return f"queue=all&handler={handler.code}"  # type: ignore[union-attr]
    if name == "days":
        day = Ticket.objects.order_by("-reported_at")[100].reported_at
        return f"queue=all&since={day - timedelta(days=3):%Y-%m-%d}&until={day:%Y-%m-%d}"
    if name == "deep":
        # The mark of a row that is nearly the oldest: as the pages before it would give it.
        row = Ticket.objects.order_by("reported_at", "pk")[120]
        return f"queue=all&after={row.reported_at:%Y%m%dT%H%M%S.%f}-{row.pk}"
    return "" if name == "department" else name


def _turn_to(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
