"""Many due steps in a few statements: exactly what the verbs do one by one, and as safely."""

import random
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from grids import organisation
from grids.models import Unit
from notices.models import Notice
from people import rows_sql
from people.models import Post
from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tickets import broadcast, lifecycle, routing
from tickets.lifecycle import climbing, together
from tickets.models import DueStep, Helper, Ticket, TicketEvent
from tickets.on_post import OnPost
from tickets.requests_table import RequestKind
from tickets.states import ENDED, MoveRefused

pytestmark = pytest.mark.django_db
LATER = WEDNESDAY + timedelta(days=40)


def all_of_it() -> dict[str, list]:
    """Return everything a sweep may touch, with lines of history named by their place in it."""
    events, tickets, steps = TicketEvent.objects, Ticket.objects, DueStep.objects
    lines = list(events.order_by("ticket_id", "pk").values())
    place = {str(line["id"]): f"{line['ticket_id']}.{number}" for number, line in enumerate(lines)}
    notices = [
        (*n["happening"].split(":")[2:], place[n["happening"].split(":")[1]], n["params"])
        + tuple(n[name] for name in ("reader", "user_id", "channel", "address", "template", "link",
                                     "language", "posted_at", "state", "due_at", "sent_at",
                                     "attempts", "read_at", "lease_until", "error"))
        for n in Notice.objects.values()
    ]  # fmt: skip
    for line in lines:
        del line["id"], line["recorded_at"]
    order = ("ticket_id", "clock", "kind", "round")
    return {
        "tickets": list(tickets.order_by("pk").values()),
        "history": lines,
        "steps": [s | {"id": 0} for s in steps.order_by(*order).values()],
        "notices": sorted(notices, key=repr),
        "helpers": list(Helper.objects.order_by("pk").values()),
    }


def one_by_one(monkeypatch) -> None:
    monkeypatch.setattr(climbing, "_together", lambda sweeper, ids: (0, ids))


@pytest.fixture
def some_district(report, cast, types, units, spot) -> Callable[[str], None]:
    """Fill the district with reports of all kinds, some of them at work, by a seed."""

    def answered(ticket: Ticket, dice: random.Random, at) -> None:
        given = {"ticket_id": ticket.pk, "at": at, "by": cast.village}
        with_help = given | {"by": cast.district, "unit": units.village}
        lifecycle.dispatch(**with_help, helpers=[units.department])
        lifecycle.sign(**given)
        lifecycle.start(**given)
        lifecycle.resolve(**given, words="修好了", evidence="网格员看过")
        lifecycle.verify(**given)
        lifecycle.feed_back(**given, words="修好了")
        if dice.random() < 0.5:
            lifecycle.rate(ticket_id=ticket.pk, at=at, stars=dice.randint(1, 5), solved=False)

    def live(ticket: Ticket, dice: random.Random, at) -> None:
        kind = dice.choice([types.village, types.department])
        given = {"ticket_id": ticket.pk}
        moves = [
            lambda by: lifecycle.accept(**given, by=by, at=at, event_type=kind),
            lambda by: lifecycle.dispatch(**given, unit=units.village, by=by, at=at),
            lambda by: lifecycle.sign(**given, by=by, at=at),
            lambda by: lifecycle.start(**given, by=by, at=at),
            lambda by: lifecycle.climb(**given, by=by, at=at, words="上面来定"),
            lambda by: lifecycle.ask(
                **given, kind=RequestKind.SUSPENSION, by=by, at=at, words="等材料",
                until=at + timedelta(days=5),
            ),
            lambda by: lifecycle.supervise(**given, by=by, at=at, grade="key", words="今天答复"),
        ]  # fmt: skip
        for _ in range(dice.randint(0, 5)):
            at += dice.randint(1, 900) * MINUTE
            move = dice.choice(moves)
            for by in (cast.village, cast.town, cast.supervisor, cast.department):
                try:
                    move(by)
                except MoveRefused:
                    continue
                break

    def fill(seed: str) -> None:
        dice = random.Random(seed)
        kinds = [types.village, types.town, types.department, types.critical, types.restricted]
        Post.objects.filter(user=cast.worker).update(ends=LATER.date() - timedelta(days=37))
        for _ in range(7):
            at = WEDNESDAY + dice.randint(-3_000, 3_000) * MINUTE
            given = {"event_type": dice.choice([None, *kinds])}
            if dice.random() < 0.3:
                given |= {"lat": None, "lng": None, "area_code": spot.bare_village}
            live(report(key=uuid4(), at=at, words="请来看看", **given), dice, at)
        for _ in range(4):
            answered(report(key=uuid4(), at=WEDNESDAY, event_type=types.village), dice, WEDNESDAY)

    return fill


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_together_is_the_same_as_one_by_one(some_district, monkeypatch, seed):
    some_district(seed)
    dice = random.Random(seed)
    moments = [*sorted(WEDNESDAY + dice.randint(0, 50_000) * MINUTE for _ in range(2)), LATER]
    ways = []
    for alone in (False, True):
        before = transaction.savepoint()
        with monkeypatch.context() as patch:
            if alone:
                one_by_one(patch)
            swept = [lifecycle.sweep(at=at) for at in moments]
        ways.append((swept, all_of_it()))
        transaction.savepoint_rollback(before)

    (swept, result), (swept_alone, result_alone) = ways
    assert swept == swept_alone
    assert sum(one.done for one in swept) > 30
    assert {"climb", "supervise", "archive"} <= {line["move"] for line in result["history"]}
    state = {ticket["id"]: ticket["state"] for ticket in result["tickets"]}
    known = [(helper["ended"], state[helper["ticket_id"]] in ENDED) for helper in result["helpers"]]
    assert (True, True) in known
    assert all(said == true for said, true in known)
    for part, rows in result_alone.items():
        assert result[part] == rows, part


