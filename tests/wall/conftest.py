"""Reports of today and sockets, for the tests of the wall."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from websockets.sync.client import ClientConnection, connect

from people.models import User
from tests.on_air import on_air
from tests.patience import PATIENCE, until
from tickets import lifecycle
from tickets.models import Ticket
from wall import api, hub, kept

__all__ = ["on_air"]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch) -> Iterator[None]:
    """Let no test see an earlier one's answers, nor its own shared, or old, on a busy machine."""
    for name in ("QUICK", "MOST_AGE"):
        monkeypatch.setattr(kept, name, 3600.0)
    monkeypatch.setattr(api, "_FIGURES_SHARED", 3600.0)
    kept.cache.clear()
    yield
    kept.cache.clear()


@pytest.fixture
def report(cast, spot):
    """Send a report of this moment; what is given replaces the usual."""

    def send(**given) -> Ticket:
        usual = {"key": uuid4(), "words": "李四家门口有垃圾", "at": timezone.now()}
        usual |= {"lat": spot.lat, "lng": spot.lng}
        return lifecycle.report(**usual | given)

    return send


@pytest.fixture
def through(report, cast, types):
    """Bring a report through to its answer, and rate it if stars are given."""

    def go(at: datetime, stars: int | None = None, solved: bool = True) -> Ticket:
        ticket = report(event_type=types.village, at=at)
        pk, by = ticket.pk, cast.village
        lifecycle.sign(ticket_id=pk, by=by, at=at)
        lifecycle.start(ticket_id=pk, by=by, at=at)
        lifecycle.resolve(ticket_id=pk, by=by, at=at, words="清理了", evidence="照片在现场")
        lifecycle.feed_back(ticket_id=pk, by=by, at=at, words="已清理")
        if stars:
            lifecycle.rate(ticket_id=pk, at=at, stars=stars, solved=solved)
        return ticket

    return go


@pytest.fixture
def knock(live) -> Iterator[Callable[..., ClientConnection]]:
    """Open a socket as a page of ours does, or as `origin`, `cookie`, `subprotocols` say."""
    opened = ExitStack()

    def open_socket(
        user: User | None = None, *, cookie: str = "", visitor_session: bool = False,
        area: str = "", visitor: str = "", **given: Any,
    ) -> ClientConnection:  # fmt: skip
        headers = {"Cookie": cookie} if cookie else {}
        if user:
            client = Client()
            client.force_login(user)
            if visitor_session:
                client.post("/wall/visitor/", {"on": "1"})
            name = settings.SESSION_COOKIE_NAME
            headers["Cookie"] = f"{name}={client.cookies[name].value}"
        asked = {name: value for name, value in (("area", area), ("visitor", visitor)) if value}
        query = f"?{urlencode(asked)}" if asked else ""
        socket = connect(
            f"{live.ws_url}/ws/wall/{query}", additional_headers=headers, compression=None,
            max_size=None, open_timeout=PATIENCE, ping_interval=None,
            **{"origin": live.url} | given,
        )  # fmt: skip
        return opened.enter_context(socket)

    with opened:
        yield open_socket
    # The next test finds an empty house, whose work has ended.
    until(nobody_is_there)


def nobody_is_there() -> bool:
    """Whether the servers of this process have let go of every socket."""
    return not any(house.waiting or house._used_by for house in list(hub._hubs.values()))
