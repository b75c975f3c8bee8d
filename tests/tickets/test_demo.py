"""The demonstration: accounts that everybody knows, invented staff, a believable month."""

import csv
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone

from grids.models import Area, Unit
from people.models import Post, User
from people.roles import Role
from people.scope import roles_of
from tests.land import MILL, TINY
from tickets.models import Rating, Ticket
from tickets.simulation import accounts, messages, month, staff
from tickets.simulation.accounts import NotADemonstration
from tickets.simulation.course import Course
from tickets.simulation.desk import Desk
from tickets.simulation.replaying import grouped
from tickets.simulation.script import BadScript, Script, of_the_district

PACK = Path(__file__).parents[2] / "packs" / "tongliang"


# A Thursday afternoon with working days before it.
NOW = messages.moment("2026-06-11T15:30")


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **{"pack": TINY, "at": NOW.isoformat()} | options)
    return out.getvalue()


@pytest.fixture
def showing(tiny, settings):
    """The tiny district in demonstration mode."""
    settings.DEMONSTRATION = True
    return of_the_district(TINY)


# --- Accounts -------------------------------------------------------------------------------------


def test_each_kind_of_work_has_an_account(showing):
    said = demo(accounts=True)
    people = User.objects.order_by("pk")

    assert {user.username: {str(role) for role in roles_of(user)} for user in people} == {
        "district": {"duty_officer"},
        "town": {"duty_officer"},
        "village": {"duty_officer"},
        "worker": {"grid_worker"},
        "supervisor": {"shift_supervisor"},
        "leader": {"leader"},
        "department": {"handler"},
        "department_head": {"unit_head"},
        "outsider": {"duty_officer"},
        "sysadmin": {"system_admin"},
        "secadmin": {"security_admin"},
        "auditor": {"auditor"},
    }
    assert all(user.is_demonstration and user.full_name for user in people)
    assert all(user.username in said for user in people)
    assert showing.password in said


def test_they_can_sign_in(showing):
    demo(accounts=True)
    request = RequestFactory().post("/signin/")

    assert authenticate(request, username="worker", password=showing.password) is not None


def test_the_second_time_nothing_changes(showing):
    demo(accounts=True)
    before = list(User.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())
    demo(accounts=True)

    assert before == (
        list(User.objects.order_by("pk").values()),
        list(Post.objects.order_by("pk").values()),
    )


def test_outside_demonstration_mode_there_is_no_known_password(tiny, settings):
    settings.DEMONSTRATION = False
    for options in ({}, {"accounts": True}, {"staff": True}, {"month": True}):
        with pytest.raises(CommandError, match="DEMONSTRATION"):
            demo(**options)

    assert User.objects.count() == 0


def test_nor_with_production_settings(showing, settings):
    settings.PRODUCTION = True
    with pytest.raises(NotADemonstration):
        accounts.make(showing)


def test_an_account_of_a_real_person_is_left_alone(showing):
    User.objects.create_user("worker", password="a real one 123")
    with pytest.raises(CommandError, match="worker"):
        demo(accounts=True)

    assert User.objects.get().check_password("a real one 123")


def test_a_post_over_nothing_is_refused(showing):
    script = Script(
        password="a long one 123",
        accounts=[{"username": "x", "full_name": "X", "posts": [{"role": "leader", "area": "1"}]}],
    )
    with pytest.raises(BadScript, match="x"):
        accounts.make(script)

    assert User.objects.count() == 0


def test_a_broken_demonstration_file_is_refused(showing, tmp_path):
    (tmp_path / "demonstration.json").write_text('{"password": "x"}')
    with pytest.raises(CommandError, match="demonstration.json"):
        demo(pack=tmp_path)


def test_a_pack_without_a_demonstration_says_so(showing, tmp_path):
    assert demo(pack=tmp_path)
    assert User.objects.count() == 0


# --- Staff ----------------------------------------------------------------------------------------


def test_somebody_is_on_every_post(showing):
    demo(accounts=True)
    demo(staff=True)
    posts = Post.objects.all()

    for unit in Unit.objects.all():
        wanted = {"duty_officer", "shift_supervisor"} if unit.tier else {"handler", "unit_head"}
        assert wanted <= set(posts.filter(unit=unit).values_list("role", flat=True)), unit
    for grid in Area.objects.filter(level="grid"):
        assert posts.filter(area=grid, role=Role.GRID_LEADER).exists(), grid
    workers = posts.filter(role=Role.GRID_WORKER)
    assert workers.filter(full_time=True).count() == showing.full_time
    assert workers.filter(full_time=False).count() == showing.part_time


def test_the_staff_cannot_sign_in_and_is_added_once(showing):
    demo(staff=True)
    names = set(User.objects.values_list("username", flat=True))
    demo(staff=True)

    assert set(User.objects.values_list("username", flat=True)) == names
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert all(user.is_demonstration and user.full_name for user in User.objects.all())


@pytest.mark.parametrize(
    ("weights", "count", "given"),
    [
        ([1, 1, 1], 7, [3, 2, 2]),
        ([100, 1, 1], 7, [5, 1, 1]),
        ([5, 3], 1, [1, 0]),
        ([0, 0], 4, [2, 2]),
        ([], 4, []),
        ([3, 1], 0, [0, 0]),
    ],
)
def test_people_are_shared_out_by_weight_to_the_last_one(weights, count, given):
    assert staff.shares(weights, count) == given


@pytest.mark.slow
def test_the_district_of_the_article_has_its_343_and_3176(db, settings):
    settings.DEMONSTRATION = True
    call_command("load_pack", PACK, stdout=StringIO())
    demo(accounts=True, pack=PACK)
    demo(staff=True, pack=PACK)
    workers = Post.objects.filter(role=Role.GRID_WORKER)
    full_time = workers.filter(full_time=True)

    assert (full_time.count(), workers.filter(full_time=False).count()) == (343, 3176)
    assert set(full_time.values_list("area__level", flat=True)) == {"grid"}
    assert full_time.values("area").distinct().count() == 131
    assert Post.objects.filter(role=Role.GRID_LEADER).count() == 131
    # A duty officer of its own in each of the centres: one, 28 and 333; and four with accounts.
    assert Post.objects.filter(role=Role.DUTY_OFFICER).count() == 1 + 28 + 333 + 4
    assert set(User.objects.filter(username="worker").values_list("posts__area__name", flat=True))


# --- The month ------------------------------------------------------------------------------------


@pytest.fixture
def played(showing):
    """The tiny district's month, played to the end."""
    said = demo()
    return said


def test_a_month_is_believable_and_there_once(played, showing):
    tickets = Ticket.objects.all()
    days = {timezone.localdate(t.reported_at) for t in tickets}

    assert tickets.count() == showing.reports
    assert all(t.is_demonstration and t.reported_at <= NOW for t in tickets)
    assert len(days) >= showing.days - 2
    assert NOW.date() in days
    assert tickets.filter(state="closed").count() >= showing.reports // 3
    assert tickets.exclude(state__in=["closed", "refused", "merged", "withdrawn"]).exists()
    demo(month=True)
    assert Ticket.objects.count() == showing.reports


def test_a_month_that_was_cut_off_goes_on_as_planned(showing):
    demo(staff=True)
    desk = Desk(NOW)
    planned = month.plan(showing, month.start_of(showing, NOW), desk)
    course = Course(desk=desk, script=showing)
    for group in grouped(planned)[:5]:
        course.play(group, until=NOW)
    there = {t.key: t.reported_at for t in Ticket.objects.all()}
    demo(month=True)
    plan = {report.key: report.at for report in planned}

    assert 0 < len(there) < showing.reports
    assert {t.key: t.reported_at for t in Ticket.objects.all()} == plan
    assert there.items() <= plan.items()


def test_what_fails_halfway_leaves_nothing_behind(showing):
    demo(staff=True)
    desk = Desk(NOW)
    planned = month.plan(showing, month.start_of(showing, NOW), desk)
    course = Course(desk=desk, script=showing)
    # Nothing that could be said: the verb fails in the middle of a report's course.
    showing.phrases["done"] = [None]
    broken = 0
    for group in grouped(planned):
        try:
            course.play(group, until=NOW)
        except AttributeError:
            broken += 1
            assert not Ticket.objects.filter(key__in=[report.key for report in group]).exists()

    assert broken > 0
    assert Ticket.objects.count() < showing.reports


def test_the_articles_two_cases_are_in_it(played):
    # Accepted one day, passed up, and solved the next.
    ticket = Ticket.objects.get(area_code=MILL, text__words__contains="磨坊门口")
    moves = list(ticket.events.filter(kind="moved").order_by("pk").values_list("move", flat=True))

    assert moves == [
        "accept", "dispatch", "sign", "start", "climb", "dispatch", "sign", "start", "resolve",
        *(["verify"] if "verify" in moves else []), "feed_back", "rate", "archive",
    ]  # fmt: skip
    assert ticket.handler.code == "TC-990101101"
    assert timezone.localdate(ticket.resolved_at) - timezone.localdate(
        ticket.reported_at
    ) == timedelta(days=1)
    assert [r.stars for r in Rating.objects.filter(ticket=ticket)] == [5]

    # The dispute, settled in the village in two rounds.
    ticket = Ticket.objects.get(text__words__contains="六千元")
    rounds = ticket.events.filter(move="comment").order_by("pk")

    assert ticket.channel == "staff"
    assert ticket.entered_by.posts.get().unit.tier == "village"
    assert ticket.handler.tier == "village"
    assert [event.words.words[:3] for event in rounds] == ["第一轮", "第二轮"]
    assert ticket.state == "closed"


# --- The texts ------------------------------------------------------------------------------------


def test_the_packs_texts_are_many_and_whole():
    held = json.loads((PACK / "demonstration.json").read_text(encoding="utf-8"))
    slots = held["month"]["slots"]
    with (PACK / "event_types.csv").open(encoding="utf-8") as file:
        types = {row["code"] for row in csv.DictReader(file)}
    with (PACK / held["month"]["texts"]).open(encoding="utf-8") as file:
        texts = list(csv.DictReader(file))
    filled = [month._filled(row["words"], slots, month.random.Random(1)) for row in texts]

    assert len({row["words"] for row in texts}) == len(texts) >= 120
    assert {row["type"] for row in texts} <= types
    assert len({row["type"][:2] for row in texts}) == 10
    assert not [text for text in filled if "{" in text]
    assert (held["month"]["reports"], held["staff"]["full_time"]) == (675, 343)
    assert held["staff"]["part_time"] == 3176
    assert held["password"] == "demo-tongliang"


@pytest.mark.parametrize("pack", [PACK, TINY], ids=["tongliang", "tiny"])
def test_every_step_has_words(pack):
    script = of_the_district(pack)
    for what in (
        "done", "evidence", "answer", "missing", "passed_up", "return", "extension", "suspension",
        "unsolved", "unhappy", "praise", "refused", "round", "supervised", "dispatched", "again",
    ):  # fmt: skip
        for category in ("", "01", "09"):
            said = script.say(what, month.random.Random(1), category)
            assert said or (pack == TINY and what in {"unhappy"}), what
