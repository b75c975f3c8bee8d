"""The list of the desk: queues, filters, pages, nonsense, and few questions to the database."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import land
from tests.tickets.desk import ago, text
from tests.tickets.test_listing import copies
from tickets.models import Ticket


def titles(answer) -> list[str]:
    return [row.ticket.number for row in answer.context["rows"]]


def test_the_list_opens_at_the_first_queue_in_which_something_waits(desk):
    unclear = desk.unclear()

    answer = desk.client("village").get("/tickets/")

    assert titles(answer) == [unclear.number]
    assert {str(tab.queue): tab.count for tab in answer.context["tabs"] if tab.count} == {
        "accept": 1, "all": 1,
    }  # fmt: skip
    page = text(answer)
    for said in (
        "这里有点不对劲",
        "East Creek Subdistrict Willow Bridge Community",
        unclear.number,
        "type not known yet",
        "left",
        "In time",
        "Willow Bridge Community Command Centre",
    ):
        assert said in page


def test_a_row_says_what_is_left_and_when_exactly(desk):
    ticket = desk.given_to_roads()

    page = desk.client("roads").get("/tickets/").content.decode()

    due = timezone.localtime(ticket.sign_by)
    assert f'title="{due:%Y-%m-%d %H:%M}"' in page
    assert f"({due:%Y-%m-%d %H:%M})" in page


def test_an_overdue_ticket_says_by_how_much(desk):
    desk.report(at=ago(days=60))

    answer = desk.client("roads").get("/tickets/?queue=overdue")

    assert "days" in answer.context["rows"][0].remaining.words
    assert "over" in text(answer)
    assert "Overdue" in text(answer)


@pytest.mark.parametrize("name", ["village", "roads", "leader", "worker", "sysadmin"])
def test_an_empty_list_says_so_in_words(desk, name):
    answer = desk.client(name).get("/tickets/")

    assert answer.status_code == 200
    assert answer.context["empty"] in text(answer)


def test_a_search_that_finds_nothing_says_what_to_try(desk):
    desk.unclear()

    page = text(desk.client("village").get("/tickets/?queue=all&words=没有的"))

    assert "No ticket fits this search." in page
    assert "Try fewer words, or take away a filter." in page


@pytest.mark.parametrize(
    "query",
    [
        "queue=nonsense", "words=%00", "words=" + "长" * 1_000, "area=abc", "area=" + "9" * 200,
        "area=%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3", "state=gone", "urgency=P9", "category=%00",
        "after=nonsense", "before=%00", "after=20260304T020000.000000-99999999999999999999",
        "demonstration=perhaps", "overdue=maybe", "words=🙂𠮷", "after=00010101T000000.000000-1",
        "handler=%00", "handler=" + "长" * 1_000,
    ],
)  # fmt: skip
def test_a_list_asked_for_with_nonsense_is_still_a_list(desk, query):
    ticket = desk.unclear("井盖🙂𠮷松动")

    answer = desk.client("village").get(f"/tickets/?{query}")

    assert answer.status_code == 200
    assert titles(answer) in ([ticket.number], [])


def test_too_long_a_search_is_told_so(desk):
    assert "at most 100" in text(desk.client("village").get("/tickets/?words=" + "a" * 101))


def test_areas_to_narrow_to_are_ones_own_and_open_level_by_level(desk):
    def offered(name: str, query: str = "") -> list[str]:
        form = desk.client(name).get(f"/tickets/?{query}").context["form"]
        return [code for code, _ in form.fields["area"].widget.choices][1:]

    assert offered("village") == [land.WILLOW_BRIDGE, *land.WILLOW_GRIDS]
    assert offered("district") == [land.DISTRICT, land.EAST_CREEK, land.WEST_HILL]
    assert offered("district", f"area={land.WEST_HILL}") == [
        land.DISTRICT, land.EAST_CREEK, land.WEST_HILL, land.PINEWOOD, land.MILL,
    ]  # fmt: skip
    assert offered("village", f"area={land.MILL}") == [land.WILLOW_BRIDGE, *land.WILLOW_GRIDS]
    assert offered("roads") == [land.DISTRICT, land.EAST_CREEK, land.WEST_HILL]


def test_a_unit_narrows_the_list_and_its_pages(desk):
    copies(desk.given_to_roads(), 60, minutes=1)
    desk.report(kind="0102")
    client = desk.client("district")

    first = client.get("/tickets/?queue=all&handler=ROADS")
    older = client.get(f"/tickets/{first.context['older']}")

    assert (len(titles(first)), len(titles(older))) == (50, 11)
    assert "handler=ROADS" in first.context["older"]
    offered = [code for code, _ in first.context["form"].fields["handler"].widget.choices]
    assert {"DC", "ROADS", f"TC-{land.EAST_CREEK}"} <= set(offered)
    # A village's units are offered when its town is opened.
    village = f"VC-{land.WILLOW_BRIDGE}"
    assert village not in offered
    opened = client.get(f"/tickets/?queue=all&area={land.EAST_CREEK}")
    assert village in [code for code, _ in opened.context["form"].fields["handler"].widget.choices]
    assert "There is no such unit." in text(client.get("/tickets/?queue=all&handler=NOBODY"))


def test_pages_follow_each_other_with_filters_kept(desk):
    copies(desk.unclear(), 60, minutes=1)
    client = desk.client("village")

    first = client.get("/tickets/?queue=all&words=复制")
    older = client.get(f"/tickets/{first.context['older']}")
    newer = client.get(f"/tickets/{older.context['newer']}")

    assert (len(titles(first)), len(titles(older))) == (50, 10)
    assert not set(titles(first)) & set(titles(older))
    assert titles(newer) == titles(first)
    assert (first.context["newer"], older.context["older"]) == ("", "")


@pytest.mark.parametrize("queue", ["accept", "all"])
def test_a_list_of_one_ten_or_a_thousand_asks_the_database_equally_often(desk, queue, clock_stands):
    desk.unclear()
    client = desk.client("village")

    def asked() -> int:
        client.get(f"/tickets/?queue={queue}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/tickets/?queue={queue}").status_code == 200
        return len(queries)

    one = asked()
    copies(Ticket.objects.get(), 9, minutes=1)
    ten = asked()
    Ticket.objects.filter(number__startswith="CK-COPY").delete()
    copies(Ticket.objects.get(), 999, minutes=1)
    thousand = asked()

    assert one == ten == thousand
    assert one <= 25
