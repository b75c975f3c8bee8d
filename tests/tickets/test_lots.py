"""Lists door by door: the same tickets as through all doors at once, each found by an index."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from grids.models import Unit
from tests import land
from tests.tickets.test_listing import AT, copies
from tickets import keyset, lifecycle, listing, lots, narrowing
from tickets.listing import Filters, Queue
from tickets.lots import Lot
from tickets.models import Ticket, TicketSearch

ON_POSTGRESQL = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="plans of PostgreSQL"
)


def walked(lot: Lot, queue: Queue, *, size: int) -> list[Ticket]:
    """All tickets of the lot, page by page forwards; the way back must meet the same."""
    rows, page = [], listing.page(lot, queue, size=size)
    while True:
        rows += page.rows
        if not page.after:
            break
        page = listing.page(lot, queue, size=size, after=page.after)
    back = list(page.rows)
    while page.before:
        page = listing.page(lot, queue, size=size, before=page.before)
        back = page.rows + back
    assert back == rows
    return rows


@pytest.mark.parametrize(
    "name",
    ["district", "town", "village", "worker", "roads", "roads_head", "fire", "leader", "sysadmin"],
)
def test_door_by_door_everybody_sees_the_same_as_through_all_doors_at_once(desk, name):
    desk.given_to_roads()
    desk.answered()
    desk.report("垃圾", kind="0102", grid=land.MILL)
    desk.report("某干部态度恶劣", kind="0302")
    lifecycle.dispatch(
        ticket_id=desk.report("垃圾", kind="0102").pk, unit=Unit.objects.get(code="ROADS"),
        by=desk.user("district"),
        helpers=[Unit.objects.get(code="FIRE")], at=timezone.now(),
    )  # fmt: skip
    copies(desk.unclear(), 7, minutes=1)
    user, at = desk.user(name), timezone.now()

    for queue in listing.queues_of(user):
        for filters in (Filters(), Filters(state="submitted"), Filters(words="复制")):
            lot = listing.lot(user, queue, filters, at=at)
            whole = listing.narrowed(listing.chosen(user, queue, at=at), filters, at=at)
            rows = walked(lot, queue, size=3)

            assert set(rows) == set(whole)
            assert len(rows) == len(set(rows)) == listing.count(lot)


def test_all_counts_are_one_query_and_end_above_the_most(desk, django_assert_num_queries):
    copies(desk.unclear(), 12, minutes=1)
    whole = Lot((Ticket.objects.all(), Ticket.objects.filter(state="submitted")))
    none = Lot((Ticket.objects.none(),))

    with django_assert_num_queries(1):
        found = lots.counts([whole, none, whole], at_most=5)

    assert found == [6, 0, 6]
    assert lots.counts([whole], at_most=100) == [13]
    assert lots.counts([], at_most=5) == []


def indexes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'tickets_ticket'")
        return sorted(name for (name,) in cursor.fetchall())


@ON_POSTGRESQL
@pytest.mark.django_db
def test_a_ticket_has_these_indexes_and_no_further_one():
    assert indexes() == [
        "ticket_code_once", "ticket_ended_otherwise", "ticket_in_area", "ticket_newest",
        "ticket_number_once",
        "ticket_of_handler", "ticket_of_type",
        "ticket_open_in_area", "ticket_open_nearest", "ticket_open_of_centre",
        "ticket_open_of_handler", "ticket_restricted", "tickets_ticket_pkey",
    ]  # fmt: skip


@pytest.fixture
def many(desk):
    """Thousands of tickets, few of them open, and a planner that prefers indexes."""
    copies(desk.unclear(), 4_000, minutes=3)
    made = Ticket.objects.filter(number__startswith="CK-COPY")
    made.filter(number__gte="CK-COPY-00400").update(state="refused", ended_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # A table of this size may be cheaper to scan: ask what is possible, not what is cheapest.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return desk


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("queue", "time", "index"),
    [
        (Queue.ACCEPT, "nearest", "ticket_open_nearest|ticket_open_of_centre"),
        (Queue.OVERDUE, "nearest", "ticket_open_nearest|ticket_open_of_centre"),
        (Queue.ALL, "reported_at", "ticket_newest"),
    ],
)
def test_a_page_is_read_from_its_index_in_order_at_any_depth(many, queue, time, index):
    lot = listing.lot(many.user("village"), queue, at=AT + timedelta(days=30))
    part = listing._with_nearest(lot.parts[0])
    down = time == "reported_at"
    mark = keyset._read("20260301T000000.000000-5")
    beyond = keyset.TupleLessThan if down else keyset.TupleGreaterThan
    deep = part.filter(beyond(keyset.Tuple(keyset.F(time), keyset.F("pk")), mark))
    sign = "-" if down else ""

    for rows in (part, deep):
        plan = rows.order_by(f"{sign}{time}", f"{sign}pk").values("pk", time)[:50].explain()
        assert re.search(rf"Index (Only )?Scan (Backward )?using ({index})", plan), plan
        assert not re.search(r"\bSort\b", plan), plan
    assert "ROW(" in plan


@pytest.mark.parametrize("often", [0, 1_000], ids=["met on the way", "gathered first"])
def test_words_that_many_have_find_the_same_tickets(desk, monkeypatch, often):
    desk.report("村口路灯不亮")
    copies(desk.unclear(), 5, minutes=1)
    visible, at = Ticket.objects.visible_to(desk.user("district")), timezone.now()
    for words in ("路灯", "灯", "路灯 村口", "复制"):
        few = set(listing.narrowed(visible, Filters(words=words), at=at))
        with monkeypatch.context() as patched:
            patched.setattr(narrowing, "_FEW", 0)
            patched.setattr(narrowing, "_OFTEN", often)
            many = set(listing.narrowed(visible, Filters(words=words), at=at))
        assert many == few
        assert few


@ON_POSTGRESQL
def test_words_are_found_by_the_index_of_pairs(many):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = on")

    plan = TicketSearch.objects.filter(found_by__finds=["路灯"]).values("pk").explain()

    assert "ticket_found_by" in plan
