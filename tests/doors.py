"""What test_doors.py needs: the addresses, the people who try them, and the things behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from grids.models import Area, Unit
from notices.models import Notice
from people import devices, tokens
from people.models import ApiToken, Post, User
from people.roles import Role
from tests import land
from tests.canaries import PLANTED
from tests.cast import GRID, find_units, make_cast
from tickets import lifecycle
from tickets.models import EventType, Photo, Phrase, SavedView, Ticket
from tickets.receipts import pin_of
from tickets.requests_table import RequestKind

# Nobody is signed in there; a device is the wall of the worker's town.
OUTSIDE = frozenset({"anonymous", "resident", "device"})
ADMINISTRATORS = frozenset({"sysadmin", "secadmin", "auditor"})
CENTRES = frozenset({"district", "town", "village", "supervisor", "outsider"})
STAFF = CENTRES | ADMINISTRATORS | {"worker", "leader", "department", "department_head"}
EVERYBODY = STAFF | OUTSIDE
NOBODY: frozenset[str] = frozenset()

# Who sees the department's ticket in the worker's grid, and the village's in the other town.
SEES = {
    "own": STAFF - ADMINISTRATORS - {"outsider"},
    "foreign": frozenset({"district", "supervisor", "leader", "outsider"}),
}


@dataclass(frozen=True)
class Door:
    """One address and one method: who gets through. One line a door in test_doors.py.

    to: who gets through; for an address with things behind it {"own": who, "foreign": who}, and
        "missing" where a thing that does not exist is met in the same way.
        Whoever is not among them gets 404 for a thing, 403 for a page; outsiders must sign in.
    only: whom the role allows among those who see the thing; the others get 403. As a dict where
        it differs for the two things.
    barred: who gets 403 whatever is behind.
    without: what those get who do not get through, where it is none of these.
    args: what stands in the address; a name of World.things is replaced by that thing's.
    data: the form that is sent. path: for an address that has no name.
    """

    name: str
    method: str
    to: Any
    only: Any = EVERYBODY
    barred: frozenset[str] = NOBODY
    without: str = ""
    args: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    path: str = ""

    def whiches(self, things: dict[str, dict]) -> list[str]:
        kinds = [value for value in self.args.values() if value in things]
        return ["own", "foreign", "missing"] if kinds else ["own"]

    def expected(self, actor: str, which: str) -> str:
        """Return what this actor must meet: through, signin, 403, 404 (or `without`)."""
        whose = self.to if isinstance(self.to, dict) else {"own": self.to, "foreign": self.to}
        only = self.only if isinstance(self.only, dict) else dict.fromkeys(whose, self.only)
        if actor in whose.get(which, NOBODY) & only.get(which, NOBODY):
            return "through"
        if self.without or actor in self.barred:
            return self.without or "403"
        if actor in OUTSIDE and actor not in whose["own"]:
            return "signin"
        if actor in whose.get(which, NOBODY):
            return "403"
        return "404" if isinstance(self.to, dict) or which == "missing" else "403"


def met(answer: HttpResponseBase) -> str:
    """Return in one word what somebody met at a door."""
    asked = answer.headers.get("Location", "").startswith(("/signin/?", "/admin/login/?"))
    if answer.status_code == 401 or asked:
        return "signin"
    # 400, 409, 422: the words were read and refused, so the door was passed.
    passed = answer.status_code in {200, 201, 204, 302, 400, 409, 422}
    return "through" if passed else str(answer.status_code)


def addresses() -> Iterator[tuple[str, str]]:
    """Give (name, route) of every address; the route stands for the name where there is none."""

    def walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                yield (f"{space}{pattern.name}" if pattern.name else route), route
            else:
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from walk(pattern, route, space + inner)

    return walk(get_resolver(), "", "")


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block writes; inside it a durable transaction may begin, as in a view."""
    block = transaction.atomic()
    block._from_testcase = True  # as Django's own TestCase marks its transactions
    with block:
        yield
        transaction.set_rollback(True)


