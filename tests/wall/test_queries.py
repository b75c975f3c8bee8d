"""The figures of a day and a month, reckoned by hand and by the wall."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.land import DISTRICT, EAST_CREEK, WILLOW_BRIDGE
from tickets import lifecycle
from tickets.models import Ticket
from wall import queries
from wall.scope import scope_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Wednesday in office hours.
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=SHANGHAI)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ELSEWHERE = {"lat": 25.08, "lng": 110.01}


def values(user, at, area: str = "") -> dict:
    return {k: f.value for k, f in queries.figures(scope_of(user, area), at).items()}


def test_today_begins_at_midnight_in_the_district(report, cast, types):
    midnight = NOON.replace(hour=0)
    for at in (midnight - MINUTE, midnight, midnight + MINUTE, NOON):
        report(event_type=types.village, at=at)

    assert values(cast.leader, NOON)["received"] == 3


def test_what_was_closed_today_counts_whenever_it_came_in(through, cast):
    through(NOON - 3 * DAY, stars=5)
    old = through(NOON - 3 * DAY)
    lifecycle.archive(ticket_id=old.pk, by=cast.village, at=NOON - HOUR)
    through(NOON - HOUR, stars=4)

    found = values(cast.leader, NOON)

    assert (found["received"], found["closed"]) == (1, 2)


def test_lights_are_counted_by_who_has_the_ticket(report, cast, types):
    report(event_type=types.village, at=NOON)
    report(event_type=types.town, at=NOON)
    report(event_type=types.department, at=NOON)
    report(event_type=types.village, at=NOON - 2 * DAY)  # its signing limit of 2 hours has passed
    quarter_left = report(event_type=types.village, at=NOON - 90 * MINUTE)  # 75 % of 2 hours

    found = values(cast.leader, NOON)
    none = {"green": 0, "yellow": 0, "orange": 0, "red": 0, "grey": 0}

    assert found["tiers"] == {
        "village": none | {"green": 1, "yellow": 1, "red": 1},
        "town": none | {"green": 1},
        "district": none | {"green": 1},
    }
    assert (found["near"], found["overdue"], found["at_work"]) == (1, 1, 5)
    assert quarter_left.yellow_at <= NOON < quarter_left.orange_at


def test_what_is_paused_is_neither_near_nor_late(report, cast, types):
    ticket = report(event_type=types.village, at=NOON - 2 * DAY)
    Ticket.objects.filter(pk=ticket.pk).update(paused_until=NOON + DAY)

    found = values(cast.leader, NOON)

    assert (found["near"], found["overdue"], found["at_work"]) == (0, 0, 1)


def test_satisfaction_is_of_this_months_answers_and_their_last_rating(through, cast):
    through(NOON, stars=5)
    through(NOON, stars=3)
    through(NOON, stars=2)
    through(NOON)
    through(NOON - 10 * DAY, stars=1)  # February's
    assert values(cast.leader, NOON)["satisfaction"] == {
        "answered": 4, "rated": 3, "satisfied": 2, "percent": 66.7
    }  # fmt: skip


def test_without_ratings_there_is_no_percentage(cast):
    found = values(cast.leader, NOON)

    assert (found["satisfaction"]["percent"], found["on_the_spot"]["percent"]) == (None, None)


def test_a_village_settles_on_the_spot_what_it_did_not_pass_up(through, report, cast, types):
    through(NOON, stars=5)
    passed_up = through(NOON, stars=5)
    Ticket.objects.filter(pk=passed_up.pk).update(climbs=1)

    assert values(cast.leader, NOON)["on_the_spot"] == {
        "closed": 2, "village": 1, "percent": 50.0
    }  # fmt: skip


def test_the_types_of_the_week_most_frequent_first(report, cast, types):
    for kind, count in ((types.town, 1), (types.village, 3), (types.department, 2)):
        for _ in range(count):
            report(event_type=kind, at=NOON - 2 * DAY)
    report(event_type=types.critical, at=NOON - 8 * DAY)
    report(words="说不清", at=NOON)

    assert values(cast.leader, NOON)["types"] == [
        {"type": "0102", "count": 3},
        {"type": "0104", "count": 2},
        {"type": "0103", "count": 1},
    ]


def test_every_figure_is_of_what_the_door_shows(report, cast, types):
    report(event_type=types.village, at=NOON)
    report(event_type=types.village, at=NOON, **ELSEWHERE)
    report(event_type=types.restricted, at=NOON)

    assert {
        name: values(getattr(cast, name), NOON)["received"]
        for name in ("leader", "district", "town", "village", "outsider", "department")
    } == {"leader": 2, "district": 2, "town": 1, "village": 1, "outsider": 1, "department": 0}


@pytest.mark.parametrize(
    ("area", "counts"),
    [
        (DISTRICT, {"district": 1, "town": 2, "village": 4, "grid": 5, "workers": 1}),
        (EAST_CREEK, {"district": 0, "town": 1, "village": 2, "grid": 4, "workers": 1}),
        (WILLOW_BRIDGE, {"district": 0, "town": 0, "village": 1, "grid": 3, "workers": 1}),
    ],
)
def test_the_land_is_counted_beneath_what_is_watched(cast, area, counts):
    assert values(cast.leader, NOON, area)["land"] == counts


def test_the_list_holds_news_newest_first_and_no_comments(report, cast, types):
    ticket = report(event_type=types.village, at=NOON - HOUR)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=NOON - MINUTE)
    lifecycle.comment(ticket_id=ticket.pk, by=cast.village, at=NOON, words="在路上")
    report(event_type=types.restricted, at=NOON)

    found = queries.feed(scope_of(cast.leader), NOON)

    assert [(line["kind"], line["move"], line["ticket"]) for line in found] == [
        ("moved", "sign", ticket.pk),
        ("moved", "dispatch", ticket.pk),
        ("moved", "accept", ticket.pk),
        ("reported", "", ticket.pk),
    ]
    assert set(found[0]) == {
        "sequence", "at", "kind", "move", "state", "ticket", "area", "type", "light"
    }  # fmt: skip


def test_the_gravest_is_watched_first(report, cast, types):
    fine, late, listed, general = (
        report(event_type=types.village, at=at) for at in (NOON, NOON - 2 * DAY, NOON, NOON)
    )
    for ticket, grade in ((listed, "listed"), (general, "general")):
        Ticket.objects.filter(pk=ticket.pk).update(supervision=grade)

    found = queries.watched(scope_of(cast.leader), NOON)

    assert [line["ticket"] for line in found] == [listed.pk, general.pk, late.pk]
    assert fine.pk not in {line["ticket"] for line in found}


def test_the_wall_says_when_something_on_it_is_a_demonstration(report, cast, types):
    report(event_type=types.village, at=NOON)
    real = queries.has_demonstration(scope_of(cast.leader), NOON)
    report(event_type=types.village, at=NOON, is_demonstration=True)

    assert (real, queries.has_demonstration(scope_of(cast.leader), NOON)) == (False, True)
