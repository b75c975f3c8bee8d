"""What many walls ask for is made once, and never kept longer than it is true."""

import gzip
import json
import threading
import time

import pytest

from tests.conftest import append_only_lifted
from tests.land import EAST_CREEK
from tickets import lifecycle
from tickets.models import TicketEvent
from wall import kept, snapshot

DOTS, FIGURES = "/api/v1/wall/dots/", "/api/v1/wall/figures/"
COLUMNS = {"form": "columns"}


@pytest.fixture
def leader(client, cast):
    client.force_login(cast.leader)
    return client


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """How often the columns were made, and for which area."""
    areas: list[str] = []
    make = snapshot.columns

    def noted(scope, **given):
        areas.append(scope.area)
        return make(scope, **given)

    monkeypatch.setattr(snapshot, "columns", noted)
    return areas


def test_the_columns_hold_what_the_dots_hold(leader, report, types):
    report(event_type=types.village)
    report(event_type=types.town)

    dots = leader.get(DOTS).json()
    columns = leader.get(DOTS, COLUMNS).json()

    built = columns["columns"]
    assert sorted(zip(built["id"], built["lat"], strict=True)) == [
        (dot["id"], round(dot["lat"] * 1e4)) for dot in dots["dots"]
    ]
    told = ("sequence", "day", "complete", "gone")
    assert {k: columns[k] for k in told} == {k: dots[k] for k in told}


def test_it_is_made_again_only_when_something_happened(leader, report, types, made, cast):
    ticket = report(event_type=types.village)
    tags = [leader.get(DOTS, COLUMNS).headers["ETag"] for _ in range(3)]
    before = len(made)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=ticket.reported_at)
    tags.append(leader.get(DOTS, COLUMNS).headers["ETag"])

    assert (before, len(made), len(set(tags))) == (1, 2, 2)


def test_a_line_that_commits_late_is_not_overlooked(leader, report, types, made):
    first, second = report(event_type=types.village), report(event_type=types.village)
    late = list(TicketEvent.objects.filter(ticket=first).order_by("pk"))[:1]
    with append_only_lifted():
        TicketEvent.objects.filter(pk__in=[line.pk for line in late]).delete()
    before = leader.get(DOTS, COLUMNS).json()["sequence"]
    TicketEvent.objects.bulk_create(late)
    after = leader.get(DOTS, COLUMNS).json()["sequence"]

    # The newest line is the same, and yet it was made again.
    assert (before, after, len(made)) == (after, second.events.latest("pk").pk, 2)


def test_after_half_a_minute_it_is_made_again(leader, report, types, made, monkeypatch):
    leader.get(DOTS, COLUMNS)
    monkeypatch.setattr(kept, "MOST_AGE", -1.0)
    leader.get(DOTS, COLUMNS)

    assert len(made) == 2


def test_each_scope_has_its_own(client, leader, cast, report, types, made):
    report(event_type=types.village)
    queries = [{}, {"area": EAST_CREEK}, {"visitor": "1"}]
    ids = [leader.get(DOTS, COLUMNS | query).json()["columns"]["area"] for query in queries]
    client.force_login(cast.outsider)
    other = client.get(DOTS, COLUMNS).json()["columns"]["id"]

    assert [len(areas[0]) for areas in ids] == [15, 15, 12]
    assert (other, len(made)) == ([], 4)


def test_who_has_it_gets_304_and_who_cannot_unzip_gets_text(leader, report, types):
    report(event_type=types.village)
    zipped = leader.get(DOTS, COLUMNS, headers={"Accept-Encoding": "gzip"})
    plain = leader.get(DOTS, COLUMNS)
    same = leader.get(DOTS, COLUMNS, headers={"If-None-Match": zipped.headers["ETag"]})

    assert json.loads(gzip.decompress(zipped.content)) == plain.json()
    assert (zipped.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == (
        "gzip", False
    )  # fmt: skip
    assert (same.status_code, same.content) == (304, b"")
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_while_one_makes_it_the_others_wait():
    calls, cache = [], kept.Cache()

    def make() -> str:
        calls.append(1)
        time.sleep(0.2)
        return "[]"

    bodies: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: bodies.append(cache.answer("k", (1, 1, 1), make).body))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(calls), len(bodies), len(set(bodies))) == (1, 8, 1)


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    cache = kept.Cache()
    for number in range(9):
        cache.answer(number, (1, 1, 1), lambda: "[]")

    assert list(cache._kept) == [6, 7, 8]


def test_figures_are_exact_where_they_are_made_quickly(leader, report, types):
    report(event_type=types.village)
    first = leader.get(FIGURES).json()["figures"]["received"]["value"]
    report(event_type=types.village)
    second = leader.get(FIGURES).json()["figures"]["received"]["value"]

    assert (first, second) == (1, 2)


def test_what_took_long_is_shared_for_a_while_though_something_happened(monkeypatch):
    monkeypatch.setattr(kept, "QUICK", 0.0)
    monkeypatch.setattr(kept, "RESTS", 1e9)
    cache, made = kept.Cache(), iter("abcd")

    def ask(version: int, shared: float) -> str:
        kept_ = cache.answer("figures", (version,), lambda: next(made), shared=shared)
        return gzip.decompress(kept_.body).decode()

    assert [ask(1, 60), ask(2, 60), ask(2, 0), ask(2, 60)] == ["a", "a", "b", "b"]
    # None is older than that, though nothing happened.
    time.sleep(0.002)
    assert ask(2, 0.001) == "c"


def test_one_wall_after_another_is_told_figures_of_the_same_moment(leader, report, types):
    report(event_type=types.village)
    told = [leader.get(FIGURES).json()["at"] for _ in range(3)]

    assert len(set(told)) == 1
