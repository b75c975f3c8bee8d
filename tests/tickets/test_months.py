"""Words looked for month by month: the same tickets in the same order as all that have them."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from grids.models import Unit
from tests import land
from tests.tickets.test_listing import AT, copies
from tests.tickets.test_lots import ON_POSTGRESQL, walked
from tickets import listing, lots, months_sql, narrowing, search
from tickets.lifecycle import finding
from tickets.listing import Filters, Queue
from tickets.models import Ticket, TicketText
from tickets.months_sql import Sought

WORDS = ("路灯", "井盖", "漏水", "噪音", "落叶")


def spread(desk, count: int, *, months: int) -> None:
    """Tickets of some words each, at times of many months, in all kinds of places and states."""
    dice = random.Random(7)
    copies(desk.unclear(), count, minutes=1)
    made = list(Ticket.objects.filter(number__startswith="CK-COPY").order_by("pk"))
    handlers = [None, *Unit.objects.filter(code__in=("ROADS", "FIRE")).order_by("code")]
    moments = [
        AT - timedelta(days=dice.randrange(months * 30), hours=dice.randrange(24))
        for _ in range(count // 2)
    ]
    # The edges, at which a month ends for one and begins for the other.
    moments += [datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 1, 31, 16, tzinfo=UTC)]
    for ticket in made:
        ticket.reported_at = dice.choice(moments)
        ticket.resolve_by = ticket.red_at = AT + timedelta(days=9)
        ticket.area_code = dice.choice([*land.WILLOW_GRIDS, land.MILL])
        ticket.restricted = dice.random() < 0.1
        ticket.handler = dice.choice(handlers)
        ticket.state = dice.choice(["submitted", "closed", "feedback"])
    changed = ("reported_at", "resolve_by", "red_at", "area_code", "restricted", "handler", "state")
    Ticket.objects.bulk_update(made, changed)
    for text in (texts := list(TicketText.objects.filter(ticket__in=made).order_by("pk"))):
        text.words = " ".join(dice.sample(WORDS, 2))
    TicketText.objects.bulk_update(texts, ["words"])
    finding.index_all(made)


def without_month(rule: str) -> None:
    """Make some rows what the version before wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_ticketsearch SET found_by = ts_delete(found_by, ARRAY("
            f"SELECT lexeme FROM unnest(found_by) WHERE lexeme LIKE '@%') ) WHERE {rule}"
        )


def asked() -> Iterator[Filters]:
    for words in ("路灯", "灯", "路灯 井盖", "天上", "漏"):
        yield Filters(words=words)
    for more in (
        {"area": land.MILL}, {"state": "closed"}, {"handler": "ROADS"}, {"category": "01"},
        {"since": date(2026, 1, 15)}, {"until": date(2025, 10, 31)},
        {"since": date(2025, 12, 1), "until": date(2026, 1, 31)},
        {"since": date(2025, 12, 1), "until": date(2025, 11, 1)},
    ):  # fmt: skip
        yield Filters(words="路灯", **more)


@pytest.mark.parametrize("old", ["", pytest.param("ticket_id % 2 = 0", marks=ON_POSTGRESQL)])
def test_month_by_month_everybody_finds_the_same_in_the_same_order(desk, monkeypatch, old):
    # Nothing waits on a desk so shortly that each is looked at.
    monkeypatch.setattr(narrowing, "_AT_HAND", 0)
    spread(desk, 60, months=14)
    if old:
        without_month(old)
    by_code = Filters(words=Ticket.objects.order_by("reported_at", "pk")[3].code)
    everything = [*asked(), by_code]
    lists = {
        ("district", Queue.ALL): everything, ("district", Queue.CHECK): everything[:2],
        ("roads", Queue.ALL): everything[::3], ("leader", Queue.ANSWERED): everything[:6],
        ("village", Queue.ALL): everything[:3], ("outsider", Queue.ALL): everything[:1],
    }  # fmt: skip
    found = 0

    for (name, queue), asked_for in lists.items():
        user = desk.user(name)
        for filters in asked_for:
            whole = listing.narrowed(listing.chosen(user, queue, at=AT), filters, at=AT)
            lot = listing.lot(user, queue, filters, at=AT)

            rows = walked(lot, queue, size=7)

            assert rows == list(whole.order_by("-reported_at", "-pk"))
            assert listing.count(lot) == len(rows)
            found += len(rows)
    assert found > 150


@pytest.mark.parametrize("at_hand", [5_000, 3])
def test_what_waits_on_a_desk_is_found_whether_each_is_looked_at_or_not(desk, monkeypatch, at_hand):
    monkeypatch.setattr(narrowing, "_AT_HAND", at_hand)
    spread(desk, 24, months=3)
    later = AT + timedelta(days=30)

    for name, queue in (("village", Queue.ACCEPT), ("roads", Queue.OVERDUE),
                        ("district", Queue.ANSWERED), ("worker", Queue.ALL)):  # fmt: skip
        user = desk.user(name)
        for filters in (Filters(words="路灯"), Filters(words="灯", area=land.MILL)):
            whole = listing.narrowed(listing.chosen(user, queue, at=later), filters, at=later)
            lot = listing.lot(user, queue, filters, at=later)

            assert set(walked(lot, queue, size=4)) == set(whole)
            assert listing.count(lot) == len(whole)


@ON_POSTGRESQL
def test_the_walk_ends_when_the_page_is_full(desk):
    spread(desk, 200, months=14)
    lot = listing.lot(desk.user("leader"), Queue.ALL, Filters(words="路灯"), at=AT)
    assert lot.words

    sql, params = lots.found(
        lot.parts, time="reported_at", down=True, size=3, words=lot.words.within(None, AT)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE) {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    # Of four spans only as many are asked as were needed.
    (asked_for,) = [line for line in plan.splitlines() if "Values Scan" in line]
    assert "rows=4" in asked_for.split("actual")[0]
    assert re.search(r"rows=[12]\b", asked_for.split("actual")[1])


def test_spans_are_a_month_a_month_four_twelve_and_what_is_left():
    words = Sought("", (), 100, 119)

    assert list(months_sql.spans(words, down=True)) == [
        (119, 120), (118, 119), (114, 118), (102, 114), (100, 102),
    ]  # fmt: skip
    assert list(months_sql.spans(words, down=False)) == [
        (100, 101), (101, 102), (102, 106), (106, 118), (118, 120),
    ]  # fmt: skip
    assert list(months_sql.spans(Sought("", (), 0, -1), down=True)) == []


def test_a_month_is_a_term_that_nobody_can_type():
    at = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)

    assert search.month(at) == "'@202602'"
    assert search.month(at.astimezone(tz=None)) == "'@202602'"
    assert search.terms("@202602") == ["202602"]


@ON_POSTGRESQL
def test_rows_of_the_version_before_are_written_down_as_new_ones_are(desk):
    spread(desk, 12, months=5)
    new = _vectors()
    without_month("true")
    assert not set(new) & set(_vectors())
    migration = import_module("tickets.migrations.0020_month_of_search")

    with connection.cursor() as cursor:
        assert migration._write_down(cursor) == len(new)
        assert migration._write_down(cursor) == 0

    assert _vectors() == new


def _vectors() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT found_by::text FROM tickets_ticketsearch ORDER BY ticket_id")
        return [vector for (vector,) in cursor.fetchall()]
