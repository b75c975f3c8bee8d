"""The whole production stack for tests: one for each test process, on servers of its own.

Whatever a test stops, or leaves stopped, is started again for the next one.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import requests
from django.conf import settings

from deploy.native import parts
from tests import plumbing
from tests.front_door import SECURE
from tests.patience import PATIENCE

WITHIN = 120.0  # seconds, on a machine that runs other tests too

# It brings its own PostgreSQL and Redis: once is enough, in the lane that has them too.
once = pytest.mark.skipif(
    not settings.REDIS_URL, reason="the stack has servers of its own: tried in the servers' lane"
)

# Sets up the watcher's second factor, as production wants it, and prints a backup code.
ENROL = """
import base64
from django.utils import timezone
from django_otp.oath import totp
from people import second_factor
from people.models import User
user = User.objects.get(username="watcher")
key = base64.b32decode(second_factor.begun(user, anew=True).secret)
code = str(totp(key)).zfill(6)
print(second_factor.confirm(user=user, at=timezone.now(), code=code)[0])
"""


class Stack(parts.Stack):
    """The stack of `make stack`, and what a test asks of it."""

    _token = ""

    def prepare(self) -> None:
        """Migrate, load the tiny district, and appoint the watcher, who sees all of it."""
        self.migrate()
        self.manage("load_pack", "tests/packs/tiny")
        self.manage(
            "createsuperuser", "--noinput", "--username", "watcher", "--email", "w@example.org",
            DJANGO_SUPERUSER_PASSWORD="a-long-password-1",
        )  # fmt: skip
        self.manage("appoint", "watcher", "leader", "990101")

    def complete(self) -> None:
        """Start whatever does not run."""
        for part in parts.PARTS:
            if part not in self.parts:
                self.start(part, port=self.web if part == "web" else 0)
        if "proxy" not in self.parts:
            self.start_splitter()

    def token(self) -> str:
        """Return the watcher's API token, got by the front door with a second factor."""
        if not self._token:
            code = self.manage("shell", "-v", "0", "-c", ENROL).split()[-1]
            answer = requests.post(
                f"http://127.0.0.1:{self.port}/api/v1/token/",
                json={"username": "watcher", "password": "a-long-password-1", "code": code},
                headers=SECURE,
                timeout=PATIENCE,
            )
            assert answer.status_code == 200, answer.text
            self._token = answer.json()["token"]
        return self._token

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """Run the statement in a transaction of its own; return the rows."""
        with (
            closing(psycopg2.connect(self.postgresql.url)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query, values)
            found = cursor.fetchall()
            connection.commit()
            return found

    def get(self, path: str, *, language: str = "en", **more: Any) -> requests.Response | None:
        """Ask a web worker itself; None if it does not answer."""
        try:
            return requests.get(
                f"http://127.0.0.1:{self.web}{path}",
                headers=SECURE | {"Accept-Language": language}, timeout=PATIENCE, **more,
            )  # fmt: skip
        except (requests.ConnectionError, requests.Timeout):
            return None

    def readiness(self) -> dict[str, Any]:
        """Return what /readyz says; {} if nobody does."""
        answer = self.get("/readyz")
        return answer.json() if answer is not None else {}

    def until(self, find: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
        """Ask until the answer is true; return it. What ended by itself is started again."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            if found := find():
                return found
            self.revive()
            time.sleep(0.2)
        raise AssertionError(f"not within {within} seconds: {what}\n{self.said()}")

    def until_ready(self) -> None:
        """Wait until it says so, its doors are open, and each part can be told to stop."""
        self.until(lambda: self.readiness().get("status") == "ok", "/readyz says ok")
        for part, port in (("ws", self.ws), ("proxy", self.port)):
            self.until(lambda port=port: answers(port), f"{part} answers")
        self.until(lambda: all(map(heeds, self.parts.values())), "all heed a signal")


def answers(port: int) -> bool:
    """Whether somebody says at this port that they are well."""
    try:
        address = f"http://127.0.0.1:{port}/healthz"
        return requests.get(address, headers=SECURE, timeout=PATIENCE).status_code == 200
    except requests.RequestException:
        return False


def heeds(process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has come so far that SIGTERM lets it end in order."""
    if process.poll() is not None:
        return False
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.fixture(scope="session")
def production_stack() -> Iterator[Stack]:
    # Not pytest's own directory: PostgreSQL runs as another user, who may not look into that.
    place = Path(tempfile.mkdtemp(prefix="stack-", dir=os.environ[plumbing.PLACE]))
    place.chmod(0o755)
    stack = Stack(place, settings=parts.production(place))
    try:
        stack.prepare()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def stack(production_stack: Stack) -> Stack:
    """The stack with every part running and ready."""
    production_stack.complete()
    production_stack.until_ready()
    return production_stack