class World:
    """The tiny district with everybody in it, two tickets, and what hangs on them.

    One ticket lies in the worker's grid and is the department's; the other lies in a village of
    the other town, and is that village's own.
    """

    def __init__(self) -> None:
        land.load_tiny()
        at = timezone.now() - timedelta(hours=1)
        self.users: dict[str, User] = vars(make_cast(find_units())).copy()
        mill = Unit.objects.get(tier="village", area__code=land.MILL)
        self.users["mill"] = User.objects.create_user("mill")
        Post.objects.create(user=self.users["mill"], role=Role.DUTY_OFFICER, unit=mill)
        own = self._report("own", "路灯坏了好几盏", "0104", GRID, at)
        foreign = self._report("foreign", "路边乱堆垃圾", "0102", land.MILL, at)
        # Behind no door but its keepers', and nobody knocks there: it shall be seen nowhere else.
        self._report("secret", "孩子无人照看", "0303", GRID, at)
        lifecycle.comment(
            ticket_id=own.pk, by=self.users["department"], at=at,
            words=PLANTED["words among the staff"][0],
        )  # fmt: skip
        assert (own.handler, foreign.handler) == (find_units().department, mill)
        self.own = own
        self.things = {
            "number": {"own": own.number, "foreign": foreign.number, "missing": "CK-20990101-9999"},
            "code": {"own": own.code, "foreign": foreign.code, "missing": "ZZZZZZZZZZ"},
            "ticket": {"own": own.pk, "foreign": foreign.pk, "missing": 999_999},
            "photo": {
                "own": self._photo(own),
                "foreign": self._photo(foreign),
                "missing": uuid4(),
            },
            "request": {
                "own": self._request(own, "department"),
                "foreign": self._request(foreign, "mill"),
                "missing": 999_999,
            },
            "notice": {
                "own": self._notice("district"),
                "foreign": self._notice("outsider"),
                "missing": 999_999,
            },
            "view": {
                "own": self._view("district"),
                "foreign": self._view("outsider"),
                "missing": 999_999,
            },
            "phrase": {
                "own": Phrase.objects.get(unit__code="ROADS").pk,
                "foreign": Phrase.objects.filter(unit__code="DC")[0].pk,
                "missing": 999_999,
            },
            "token": {
                "own": self._token("district"),
                "foreign": self._token("outsider"),
                "missing": 999_999,
            },
            "device": {
                "own": self._device(land.EAST_CREEK)[0],
                "foreign": self._device(land.WEST_HILL)[0],
                "missing": 999_999,
            },
            "wall_link": {
                "own": self._device(land.EAST_CREEK)[1],
                "foreign": self._used_link(),
                "missing": "x" * 43,
            },
        }
        self.keys = {actor: self._keys(actor) for actor in EVERYBODY}

    def _report(self, which: str, words: str, kind: str, area: str, at: datetime) -> Ticket:
        """Report with what is known again: tests/canaries.py."""
        name, phone = PLANTED[f"contact of {which}"]
        return lifecycle.report(
            key=uuid4(), words=f"{words} {PLANTED[f'words of {which}'][0]}", at=at, area_code=area,
            event_type=EventType.objects.get(code=kind), contact_name=name, contact_phone=phone,
        )  # fmt: skip

    def _photo(self, ticket) -> UUID:
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        (Path(settings.MEDIA_ROOT) / "door.jpg").write_bytes(b"picture")
        return Photo.objects.create(
            ticket=ticket, purpose="report", state="ready", file="door.jpg", added_at=timezone.now()
        ).pk

    def _request(self, ticket, asker: str) -> int:
        return lifecycle.ask(
            ticket_id=ticket.pk, kind=RequestKind.RETURN, by=self.users[asker], at=timezone.now(),
            reason="not_ours", words="不属于我单位职责",
        ).pk  # fmt: skip

    def _notice(self, name: str) -> int:
        return Notice.objects.create(
            happening=f"door:{name}", reader=f"user:{self.users[name].pk}", user=self.users[name],
            channel="inbox", template="report_received", posted_at=timezone.now(),
            due_at=timezone.now(), state="sent",
        ).pk  # fmt: skip

    def _view(self, name: str) -> int:
        return SavedView.objects.create(
            name="我的", owner=self.users[name], made_at=timezone.now()
        ).pk

    def _token(self, name: str) -> int:
        tokens.issue(user=self.users[name], at=timezone.now())
        return ApiToken.objects.get(user=self.users[name]).pk

    def _device(self, area: str) -> tuple[int, str]:
        device, link = devices.make(
            name="hall", area_id=Area.objects.get(code=area).pk, area_code=area, visitor=False,
            by=self.users["sysadmin"], at=timezone.now(),
        )  # fmt: skip
        return device.pk, link

    def _used_link(self) -> str:
        _pk, link = self._device(land.EAST_CREEK)
        self.device_cookie = devices.open_link(secret=link, at=timezone.now())
        return link

    def _keys(self, actor: str) -> tuple[SimpleCookie, dict[str, str]]:
        """Return the cookies and headers that show who this is."""
        client = Client()
        if actor in self.users:
            client.force_login(self.users[actor])
            secret = tokens.issue(user=self.users[actor], at=timezone.now())
            return client.cookies, {"Authorization": f"Token {secret}"}
        if actor == "resident":
            session = client.session
            session["receipts"] = [self.own.pk]
            session.save()
            return client.cookies, {"X-Pin": pin_of(self.own.key)}
        if actor == "device":
            client.cookies[settings.WALL_DEVICE_COOKIE] = self.device_cookie
        return client.cookies, {}

    def knock(self, actor: str, door: Door, which: str) -> str:
        """Let the actor try the door; return what they meet. Nothing stays changed."""
        return met(self.visit(actor, door, which))

    def visit(self, actor: str, door: Door, which: str) -> HttpResponseBase:
        """Let the actor try the door, over TLS; return the answer. Nothing stays changed.

        What came is kept as the answer's `read`, also where it was streamed.
        """
        args = {
            name: self.things.get(value, {}).get(which, value) for name, value in door.args.items()
        }
        cookies, headers = self.keys[actor]
        client = Client(raise_request_exception=False, headers=headers)
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        path = door.path or reverse(door.name, kwargs=args)
        with undone():
            answer: Any = client.generic(
                door.method, path, urlencode(door.data), "application/x-www-form-urlencoded",
                secure=True,
            )  # fmt: skip
            # Read to its end, the file is closed.
            answer.read = b"".join(answer) if answer.streaming else answer.content
        return answer
