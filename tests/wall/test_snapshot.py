"""The wall is true: it shows what the door shows, all of it, and what changed since."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from people.models import User
from tests.land import DISTRICT, EAST_CREEK, WEST_HILL, WILLOW_BRIDGE
from tickets import lifecycle
from tickets.models import Ticket, TicketEvent
from tickets.states import State
from wall import snapshot
from wall.scope import scope_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Twenty past midnight: still yesterday in London.
NIGHT = datetime(2026, 3, 4, 0, 20, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
ELSEWHERE = {"lat": 25.08, "lng": 110.01}


def ids(found: snapshot.Snapshot) -> list[int]:
    return [dot["id"] for dot in found.dots]


@pytest.mark.parametrize(
    "name",
    ["district", "supervisor", "leader", "town", "village", "worker", "department",
     "department_head", "outsider"],
)  # fmt: skip
def test_everybody_sees_the_dots_behind_their_door(report, cast, types, name):
    for kind in (types.village, types.town, types.department, types.restricted, None):
        report(event_type=kind)
        report(event_type=kind, **ELSEWHERE)
    user: User = getattr(cast, name)

    shown = snapshot.take(scope_of(user), at=timezone.now())

    assert ids(shown) == sorted(
        Ticket.objects.visible_to(user).filter(restricted=False).values_list("pk", flat=True)
    )
    assert ids(shown) != []


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditor"])
def test_administrators_without_another_post_have_no_wall(cast, name):
    with pytest.raises(PermissionDenied):
        scope_of(getattr(cast, name))


def test_an_area_narrows_the_wall_to_what_lies_beneath_it(report, cast, types):
    here = report(event_type=types.village)
    there = report(event_type=types.village, **ELSEWHERE)
    now = timezone.now()

    assert {
        area: ids(snapshot.take(scope_of(cast.leader, area), at=now))
        for area in (DISTRICT, EAST_CREEK, WEST_HILL, WILLOW_BRIDGE)
    } == {
        DISTRICT: [here.pk, there.pk],
        EAST_CREEK: [here.pk],
        WEST_HILL: [there.pk],
        WILLOW_BRIDGE: [here.pk],
    }


@pytest.mark.parametrize(
    ("name", "area"),
    [("town", WEST_HILL), ("town", DISTRICT), ("village", EAST_CREEK), ("leader", "990101999"),
     ("leader", "9901"), ("leader", "330106"), ("department", "330106"), ("leader", "x")],
)  # fmt: skip
def test_an_area_beyond_ones_own_does_not_exist(cast, name, area):
    with pytest.raises(Http404):
        scope_of(getattr(cast, name), area)


def test_a_department_may_narrow_its_wall_to_a_town(report, cast, types):
    here = report(event_type=types.department)
    report(event_type=types.department, **ELSEWHERE)

    shown = snapshot.take(scope_of(cast.department, EAST_CREEK), at=timezone.now())

    assert ids(shown) == [here.pk]


def test_todays_wall_holds_todays_reports_and_all_open_ones(report, cast, types):
    def closed(reported: datetime, ended: datetime) -> Ticket:
        ticket = report(event_type=types.village, at=reported)
        Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED, ended_at=ended)
        return ticket

    yesterday, minute = NIGHT - DAY, timedelta(minutes=1)
    open_long = report(event_type=types.village, at=NIGHT - 40 * DAY)
    waits_for_rating = report(event_type=types.village, at=NIGHT - 40 * DAY)
    Ticket.objects.filter(pk=waits_for_rating.pk).update(state=State.FEEDBACK)
    closed(yesterday, yesterday + minute)
    closed_today = closed(NIGHT, NIGHT + minute)
    ended_today = closed(yesterday, NIGHT)
    TicketEvent.objects.create(ticket=ended_today, kind="moved", after=State.CLOSED, at=NIGHT)

    shown = snapshot.take(scope_of(cast.leader), at=NIGHT + 10 * minute)

    expected = [open_long, waits_for_rating, closed_today, ended_today]
    assert ids(shown) == [ticket.pk for ticket in expected]


def test_what_changed_since_is_told_and_nothing_else(report, cast, types):
    old = report(event_type=types.village)
    moved = report(event_type=types.village)
    age(old.events.all(), hours=2)
    age(moved.events.all(), hours=1)
    scope = scope_of(cast.leader)
    known = snapshot.take(scope, at=timezone.now())
    lifecycle.sign(ticket_id=moved.pk, by=cast.village, at=timezone.now())
    new = report(event_type=types.town)

    found = snapshot.take(scope, at=timezone.now(), since=known.sequence)

    assert (known.complete, found.complete) == (True, False)
    assert ids(known) == [old.pk, moved.pk]
    assert ids(found) == [moved.pk, new.pk]
    assert found.sequence == snapshot.newest()


def test_a_line_committed_late_is_told_by_looking_a_minute_back(report, cast, types):
    late = report(event_type=types.village)
    early = report(event_type=types.village)

    # The client heard of the second before the first was committed.
    found = snapshot.take(
        scope_of(cast.leader), at=timezone.now(), since=early.events.latest("pk").pk
    )

    assert (found.complete, ids(found)) == (False, [late.pk, early.pk])


def test_a_dot_that_became_restricted_is_told_as_gone(report, cast, types):
    ticket = report(words="这是什么")
    scope = scope_of(cast.leader)
    known = snapshot.take(scope, at=timezone.now())
    lifecycle.accept(
        ticket_id=ticket.pk, by=cast.village, at=timezone.now(), event_type=types.restricted
    )
    ticket.refresh_from_db()

    found = snapshot.take(scope, at=timezone.now(), since=known.sequence)

    assert ids(known) == [ticket.pk]
    assert (found.dots, found.gone) == ([], [{"id": ticket.pk, "version": ticket.version}])


def test_what_was_always_restricted_leaves_no_trace(report, cast, types):
    report(event_type=types.village)
    scope = scope_of(cast.leader)
    known = snapshot.take(scope, at=timezone.now())
    ticket = report(event_type=types.restricted)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())

    found = snapshot.take(scope, at=timezone.now(), since=known.sequence)

    assert found.gone == []


@pytest.mark.parametrize("since", [0, 10**12])
def test_a_sequence_of_another_database_is_answered_with_everything(report, cast, types, since):
    ticket = report(event_type=types.village)

    found = snapshot.take(scope_of(cast.leader), at=timezone.now(), since=since)

    assert (found.complete, ids(found)) == (True, [ticket.pk])


def test_a_department_gets_everything_each_time_since_work_is_handed_on(report, cast, types):
    ticket = report(event_type=types.department)
    scope = scope_of(cast.department)
    sequence = snapshot.newest()

    found = snapshot.take(scope, at=timezone.now(), since=sequence)

    assert (found.complete, ids(found)) == (True, [ticket.pk])


def test_too_many_changes_are_answered_with_everything(report, cast, types, monkeypatch):
    first = report(event_type=types.village)
    sequence = snapshot.newest()
    monkeypatch.setattr(snapshot, "MOST_CHANGES", 1)
    second = report(event_type=types.village)

    found = snapshot.take(scope_of(cast.leader), at=timezone.now(), since=sequence)

    assert (found.complete, ids(found)) == (True, [first.pk, second.pk])


@pytest.mark.parametrize("since", [False, True])
@pytest.mark.parametrize("count", [1, 12])
def test_a_snapshot_is_as_many_queries_for_one_as_for_many(
    report, cast, types, django_assert_max_num_queries, count, since
):
    report(event_type=types.village)
    sequence = snapshot.newest()
    for _ in range(count):
        report(event_type=types.village)

    with django_assert_max_num_queries(7):
        found = snapshot.take(
            scope_of(cast.leader), at=timezone.now(), since=sequence if since else None
        )

    assert len(found.dots) == count + 1


def age(lines, hours: int) -> None:
    """Let these lines have been recorded hours ago. History is append-only, but for this."""
    from tests.conftest import append_only_lifted

    with append_only_lifted():
        lines.update(recorded_at=timezone.now() - timedelta(hours=hours))
