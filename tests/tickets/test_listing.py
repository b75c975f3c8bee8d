"""Queues, filters, search and pages of the list."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests import land
from tests.tickets.desk import ago
from tickets import keyset, lifecycle, listing
from tickets.lifecycle import finding
from tickets.listing import NEWEST, Filters, Queue
from tickets.models import Ticket

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def copies(ticket: Ticket, count: int, *, minutes: int) -> None:
    """Multiply a ticket, every second one reported at the same moment as the one before."""
    from tickets.models import TicketText

    rows = []
    for n in range(count):
        copy = Ticket.objects.get(pk=ticket.pk)
        copy.pk = None
        copy.key = f"00000000-0000-4000-8000-{n:012d}"
        copy.number, copy.code = f"CK-COPY-{n:05d}", f"COPY{n:06d}"
        copy.reported_at = AT - timedelta(minutes=minutes * (n // 2))
        copy.resolve_by = copy.red_at = AT + timedelta(minutes=n // 2 + 1)
        rows.append(copy)
    Ticket.objects.bulk_create(rows)
    made = Ticket.objects.filter(number__startswith="CK-COPY")
    TicketText.objects.bulk_create(
        TicketText(ticket=row, title=f"第{row.number[-5:]}件", words="复制") for row in made
    )
    finding.index_all(list(made.select_related("handler")))


def numbers(tickets) -> set[str]:
    return {ticket.number for ticket in tickets}


def test_every_ticket_stands_on_exactly_one_page_forwards_and_backwards(desk):
    copies(desk.unclear(), 23, minutes=1)
    copied = Ticket.objects.filter(number__startswith="CK-COPY")
    newest_first = list(copied.order_by("-reported_at", "-pk"))

    forwards, mark = [], ""
    while True:
        page = keyset.page(copied, NEWEST, size=5, after=mark)
        forwards += page.rows
        mark = page.after
        if not mark:
            break
    backwards, last, mark = list(page.rows), page, page.before
    while mark:
        last = keyset.page(copied, NEWEST, size=5, before=mark)
        backwards = last.rows + backwards
        mark = last.before

    assert forwards == newest_first
    assert backwards == newest_first
    assert last.before == ""


def test_a_ticket_that_arrives_while_somebody_reads_moves_nothing_on_the_next_page(desk):
    copies(desk.unclear(), 8, minutes=1)
    copied = Ticket.objects.filter(number__startswith="CK-COPY")
    expected = list(copied.order_by("-reported_at", "-pk"))[4:]
    first = keyset.page(copied, NEWEST, size=4)

    moved = copied.order_by("pk")[7]
    later = AT + timedelta(days=1)
    Ticket.objects.filter(pk=moved.pk).update(
        reported_at=later, resolve_by=later + timedelta(days=1)
    )
    rest = keyset.page(copied, NEWEST, size=10, after=first.after).rows

    assert rest == [ticket for ticket in expected if ticket != moved]


def test_the_nearest_deadline_stands_first_and_equal_ones_have_one_order(desk):
    copies(desk.unclear(), 12, minutes=1)
    copied = Ticket.objects.filter(number__startswith="CK-COPY")

    first = listing.page(copied, Queue.ACCEPT, size=7)
    second = listing.page(copied, Queue.ACCEPT, size=7, after=first.after)

    assert first.rows + second.rows == list(copied.order_by("red_at", "pk"))
    assert second.after == ""


@pytest.mark.parametrize(
    "mark", ["x", "-", "20260304T020000.000000-", "99999999T-1", "20260304T020000.000000-1e9",
             "20260304T020000.000000-9999999999999999999999", "\0", "20260304T020000.000000-٣"],
)  # fmt: skip
def test_a_mark_that_no_page_gave_out_is_refused(mark, db):
    with pytest.raises(keyset.BadMark):
        keyset.page(Ticket.objects.all(), NEWEST, size=5, after=mark)


def test_each_desk_has_the_queues_of_its_posts(desk):
    assert {name: [str(queue) for queue in listing.queues_of(desk.user(name))]
            for name in ("village", "worker", "roads", "roads_head", "leader")} == {
        "village": ["accept", "dispatch", "work", "check", "decide", "sent", "overdue",
                    "answered", "all"],
        "worker": ["work", "overdue", "answered", "all"],
        "roads": ["work", "overdue", "answered", "all"],
        "roads_head": ["work", "decide", "overdue", "answered", "all"],
        "leader": ["overdue", "answered", "all"],
    }  # fmt: skip


def test_each_ticket_waits_on_the_desk_of_whoever_must_act(desk):
    unclear, given = desk.unclear(), desk.given_to_roads()
    resolved, answered = desk.resolved(), desk.answered()
    at = timezone.now()

    def waits(name: str, queue: Queue) -> set[str]:
        return numbers(listing.chosen(desk.user(name), queue, at=at))

    assert waits("village", Queue.ACCEPT) == {unclear.number}
    assert waits("town", Queue.ACCEPT) == set()
    assert waits("roads", Queue.WORK) == {given.number}
    assert waits("fire", Queue.WORK) == set()
    assert waits("district", Queue.SENT) == {given.number}
    assert waits("district", Queue.CHECK) == {resolved.number}
    assert waits("district", Queue.ANSWERED) == {answered.number}
    assert waits("leader", Queue.ALL) == numbers([unclear, given, resolved, answered])
    assert waits("outsider", Queue.ALL) == set()
    assert waits("sysadmin", Queue.ALL) == set()


def test_a_request_waits_first_with_the_head_and_then_with_the_centre(desk):
    ticket = desk.signed()
    asked = lifecycle.ask(
        ticket_id=ticket.pk, kind="extension", by=desk.user("roads"), at=timezone.now(),
        words="缺件",
    )  # fmt: skip

    def waits(name: str) -> set[str]:
        return numbers(listing.chosen(desk.user(name), Queue.DECIDE, at=timezone.now()))

    assert (waits("roads_head"), waits("district")) == ({ticket.number}, set())
    lifecycle.decide(request_id=asked.pk, by=desk.user("roads_head"), at=timezone.now(), grant=True)
    assert (waits("roads_head"), waits("district")) == (set(), {ticket.number})


def test_a_grid_worker_works_on_what_their_village_handles_in_their_grid(desk):
    mine = desk.report("垃圾堆在路边", kind="0102")
    desk.report("垃圾堆在桥下", kind="0102", grid=land.WILLOW_GRIDS[1])

    found = listing.chosen(desk.user("worker"), Queue.WORK, at=timezone.now())

    assert numbers(found) == {mine.number}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"a", "b", "c"}),
        (Filters(words="路灯"), {"a"}),
        (Filters(words="%"), set()),
        # Nobody is on post in that village: it waits above.
        (Filters(state="submitted"), {"b", "c"}),
        (Filters(category="01"), {"a", "b"}),
        (Filters(area=land.WILLOW_BRIDGE), {"a", "c"}),
        (Filters(area=land.WEST_HILL), {"b"}),
        (Filters(urgency="P3"), {"a", "b", "c"}),
        (Filters(overdue=True), {"b"}),
        (Filters(demonstration="only"), {"c"}),
        (Filters(demonstration="without"), {"a", "b"}),
        (Filters(words="路灯", state="submitted"), set()),
    ],
)
def test_filters_leave_what_matches_all_of_them(desk, filters, expected):
    made = {
        "a": desk.given_to_roads(),
        "b": desk.report("垃圾成堆", kind="0102", grid=land.MILL, at=ago(days=30)),
        "c": desk.unclear(is_demonstration=True),
    }
    names = {ticket.number: name for name, ticket in made.items()}
    tickets = Ticket.objects.visible_to(desk.user("leader"))

    found = listing.narrowed(tickets, filters, at=timezone.now())

    assert {names[number] for number in numbers(found)} == expected


def test_a_ticket_is_found_by_number_by_its_end_and_by_code(desk):
    ticket, other = desk.given_to_roads(), desk.unclear()
    tickets = Ticket.objects.visible_to(desk.user("leader"))

    def found(words: str) -> set[str]:
        return numbers(listing.narrowed(tickets, Filters(words=words), at=timezone.now()))

    assert found(ticket.number.lower()) == {ticket.number}
    # Its last digits may stand in another's day, too.
    assert ticket.number in found(f"-{ticket.pk:04d}")
    assert found(f"{other.code[:5]} {other.code[5:]}".lower()) == {other.number}


def test_a_restricted_ticket_is_found_by_nobody_but_its_centre(desk):
    restricted = desk.report("某干部态度恶劣", kind="0302")

    def found(name: str) -> set[str]:
        tickets = Ticket.objects.visible_to(desk.user(name))
        return numbers(listing.narrowed(tickets, Filters(words="态度"), at=timezone.now()))

    assert found("district") == {restricted.number}
    assert found("leader") == found("village") == found("town") == found("roads") == set()


def test_counting_stops_above_a_thousand(desk, monkeypatch):
    copies(desk.unclear(), 12, minutes=1)
    monkeypatch.setattr(listing, "COUNT_AT_MOST", 5)

    assert listing.count(Ticket.objects.all()) == 6
