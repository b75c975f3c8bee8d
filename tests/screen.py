"""A wall in a real browser: how tests open one, and what they read from it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from people.models import User
from tickets import lifecycle
from tickets.models import Ticket
from wall import kept, snapshot
from wall.scope import scope_of

# Milliseconds a browser has for what takes no time on a machine with nothing else to do.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

SIZES = [(1366, 768), (1920, 1080), (3840, 1080), (5760, 2160), (412, 915)]
# What a test cuts or forbids, the browser itself complains about.
EXPECTED = ("WebSocket", "401 (Unauthorized)", "503 (Service Unavailable)", "net::ERR_FAILED")


@pytest.fixture
def district(live, cast, types, monkeypatch):
    # What took long is shared for a while: on a busy machine also an earlier test's figures.
    monkeypatch.setattr(kept, "QUICK", 3600.0)
    kept.cache.clear()
    return live


@pytest.fixture
def report(cast, spot) -> Callable[..., Ticket]:
    def send(**given) -> Ticket:
        usual = {"key": uuid4(), "words": "张三门口有垃圾", "at": timezone.now()}
        usual |= {"lat": spot.lat, "lng": spot.lng}
        return lifecycle.report(**usual | given)

    return send


@pytest.fixture
def watch(district, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a wall for somebody; whatever the console complains about fails the test."""
    contexts, complaints = [], []

    def open_wall(user: User, *, size=(1920, 1080), before=None, path="/wall/", **given) -> Page:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN",
            timezone_id="Europe/London", **given,
        )  # fmt: skip
        contexts.append(context)
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": district.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        if before:
            before(page)
        page.goto(f"{district.url}{path}")
        return page

    yield open_wall
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(e in text for e in EXPECTED)] == []


def until(page: Page, true: str, *, within: int = PATIENCE) -> None:
    """Wait for it. The strict policy may forbid Playwright's own way, which is eval."""
    end = monotonic() + within / 1000
    while not page.evaluate(true):
        assert monotonic() < end, f"still not: {true}"
        page.wait_for_timeout(50)


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    expect(page.locator("[data-figure=received] b")).not_to_have_text("–")


def dots(page: Page) -> dict[int, tuple[str, str]]:
    found = page.evaluate(
        "() => [...document.getElementById('map').wall.store.dots.values()]"
        ".map(d => [d.id, d.stage, d.light])"
    )
    return {pk: (stage, light) for pk, stage, light in found}


def count(page: Page, number: int) -> None:
    expect(page.locator("#map")).to_have_attribute("data-count", str(number))


def is_shown(page: Page, true: dict[int, tuple[str, str]]) -> None:
    """Wait until the wall knows these dots and no others: several frames may bring them."""
    end = monotonic() + PATIENCE / 1000
    while (shown := dots(page)) != true:
        assert monotonic() < end, f"{shown} and not {true}"
        page.wait_for_timeout(50)


def can_be_steered(page: Page, dots: int) -> None:
    """Wait until land and dots are drawn: before that neither keys nor clicks meet one."""
    count(page, dots)
    until(page, f"() => document.getElementById('map').wall.map.placed.length === {dots}")


def to_scene(page: Page, name: str) -> None:
    """Go to this scene, and wait until all that it shows is there and at rest."""
    page.locator(f"button[data-scene={name}]").click()
    expect(page.locator("body")).to_have_attribute("data-scene", name)
    if name == "film":
        expect(page.locator("body")).to_have_attribute("data-film", "shown")
    expect(page.locator("#feed li").first).to_be_attached()
    expect(page.locator("#towns b").first).not_to_have_text("–")
    is_painted(page)


def is_painted(page: Page) -> None:
    """Wait until lists and map are painted as they are now, and nothing else moves any more."""
    until(
        page,
        """() => {
            const { map, inset, feed, towns, player } = document.getElementById('map').wall;
            const moves = document.getAnimations().some((one) => one.playState === 'running');
            const drawn = player.playing || (!map.due && !inset.due);
            return drawn && !feed.due && !towns.due && !moves;
        }""",
    )


def has_asked(page: Page) -> None:
    """Wait until no question is under way whose answer could still come."""
    until(page, "() => !document.getElementById('map').wall.link.asking")


def stop_the_clock(page: Page) -> None:
    """From now on the page's time passes only when it is told to: however long a step takes."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def true_dots(user: User, at: datetime) -> dict[int, tuple[str, str]]:
    """Return what this person's door sees in the database: as dots() returns the screen's."""
    found = snapshot.take(scope_of(user), at=at).dots
    return {dot["id"]: (dot["stage"], dot["light"]) for dot in found}


class Cable:
    """The wall's way to the server, which a test can pull out and put back."""

    def __init__(self) -> None:
        self.out = False
        self.sockets: list[WebSocketRoute] = []

    def connect(self, page: Page) -> None:
        page.route("**/api/v1/wall/**", self._ask)
        page.route_web_socket("**/ws/wall/**", self._open)

    def pull(self) -> None:
        self.out = True
        for socket in self.sockets:
            socket.close(code=1011)

    def _ask(self, route: Route) -> None:
        if self.out:
            route.abort()
        else:
            route.continue_()

    def _open(self, socket: WebSocketRoute) -> None:
        if self.out:
            socket.close(code=1011)
        else:
            self.sockets.append(socket)
            socket.connect_to_server()
