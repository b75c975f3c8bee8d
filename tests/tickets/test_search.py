"""Search by pairs of characters: the same vectors on both databases, and only behind one's door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids.models import Unit
from tests import land
from tickets import lifecycle, listing, search
from tickets.listing import Filters
from tickets.models import Ticket, TicketSearch

TEXT = "村口路灯不亮，Ａ栋-3号 旁边；ＷＣ漏水 12345"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("路灯", True), ("灯不", True), ("村口路灯不亮", True), ("亮a", False),
        # One character, also the last of a run.
        ("灯", True), ("亮", True), ("号", True), ("塔", False),
        # Width and case make no difference; what stands between is no part of a word.
        ("a栋", True), ("wc", True), ("wC漏水", True), ("A栋3号", False), ("栋-3", True),
        ("3号旁边", False),
        # All words, in any order, anywhere.
        ("漏水 路灯", True), ("漏水，路灯", True), ("漏水 井盖", False), ("路灯 路灯", True),
        # In the middle of a number; pairs that stand apart are no word.
        ("234", True), ("1345", False), ("口灯", False), ("路灯亮", False),
        ("%", False), ("'", False), ("路_灯", True), ("\\", False), ("🙂", False),
    ],
)  # fmt: skip
def test_a_word_is_found_wherever_it_stands_and_no_other(desk, words, found):
    ticket = desk.unclear(TEXT)
    tickets = Ticket.objects.visible_to(desk.user("village"))

    there = listing.narrowed(tickets, Filters(words=words), at=timezone.now())

    assert list(there) == ([ticket] if found else [])


def test_a_ticket_is_found_by_its_place_its_number_and_its_unit_in_both_languages(desk):
    ticket, other = desk.given_to_roads(), desk.report("垃圾", kind="0102", grid=land.MILL)
    leader = desk.user("leader")

    def found(words: str) -> set[str]:
        tickets = Ticket.objects.visible_to(leader)
        there = listing.narrowed(tickets, Filters(words=words), at=timezone.now())
        return {"a" if one == ticket else "b" for one in there}

    # The end of its number may stand in the other's day, or be the beginning of its code.
    assert "a" in found(f"{ticket.pk:04d}")
    assert found("柳桥") == found("willow bridge") == {"a"}
    assert found(ticket.number) == found(ticket.number.lower()) == {"a"}
    assert found("道路局") == {"a"}
    assert found(other.code.lower()) == {"b"}
    assert found("路灯 道路局 柳桥") == {"a"}


def test_with_another_unit_it_is_found_by_that_one(desk, clock_stands):
    ticket = desk.given_to_roads()

    def found(name: str) -> bool:
        wanted = search.terms(Unit.objects.get(code=name).name)
        return TicketSearch.objects.filter(ticket=ticket, found_by__finds=wanted).exists()

    lifecycle.dispatch(
        ticket_id=ticket.pk, unit=Unit.objects.get(code="FIRE"), by=desk.user("district"),
        at=timezone.now(),
    )  # fmt: skip
    assert (found("ROADS"), found("FIRE")) == (False, True)

    lifecycle.undo(ticket_id=ticket.pk, by=desk.user("district"), at=timezone.now())
    assert (found("ROADS"), found("FIRE")) == (True, False)


def test_erased_words_are_found_no_more_but_the_number_is(desk):
    ticket = desk.unclear("张三家门口")
    at = timezone.now()
    Ticket.objects.filter(pk=ticket.pk).update(ended_at=at - timedelta(days=6 * 366))

    lifecycle.erase(at=at)

    rows = TicketSearch.objects.filter(ticket=ticket)
    assert not rows.filter(found_by__finds=["张三"]).exists()
    assert rows.filter(found_by__finds=search.terms(ticket.number)).exists()


def test_after_a_renaming_all_rows_are_written_anew(desk):
    ticket = desk.given_to_roads()
    Unit.objects.filter(code="ROADS").update(name="交通局")

    assert lifecycle.index_everything() == 1

    assert TicketSearch.objects.get(found_by__finds=["交通局"]).ticket == ticket


def test_what_the_database_gets_is_pairs_with_their_places():
    assert search.vector("路灯坏 灯坏") == "'路灯':1 '灯坏':2 '坏':3 '灯坏':4 '坏':5"
    assert search.query(["路灯坏", "灯"]) == "('路灯' <-> '灯坏') & ('灯':*)"
    assert search.terms("路灯、路灯 ｂａｄ") == ["路灯", "bad"]
