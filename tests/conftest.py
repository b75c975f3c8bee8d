"""Plumbing for all tests: database, network guard, live server, browser, worker, cast."""

import asyncio
import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
import uvicorn
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone, translation
from psycopg2.errors import DeadlockDetected
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import chances, lanes
from tests.cast import cast, spot, types, units  # noqa: F401  the people and their places
from tests.land import tiny  # noqa: F401  the fixture of the tiny district
from tests.patience import PATIENCE
from tests.production import production_stack, stack  # noqa: F401  the whole of it

# The same examples each time, however long this machine takes for one.
hypothesis.settings.register_profile(
    "alike",
    derandomize=True,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("alike")
LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "", None}


def pytest_configure(config: pytest.Config) -> None:
    # Slow on purpose elsewhere; here a cast of fourteen is made for many a test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lanes.leave_out(config, items)
    chances.give_second(items)


# --- No test reaches beyond this machine ---------------------------------------------------------


class NetworkForbidden(AssertionError):
    """A test tried to reach another machine."""


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise NetworkForbidden(f"a test tried to connect to {address}")
        return connect(self, address)

    def guarded_lookup(host, *rest, **named):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in LOOPBACK:
            raise NetworkForbidden(f"a test tried to look up {host}")
        return lookup(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        yield


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the addresses that this process tries to reach from now on, as it tries them."""
    addresses: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address) -> None:
        addresses.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return addresses


@pytest.fixture(autouse=True)
def _no_language_left_behind() -> None:
    """A page that an earlier test asked for in English leaves the thread in English."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """What an earlier test left in the cache may lapse between two counts of queries."""
    cache.clear()


# --- Time ----------------------------------------------------------------------------------------

LATE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _what_is_today_stays_today() -> None:
    """Whoever says "today" twice means one day: no test begins in a day's last seconds."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if midnight - now < LATE:
        time.sleep((midnight - now).total_seconds() + 0.1)


@pytest.fixture
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The platform's clock stands: however slow this machine is, nothing ends, refills or lapses.

    Two pages then ask the database the same, too: a session notes once a minute that it is used.
    """
    at = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: at)
    monkeypatch.setattr("tickets.naming._KEPT_FOR", 24 * 3600)
    return at


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Every client of a test sets up the middleware anew: the files' list is the same each time."""
    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def find_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


# --- The database --------------------------------------------------------------------------------


@contextlib.contextmanager
def append_only_lifted() -> Iterator[None]:
    """Let rows be removed that the database otherwise keeps for ever: history, audit, seals."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Triggers do not fire for a replica's session.
            cursor.execute("SET session_replication_role = replica")
            try:
                yield
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql)


def _in_spite_of_late_requests(empty: Callable[[], None]) -> None:
    """A page that a test leaves may ask its last question meanwhile: then both lock in turns.

    The database ends one of the two. If that is us, the other is done in a moment.
    """
    for _ in range(9):
        try:
            return empty()
        except OperationalError as fault:
            if not isinstance(fault.__cause__, DeadlockDetected):
                raise
    return empty()


@pytest.fixture(scope="session", autouse=True)
def _flush_lifts_append_only() -> Iterator[None]:
    """A test with real transactions empties all tables when it ends, history too."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def lifted(self, sql_list):
        with append_only_lifted():
            return _in_spite_of_late_requests(lambda: flush(self, sql_list))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", lifted)
        yield


# --- A live server: pages and sockets ------------------------------------------------------------


class LiveServer:
    """The platform's own ASGI application on a free port, in a thread of the test's process."""

    def __init__(self) -> None:
        from tonglianggov.asgi import application

        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        self.server = uvicorn.Server(
            uvicorn.Config(
                application,
                lifespan="off",
                log_config=None,
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                # A client that is not let come to it on a busy machine has not gone.
                ws_ping_interval=None,
                timeout_graceful_shutdown=1,
            )
        )
        self.up = threading.Event()
        self.thread = threading.Thread(target=self._run, name="live-server", daemon=True)

    def _run(self) -> None:
        from tonglianggov.layers import bind_server_loop

        async def serve() -> None:
            bind_server_loop(asyncio.get_running_loop())
            serving = asyncio.create_task(self.server.serve(sockets=[self.socket]))
            while not self.server.started and not serving.done():
                await asyncio.sleep(0.005)
            self.up.set()
            await serving

        asyncio.run(serve())
        bind_server_loop(None)

    def start(self) -> None:
        self.thread.start()
        assert self.up.wait(PATIENCE), "the live server did not start"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()


@pytest.fixture(scope="session")
def _live_server(django_db_setup, django_db_blocker) -> Iterator[LiveServer]:
    with django_db_blocker.unblock():
        server = LiveServer()
        server.start()
        yield server
        server.stop()


@pytest.fixture
def live(_live_server: LiveServer, transactional_db) -> LiveServer:
    """The running platform: .url and .ws_url. Rows are real and gone after the test."""
    return _live_server


@pytest.fixture
def celery_embedded(live: LiveServer) -> Iterator[None]:
    """A real Celery worker in threads of this process; the timetable is not running."""
    from tonglianggov.celery import app
    from tonglianggov.embedded import celery_threads

    with celery_threads(app, beat=False):
        yield


# --- Chromium ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    # The same engine without a window's furniture opens a page with a third of the work.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    chromium = next(filter(None, map(shutil.which, names)), None)
    assert chromium, "Chromium is not installed. Debian: apt-get install chromium-headless-shell"
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--force-color-profile=srgb",
            # Whatever a page asks for beyond this machine does not exist.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {
        **browser_context_args,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }
