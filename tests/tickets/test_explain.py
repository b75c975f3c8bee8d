"""Why somebody sees a ticket: the explanation says what the door does, for everybody and always."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grids.models import Area, Unit
from people.models import AuditEntry, Post, User
from people.roles import Role
from tests import land
from tests.tickets.desk import Desk
from tickets import explain
from tickets.explain import Reason
from tickets.models import Ticket

TODAY = timezone.localdate


@pytest.fixture
def desk(db) -> Desk:
    made = Desk()
    secadmin = User.objects.create_user("secadmin", language="en")
    Post.objects.create(
        user=secadmin, role=Role.SECURITY_ADMIN, area=Area.objects.get(code=land.DISTRICT)
    )
    return made


def crowd(seed: int) -> list[User]:
    """Thirty people with posts at random: any role anywhere, some ended, some not begun."""
    rng, day = random.Random(seed), timedelta(days=1)
    areas, units = list(Area.objects.order_by("code")), list(Unit.objects.order_by("code"))
    people = []
    for number in range(30):
        user = User.objects.create_user(f"p{seed}-{number}", is_active=rng.random() > 0.1)
        for role in rng.sample([*Role], k=rng.randint(0, 3)):
            where = (
                {"area": rng.choice(areas)} if rng.random() < 0.5 else {"unit": rng.choice(units)}
            )
            starts, ends = rng.choice(
                [(None, None)] * 4
                + [(None, TODAY() - day), (TODAY() + day, None), (TODAY(), TODAY())]
            )
            Post.objects.create(user=user, role=role, starts=starts, ends=ends, **where)
        people.append(user)
    return people


@pytest.mark.parametrize("seed", range(4))
def test_the_explanation_agrees_with_the_door_for_everybody(desk, seed):
    people, at, rng = crowd(seed), timezone.now(), random.Random(seed)
    kinds, grids = ["0102", "0103", "0104", "0101", "0303"], land.WILLOW_GRIDS
    for kind in kinds:
        ticket = desk.report(f"事 {kind}", kind=kind, grid=rng.choice(grids))
        ticket.helpers.set(rng.sample(list(Unit.objects.order_by("code")), k=rng.randint(0, 2)))

    for ticket in Ticket.objects.select_related("centre", "handler"):
        sees = {user.pk for user in people
                if Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()}  # fmt: skip
        said = {user.pk for user in people
                if any(v.opens for v in explain.of_ticket(user, ticket, at=at))}  # fmt: skip
        watchers = {one.person.pk for one in explain.watchers_of_ticket(ticket, at=at)}

        assert said == sees
        assert watchers & {user.pk for user in people} == sees


def test_each_post_says_why(desk):
    ticket, at = desk.report("这里漏水了"), timezone.now()
    expected = {
        "roads": Reason.HANDLER, "leader": Reason.AREA, "worker": Reason.AREA,
        "outsider": Reason.ELSEWHERE, "fire": Reason.ELSEWHERE, "sysadmin": Reason.ROLE,
    }  # fmt: skip

    found = {name: explain.of_ticket(desk.user(name), ticket, at=at)[0].reason for name in expected}

    assert found == expected


def test_a_restricted_matter_stays_shut_to_the_area(desk):
    ticket, at = desk.report("家里的事", kind="0303"), timezone.now()

    assert ticket.restricted
    assert explain.of_ticket(desk.user("leader"), ticket, at=at)[0].reason == Reason.RESTRICTED


def test_an_area_is_explained_too(desk):
    town, at = Area.objects.get(code=land.EAST_CREEK), timezone.now()
    expected = {
        "town": Reason.AREA, "district": Reason.AREA, "village": Reason.PART,
        "outsider": Reason.OUTSIDE, "roads": Reason.NO_AREA, "sysadmin": Reason.ROLE,
    }  # fmt: skip

    found = {name: explain.of_area(desk.user(name), town, at=at)[0].reason for name in expected}

    assert found == expected


def test_the_page_answers_without_a_word_of_the_ticket_and_is_on_record(desk):
    ticket = desk.report("王五家门口的秘密")
    answer = desk.client("secadmin").get("/why/", {"who": "roads", "what": ticket.number})

    assert "Sees this ticket." in answer.text
    assert "This unit handles the ticket." in answer.text
    assert "王五" not in answer.text
    assert "秘密" not in answer.text
    entry = AuditEntry.objects.get(action="sight_explained")
    assert (entry.subject, entry.data) == (
        f"user:{desk.user('roads').pk}", {"ticket": ticket.number},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "what", "said"),
    [
        ("nobody-here", "990101", "Nobody has this name"),
        ("roads", "T-0000", "There is no ticket with this number"),
        ("roads", "", "This field is required"),
        ("x" * 151, "990101", "at most 150"),
        ("roads", "99\0", "Null characters"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why_and_stays(desk, who, what, said):
    answer = desk.client("secadmin").get("/why/", {"who": who, "what": what})

    assert answer.status_code == 200
    assert said in answer.text
    assert who[:20] in answer.text
    assert not AuditEntry.objects.filter(action="sight_explained").exists()


def test_the_page_asks_the_database_as_much_for_one_as_for_many(desk, clock_stands):
    ticket, counts = desk.report(), []
    client, village = desk.client("secadmin"), Area.objects.get(code=land.WILLOW_BRIDGE)
    for more in (0, 10, 300):
        for number in range(more):
            user = User.objects.create_user(f"more-{more}-{number}")
            Post.objects.create(user=user, role=Role.LEADER, area=village)
        client.get("/why/", {"what": ticket.number})  # what is kept, and that somebody is there
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/why/", {"what": ticket.number})
        counts.append(len(asked))

    # The village's leaders share one sight, asked for once.
    assert counts[1] == counts[2]
    assert counts[2] <= counts[0] + 3