def test_what_ended_before_rows_said_so_is_written_down_once_it_is_long_ago(some_district):
    some_district("a")
    lifecycle.sweep(at=LATER)
    assert not Helper.objects.filter(ended=True).filter(ticket__ended_at=None)
    Helper.objects.update(ended=False)
    ends = Ticket.objects.filter(helpers__isnull=False).exclude(ended_at=None)
    long_ago, lately = ends.order_by("pk").distinct()[:2]
    Ticket.objects.filter(pk=long_ago.pk).update(ended_at=timezone.now() - timedelta(days=91))
    Ticket.objects.exclude(pk=long_ago.pk).exclude(ended_at=None).update(ended_at=timezone.now())
    import_module("tickets.migrations.0022_helpers_at_work").mark(apps, None)

    marked = set(Helper.objects.filter(ended=True).values_list("ticket_id", flat=True))
    assert (marked, lately.pk in marked) == ({long_ago.pk}, False)


def test_how_many_there_are_asks_the_database_no_more(report, types, django_assert_max_num_queries):
    for _ in range(3):
        report(event_type=types.village)
    with django_assert_max_num_queries(24):
        lifecycle.sweep(at=LATER)
    for _ in range(25):
        report(event_type=types.village)
    with django_assert_max_num_queries(24):
        assert lifecycle.sweep(at=LATER).done > 200


def test_a_quiet_district_costs_one_look(report, types, django_assert_num_queries):
    report(event_type=types.village)
    with django_assert_num_queries(1):
        assert lifecycle.sweep(at=WEDNESDAY) == lifecycle.Swept(0, 0)


def test_what_the_database_takes_amiss_is_done_one_by_one(report, types, monkeypatch, caplog):
    tickets = [report(event_type=types.village) for _ in range(3)]

    def refuses(table, rows):
        raise IntegrityError("a bad row")

    monkeypatch.setattr(rows_sql, "update", refuses)
    swept = lifecycle.sweep(at=LATER)

    assert swept.failed == 0
    assert "could not be swept together" in caplog.text
    histories = {tuple(t.events.order_by("pk").values_list("at", "kind", "move")) for t in tickets}
    assert len(histories) == 1
    assert DueStep.objects.filter(done_at=None, void_at=None).count() == 0


def test_many_at_once_are_one_frame_and_few_are_their_dots(
    report, types, monkeypatch, django_capture_on_commit_callbacks
):
    sent: list[dict] = []

    def publish(topics, frame, *more, **named):
        sent.append(frame | {"topics": set(topics)})

    monkeypatch.setattr(broadcast.live, "publish", publish)
    few = [report(event_type=types.village) for _ in range(2)]
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.sweep(at=few[0].sign_by)
    assert {frame["dot"]["id"] for frame in sent if "dot" in frame} <= {one.pk for one in few}
    assert len(sent) >= 2
    sent.clear()
    hidden = report(event_type=types.restricted)
    for _ in range(broadcast.FEW):
        report(event_type=types.village)

    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.sweep(at=LATER)

    assert [frame.get("refetch") for frame in sent] == [True]
    newest = TicketEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert sent[0]["sequence"] == newest
    assert few[0].area_code in sent[0]["topics"]
    assert f"centre.{hidden.centre_id}" not in sent[0]["topics"] or hidden.centre == few[0].centre


def test_on_post_and_tiers_say_for_many_what_is_said_for_one(report, cast, types, units, spot):
    tickets = [report(event_type=kind) for kind in (types.village, types.restricted, None)]
    all_units = list(Unit.objects.select_related("area"))
    tiers = organisation.Tiers()
    on_post = OnPost(
        units=[unit.pk for unit in all_units], area_codes=[spot.village, spot.grid, spot.town]
    )

    assert [tiers.above(unit) for unit in all_units] == [
        organisation.centre_above(unit) for unit in all_units
    ]
    for ticket in tickets:
        for unit in all_units:
            found = on_post.people_for(ticket, unit, at=WEDNESDAY)
            people = routing.people_for(ticket, unit, at=WEDNESDAY)
            assert found == list(dict.fromkeys(person.pk for person in people))


def test_a_step_that_stumbles_in_the_batch_leaves_nothing_behind(report, types, monkeypatch):
    report(event_type=types.village)
    before = all_of_it()

    def stumbles(*given):
        raise together.OneByOne

    monkeypatch.setattr(together._Batch, "_climb_late", stumbles)
    monkeypatch.setattr(climbing, "_one_by_one", lambda ids, at, until: lifecycle.Swept(0, 0))

    assert lifecycle.sweep(at=LATER) == lifecycle.Swept(0, 0)
    assert all_of_it() == before
