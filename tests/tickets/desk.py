"""Those who work at the desks of the tiny district, and reports for them to work on."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from grids.models import Area, Unit
from people.models import Post, User
from people.roles import Role
from tests import land
from tickets import lifecycle
from tickets.models import EventType, Ticket

# Post of everybody: a role, and the code of a unit or (digits only) of an area.
CAST = {
    "district": (Role.DUTY_OFFICER, "DC"),
    "supervisor": (Role.SHIFT_SUPERVISOR, "DC"),
    "town": (Role.DUTY_OFFICER, f"TC-{land.EAST_CREEK}"),
    "village": (Role.DUTY_OFFICER, f"VC-{land.WILLOW_BRIDGE}"),
    "worker": (Role.GRID_WORKER, land.WILLOW_GRIDS[0]),
    "leader": (Role.LEADER, land.DISTRICT),
    "roads": (Role.HANDLER, "ROADS"),
    "roads_head": (Role.UNIT_HEAD, "ROADS"),
    "fire": (Role.HANDLER, "FIRE"),
    "outsider": (Role.DUTY_OFFICER, f"TC-{land.WEST_HILL}"),
    "sysadmin": (Role.SYSTEM_ADMIN, land.DISTRICT),
}


# Longer than any id of a database.
HUGE = 10**30


class Desk:
    """The district at work: .user(name), .client(name), .report(…)."""

    def __init__(self) -> None:
        land.load_tiny()
        for name, (role, where) in CAST.items():
            user = User.objects.create_user(
                name, password="a-long-password-1", full_name=name.capitalize(), language="en",
                is_staff=name == "sysadmin",
            )  # fmt: skip
            place = (
                {"area": Area.objects.get(code=where)}
                if where.isdigit()
                else {"unit": Unit.objects.get(code=where)}
            )
            Post.objects.create(user=user, role=role, **place)

    def user(self, name: str) -> User:
        # Anew each time: the posts are kept on the object for one request.
        return User.objects.get(username=name)

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.user(name))
        return client

    def report(
        self, words: str = "路灯不亮，请修一修", *, kind: str = "0104", at: datetime | None = None,
        grid: str = land.WILLOW_GRIDS[0], **more,
    ) -> Ticket:  # fmt: skip
        """Somebody reports; `kind` "" leaves the type open."""
        return lifecycle.report(
            key=uuid4(), words=words, at=at or timezone.now(),
            event_type=EventType.objects.get(code=kind) if kind else None,
            **({"area_code": grid} if "lat" not in more else {}), **more,
        )  # fmt: skip

    def unclear(self, words: str = "这里有点不对劲", **more) -> Ticket:
        """A report whose type nobody knows: it waits in the village's centre to be accepted."""
        return self.report(words, kind="", **more)

    def given_to_roads(self, **more) -> Ticket:
        return self.report(**more)

    def signed(self, **more) -> Ticket:
        ticket = self.given_to_roads(**more)
        return lifecycle.sign(ticket_id=ticket.pk, by=self.user("roads"), at=timezone.now())

    def in_work(self, **more) -> Ticket:
        ticket = self.signed(**more)
        return lifecycle.start(ticket_id=ticket.pk, by=self.user("roads"), at=timezone.now())

    def resolved(self, **more) -> Ticket:
        ticket = self.in_work(**more)
        return lifecycle.resolve(
            ticket_id=ticket.pk, by=self.user("roads"), at=timezone.now(),
            words="灯已换好", evidence="居民王某在场",
        )  # fmt: skip

    def answered(self, **more) -> Ticket:
        ticket = self.resolved(**more)
        return lifecycle.feed_back(
            ticket_id=ticket.pk, by=self.user("district"), at=timezone.now(), words="灯亮了"
        )


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def text(answer) -> str:
    """What a page says, without its tags."""
    page = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
