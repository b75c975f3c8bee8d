"""The short form of `make chaos`: each fault a few times, on servers of its own."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from tests import plumbing
from tests.chaos import looks
from tests.chaos.district import District, opened
from tests.chaos.run import KILLS, OTHERS, SERVERS, Results, come_back, plan, run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    # It brings its own PostgreSQL and Redis, whatever the lane.
    pytest.mark.skipif(not settings.REDIS_URL, reason="once is enough: with the servers' lane"),
]

COPY = """
    INSERT INTO tickets_ticketevent
        (ticket_id, kind, move, by_id, hat, at, before, after, data, public, dot_was)
    SELECT ticket_id, kind, move, by_id, hat, at, before, after, data, public, dot_was
    FROM tickets_ticketevent WHERE id = (SELECT max(id) FROM tickets_ticketevent WHERE {which})
"""
# What these faults would leave behind if the platform did not stand them: (what is planted, the
# look that must see it, lost, doubled). The kills and the servers' are planted below.
PLANTED: dict[str, tuple[str, Callable[[District, looks.Found], None], int, int]] = {
    # A step of an old report is done a second time.
    "tasks_delivered_twice": (COPY.format(which="ticket_id = ANY(%(old)s)"), looks.climbs, 0, 1),
    # Two processes make the same move.
    "two_of_everything": (COPY.format(which="move = 'sign'"), looks.moves, 0, 1),
    # A step is done hours before its time.
    "clock_ahead": (
        "UPDATE tickets_duestep SET done_at = clock_timestamp() WHERE id = (SELECT max(id)"
        " FROM tickets_duestep WHERE done_at IS NULL AND void_at IS NULL"
        " AND due_at > clock_timestamp() + interval '5 minutes')",
        looks.climbs, 0, 1,
    ),
    # What was due is not done.
    "clock_behind": (
        "SET session_replication_role = replica; DELETE FROM tickets_ticketevent WHERE id ="
        " (SELECT min(id) FROM tickets_ticketevent"
        " WHERE kind = 'reminded' AND ticket_id = ANY(%(old)s))",
        looks.climbs, 1, 0,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def district() -> Iterator[District]:
    # Not pytest's own directory: PostgreSQL runs as another user, who may not look into that.
    place = Path(tempfile.mkdtemp(prefix="chaos-", dir=os.environ[plumbing.PLACE]))
    place.chmod(0o755)
    with opened(place) as district:
        yield district


def test_whatever_is_broken_nothing_is_lost_and_nothing_doubled(district):
    results = Results()

    run(district, plan(kills=3, servers=1, others=1), results, minutes=25)

    assert results.notes == []
    assert results.found["load"]["first faults"] == []
    injected = {name: results.found[name]["injected"] for name in (*KILLS, *SERVERS, *OTHERS)}
    assert injected == dict.fromkeys(KILLS, 3) | dict.fromkeys((*SERVERS, *OTHERS), 1)
    assert results.whole


def test_what_is_lost_or_doubled_would_be_seen(district):
    """The looks themselves: whoever was told of something that is not there finds it missing."""
    district.until(lambda: district.load.memory.moves, "somebody makes a move")
    come_back(district)
    for fault, (statement, look, lost, doubled) in PLANTED.items():
        before = counted(district, look)
        plant(district, statement)
        after = counted(district, look)
        assert (after[0] - before[0], after[1] - before[1]) == (lost, doubled), fault

    memory, found = district.load.memory, looks.Found()
    key = next(iter(memory.reports))
    memory.reports["00000000-0000-4000-8000-000000000000"] = "CK-20990101-9999"
    memory.moves.add((memory.reports[key], "archive"))
    district.oracle = [*district.oracle[1:], ("climb", "never")]
    district.gateway.sent["another key"] = next(iter(district.gateway.sent.values()))

    looks.reports(district, found)
    looks.moves(district, found)
    looks.climbs(district, found)
    looks.notices(district, found)

    # The report, its number's notice, the move, of each old report a step; the one that is gone.
    assert found.lost == 3 + len(district.batch) + 1
    # Of each old report the step that should not be there; the message under another key; the
    # step that was done again, the one too early, the move that was made again.
    assert found.doubled == len(district.batch) + 1 + 3


def plant(district: District, statement: str) -> None:
    with (
        closing(psycopg2.connect(district.postgresql.url)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"old": district.batch})
        assert cursor.rowcount == 1, statement


def counted(district: District, look: Callable[[District, looks.Found], None]) -> tuple[int, int]:
    found = looks.Found()
    look(district, found)
    return found.lost, found.doubled
