"""Saved views: under a name, one's own or a unit's; they narrow and never widen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grids.models import Unit
from tests.tickets.desk import text
from tickets import saved
from tickets.models import SavedView

JSON = {"HTTP_ACCEPT": "application/json"}


def keep(desk, who: str, name: str, *, unit: str = "", **asked) -> SavedView:
    units = Unit.objects.filter(code=unit)
    return saved.keep(desk.user(who), name=name, unit=units.first(), asked=asked, at=timezone.now())


def seen(desk, who: str) -> list[tuple[str, int]]:
    answer = desk.client(who).get("/tickets/views/", **JSON)
    return [(view["name"], view["count"]) for view in answer.json()["views"]]


def test_the_list_as_it_stands_is_kept_and_opens_again(desk):
    desk.unclear()
    lamp = desk.given_to_roads()
    client = desk.client("district")
    listed = client.get("/tickets/?queue=all&words=路灯")
    assert "Keep this list" in text(listed)

    page = client.get("/tickets/views/?queue=all&words=路灯")
    assert 'name="words" value="路灯"' in page.content.decode()
    kept = client.post("/tickets/views/", {"name": " 灯  坏了 ", "queue": "all", "words": "路灯"})
    view = SavedView.objects.get()

    assert kept.status_code == 302
    assert (view.name, view.asked) == ("灯 坏了", {"queue": "all", "words": "路灯"})
    opened = client.get(f"/tickets/?{saved.address(view)}")
    assert [row.ticket.number for row in opened.context["rows"]] == [lamp.number]


def test_a_view_of_some_days_counts_those_days(desk):
    desk.unclear()
    client = desk.client("village")

    client.post("/tickets/views/", {"name": "旧账", "queue": "all", "until": "2020-01-31"})

    assert SavedView.objects.get().asked == {"queue": "all", "until": "2020-01-31"}
    assert seen(desk, "village") == [("旧账", 0)]
    assert "until=2020-01-31" in saved.address(SavedView.objects.get())


def test_a_shared_view_is_seen_by_the_units_people_through_their_own_door(desk):
    desk.given_to_roads()
    desk.unclear()
    keep(desk, "district", "全部", unit="DC", queue="all")
    keep(desk, "roads", "路灯", unit="ROADS", words="路灯")
    keep(desk, "roads", "我的", overdue=True)

    assert seen(desk, "supervisor") == [("全部", 2)]
    assert seen(desk, "roads_head") == [("路灯", 1)]
    assert seen(desk, "roads") == [("我的", 0), ("路灯", 1)]
    assert seen(desk, "outsider") == []


def test_one_shares_only_with_ones_own_units(desk):
    answer = desk.client("roads").post("/tickets/views/", {"name": "x", "unit": "DC"}, **JSON)

    assert answer.status_code == 400
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("roads", 200), ("roads_head", 200), ("district", 404), ("fire", 404)]
)
def test_the_owner_and_the_head_change_it_others_do_not_even_see_it(desk, who, status):
    view = keep(desk, "roads", "路灯", unit="ROADS", words="路灯")

    answer = desk.client(who).post(
        f"/tickets/views/{view.pk}/", {"name": "灯", "unit": "ROADS"}, **JSON
    )

    assert answer.status_code == status


def test_a_colleague_opens_a_shared_view_and_may_not_change_it(desk):
    view = keep(desk, "roads_head", "路灯", unit="ROADS")

    answer = desk.client("roads").post(f"/tickets/views/{view.pk}/", {"delete": "1"}, **JSON)

    assert answer.status_code == 403
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_a_view_is_deleted(desk):
    view = keep(desk, "roads", "路灯")

    page = desk.client("roads").post(f"/tickets/views/{view.pk}/", {"delete": "1"}, follow=True)

    assert "The view “路灯” is deleted." in text(page)
    assert not SavedView.objects.exists()


def test_two_views_of_one_name_are_one_too_many(desk):
    keep(desk, "roads", "路灯")

    answer = desk.client("roads").post("/tickets/views/", {"name": "路灯", "words": "灯"})

    assert "There is already a view of this name." in text(answer)
    # Nothing typed is lost, neither the name nor the filters.
    assert 'name="words" value="灯"' in answer.content.decode()


def test_a_view_whose_filters_no_longer_exist_opens_with_what_is_left(desk):
    desk.unclear()
    keep(desk, "village", "旧", queue="gone", colour="blue", state="submitted")

    assert seen(desk, "village") == [("旧", 1)]


def test_there_is_an_end_to_views(desk):
    for n in range(saved.AT_MOST):
        keep(desk, "roads", f"{n}")

    answer = desk.client("roads").post("/tickets/views/", {"name": "再来"}, **JSON)

    assert answer.status_code == 400
    assert "Delete one first." in answer.json()["detail"]


def test_one_view_or_many_the_database_is_asked_equally_often(desk, clock_stands):
    client = desk.client("district")

    def questions() -> int:
        client.get("/tickets/views/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/tickets/views/")
        return len(queries)

    keep(desk, "district", "一", queue="all", words="路灯")
    one = questions()
    for n in range(10):
        keep(desk, "district", f"{n}", queue="overdue", unit="DC")

    assert questions() == one
