"""The short form of `make chaos`: each fault a few times, on servers of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

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
    come_back(district)
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

    # The report, its number's notice, the move, and of each old report a step.
    assert found.lost == 3 + len(district.batch)
    # Of each old report the step that should not be there; the message under another key.
    assert found.doubled == len(district.batch) + 1
