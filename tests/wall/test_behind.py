"""The tickets behind each figure: exactly those that it counts, through the door of who asks."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.land import EAST_CREEK, WEST_HILL
from tickets import lifecycle
from wall import counted, queries
from wall.scope import scope_of


def number_of(figure: str, value) -> int:
    """Return how many tickets a figure says there are."""
    match figure:
        case "satisfaction":
            return value["answered"]
        case "on_the_spot":
            return value["closed"]
        case "types":
            return sum(row["count"] for row in value)
        case "tiers":
            return sum(sum(lights.values()) for lights in value.values())
    return value


@pytest.fixture
def mixed(report, cast, types) -> datetime:
    """A few reports of every kind; the moment at which to look."""
    at = timezone.now()
    for kind in (types.village, types.town, types.department, types.restricted):
        report(event_type=kind, at=at)
    report(event_type=types.village, at=at - timedelta(days=2))
    report(words="说不清", at=at)
    done = report(event_type=types.village, at=at)
    by, pk = cast.village, done.pk
    lifecycle.sign(ticket_id=pk, by=by, at=at)
    lifecycle.start(ticket_id=pk, by=by, at=at)
    lifecycle.resolve(ticket_id=pk, by=by, at=at, words="清理了", evidence="照片在现场")
    lifecycle.feed_back(ticket_id=pk, by=by, at=at, words="已清理")
    lifecycle.rate(ticket_id=pk, at=at, stars=5, solved=True)
    return at


@pytest.mark.parametrize("figure", sorted(set(counted.COUNTED) - {"hours"}))
@pytest.mark.parametrize("name", ["leader", "town", "village", "department"])
def test_the_list_is_as_long_as_the_figure_says(mixed, cast, name, figure):
    scope = scope_of(getattr(cast, name))

    behind = counted.COUNTED[figure](scope.tickets(), mixed).count()

    assert behind == number_of(figure, queries.figures(scope, mixed)[figure].value)


def test_every_figure_but_the_land_has_its_tickets(mixed, cast):
    found = queries.figures(scope_of(cast.leader), mixed)

    assert set(found) - set(counted.COUNTED) == {"land"}


def test_the_hours_together_are_the_day(mixed, cast):
    scope = scope_of(cast.leader)
    found = {key: figure.value for key, figure in queries.figures(scope, mixed).items()}

    assert {key: sum(hours) for key, hours in found["hours"].items()} == {
        "received": found["received"], "closed": found["closed"]
    }  # fmt: skip
    assert found["hours"]["received"][timezone.localtime(mixed).hour] == found["received"]


@pytest.mark.parametrize("count", [1, 10, 60])
def test_the_page_asks_as_often_for_one_as_for_many(
    client, cast, report, types, django_assert_max_num_queries, count
):
    for _ in range(count):
        report(event_type=types.village)
    client.force_login(cast.leader)

    with django_assert_max_num_queries(16):
        answer = client.get("/wall/tickets/received/")

    assert len(answer.context["rows"]) == min(count, 50)
    assert bool(answer.context["older"]) == (count > 50)


def test_older_ones_are_a_page_further_and_the_area_stays(client, cast, report, types):
    tickets = [report(event_type=types.village) for _ in range(52)]
    client.force_login(cast.leader)
    first = client.get("/wall/tickets/received/", {"area": EAST_CREEK})

    second = client.get(f"/wall/tickets/received/{first.context['older']}")

    assert f"area={EAST_CREEK}" in first.context["older"]
    numbers = [row.ticket.number for page in (first, second) for row in page.context["rows"]]
    assert sorted(numbers) == sorted(ticket.number for ticket in tickets)
    assert client.get("/wall/tickets/received/?after=nonsense").status_code == 200


def test_what_is_not_theirs_or_does_not_exist_is_not_found(client, cast):
    client.force_login(cast.town)

    found = [
        client.get(f"/wall/tickets/{figure}/", query).status_code
        for figure, query in (
            ("land", {}), ("nothing", {}), ("received", {"area": WEST_HILL}),
            ("received", {"visitor": "1"}),
        )
    ]  # fmt: skip

    assert found == [404, 404, 404, 404]
