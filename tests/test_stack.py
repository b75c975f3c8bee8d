"""The production stack without containers: the very commands of docker-compose.yml.

Each part is a process of its own with production settings, on a PostgreSQL and a Redis of this
test's own. A report goes in by the front door and comes out at every end: a screen, a notice, a
prepared photo.
"""

import io
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import requests
import websockets.sync.client
import yaml
from cryptography.fernet import Fernet
from PIL import Image

from tests import plumbing
from tests.plumbing import programs

ROOT = Path(__file__).parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
WITHIN = 60.0  # seconds, on a machine that runs other tests too
# What reaches us through the proxy.
SECURE = {"X-Forwarded-Proto": "https", "Accept-Language": "en"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Stack:
    """PostgreSQL, Redis, and the parts of docker-compose.yml."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.postgresql = programs.PostgreSQL(place)
        self.redis = programs.Redis(place)
        self.web, self.ws = programs.free_port(), programs.free_port()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PRODUCTION": "1",
            "DATA_DIR": str(place / "data"),
            "STATIC_ROOT": str(place / "static"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": f"{self.redis.url}/0",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "RECEIPT_KEYS": secrets.token_urlsafe(48),
            "SEAL_KEY": secrets.token_urlsafe(32),
            "FIELD_KEYS": Fernet.generate_key().decode(),
            "TRUSTED_PROXIES": "127.0.0.1",
        }
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, part: str) -> list[str]:
        """Return the part's command as docker-compose.yml has it, on ports of our own."""
        text = COMPOSE["services"][part]["command"]
        text = text.replace("0.0.0.0:8000", f"127.0.0.1:{self.web}")
        text = text.replace("--host 0.0.0.0 --port 8001", f"--host 127.0.0.1 --port {self.ws}")
        return shlex.split(text)

    def manage(self, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, part: str) -> None:
        with (self.place / f"{part}.log").open("ab") as log:
            self.parts[part] = subprocess.Popen(
                self.command(part), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def stop(self, part: str) -> int:
        """Stop the part as a container is stopped; return its exit code."""
        process = self.parts.pop(part)
        process.terminate()
        return process.wait(30)

    def said(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}" for path in self.place.glob("*.log")
        )

    def rows(self, query: str, *values: Any) -> list[tuple]:
        with (
            closing(psycopg2.connect(self.postgresql.url)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query, values)
            return cursor.fetchall()

    def get(self, path: str, **more: Any) -> requests.Response | None:
        try:
            return requests.get(
                f"http://127.0.0.1:{self.web}{path}", headers=SECURE, timeout=10, **more
            )
        except (requests.ConnectionError, requests.Timeout):
            return None

    def until(self, find: Callable[[], Any], what: str) -> Any:
        """Ask until the answer is true; return it."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            if found := find():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not within {WITHIN} seconds: {what}\n{self.said()}")

    def close(self) -> None:
        for process in self.parts.values():
            process.kill()
            process.wait()
        self.redis.stop()
        self.postgresql.stop()


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    # Not pytest's own directory: PostgreSQL runs as another user, who may not look into that.
    place = Path(tempfile.mkdtemp(prefix="stack-", dir=os.environ[plumbing.PLACE]))
    place.chmod(0o755)
    stack = Stack(place)
    try:
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        stack.manage(*stack.command("migrate")[2:])
        stack.manage("load_pack", "tests/packs/tiny")
        stack.manage(
            "createsuperuser", "--noinput", "--username", "watcher", "--email", "w@example.org",
            DJANGO_SUPERUSER_PASSWORD="a-long-password-1",
        )  # fmt: skip
        stack.manage("appoint", "watcher", "leader", "990101")
        for part in ("web", "ws", "worker", "beat", "relay"):
            stack.start(part)
        yield stack
    finally:
        stack.close()


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 120, 40)).save(file, "JPEG")
    return file.getvalue()


def ready(stack: Stack) -> dict | None:
    answer = stack.get("/readyz")
    found = answer.json() if answer is not None else {}
    return found if found.get("status") == "ok" else None


def dot_of(screen: websockets.sync.client.ClientConnection, number: str) -> dict | None:
    """Read the next frame; return the ticket's dot if it brings it."""
    try:
        frame = json.loads(screen.recv(timeout=1))
    except TimeoutError:
        return None
    dots = [frame["dot"] for frame in frame.get("frames", [frame]) if "dot" in frame]
    return next((dot for dot in dots if dot["number"] == number), None)


def test_a_report_passes_through_every_part(stack):
    stack.until(lambda: ready(stack), "/readyz says ok")
    base = f"http://127.0.0.1:{stack.web}"
    asked = requests.post(
        f"{base}/api/v1/token/",
        json={"username": "watcher", "password": "a-long-password-1"},
        headers=SECURE,
        timeout=10,
    )
    assert asked.status_code == 200, asked.text
    token = asked.json()["token"]

    with websockets.sync.client.connect(
        f"ws://127.0.0.1:{stack.ws}/ws/wall/", compression=None
    ) as screen:
        screen.send(json.dumps({"token": token}))
        assert "hello" in json.loads(screen.recv(timeout=10))
        sent = requests.post(
            f"{base}/api/v1/reports/",
            data={
                "key": str(uuid.uuid4()), "text": "柳桥边上的井盖不见了", "area": "990101001001001",
                "event_type": "0101", "contact_phone": "13812345678",
            },
            files=[("photos", ("cover.jpg", photo(), "image/jpeg"))],
            headers=SECURE,
            timeout=20,
        )  # fmt: skip
        assert sent.status_code == 201, sent.text
        report = sent.json()
        dot = stack.until(lambda: dot_of(screen, report["number"]), "its dot")
    # Nobody is on post in this district: the report waits in the district's own centre.
    assert (dot["stage"], dot["light"], dot["area"]) == ("new", "green", "990101001001001")

    stack.until(
        lambda: stack.rows("SELECT 1 FROM tickets_photo WHERE state = 'ready'"),
        "the worker prepares the photo",
    )
    stack.until(
        lambda: (
            not stack.rows("SELECT 1 FROM notices_notice WHERE state = 'waiting'")
            and stack.rows("SELECT 1 FROM notices_notice WHERE state = 'sent'")
        ),
        "the relay sends what is due",
    )
    followed = requests.get(
        f"{base}/api/v1/reports/{report['code']}/",
        headers=SECURE | {"X-Pin": report["pin"]},
        timeout=10,
    )
    assert followed.json()["state"] == "submitted"


def test_pages_are_sent_to_https_and_carry_every_header(stack):
    stack.until(lambda: stack.get("/healthz"), "the first answer")
    plain = requests.get(f"http://127.0.0.1:{stack.web}/", allow_redirects=False, timeout=10)
    page = stack.get("/")

    assert (plain.status_code, plain.headers["Location"]) == (
        301,
        f"https://127.0.0.1:{stack.web}/",
    )
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "frame-ancestors 'none'" in policy
    headers = {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert {name: page.headers.get(name) for name in headers} == headers
    assert "camera=(self)" in page.headers["Permissions-Policy"]


def test_without_redis_reports_still_come_in_and_nothing_is_lost(stack):
    stack.until(lambda: ready(stack), "/readyz says ok")
    stack.redis.stop()
    try:
        degraded = stack.get("/readyz")
        sent = requests.post(
            f"http://127.0.0.1:{stack.web}/api/v1/reports/",
            json={"key": str(uuid.uuid4()), "text": "路灯坏了", "area": "990101001001",
                  "event_type": "0104", "contact_phone": "13912345678"},
            headers=SECURE,
            timeout=20,
        )  # fmt: skip
        # The relay needs no Redis.
        stack.until(
            lambda: not stack.rows("SELECT 1 FROM notices_notice WHERE state = 'waiting'"),
            "the relay sends without Redis",
        )
    finally:
        stack.redis.start()

    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    assert sent.status_code == 201, sent.text
    stack.until(lambda: ready(stack), "everything is ready again")


def test_every_part_stops_when_told(stack):
    stack.until(lambda: ready(stack), "/readyz says ok")

    codes = {part: stack.stop(part) for part in list(stack.parts)}

    # uvicorn ends with the signal itself, after its clean shutdown.
    assert codes == {"web": 0, "ws": -signal.SIGTERM, "worker": 0, "beat": 0, "relay": 0}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", stack.web), timeout=5)


def test_the_compose_file_names_only_parts_that_exist():
    services = COMPOSE["services"]

    assert set(services) == {
        "proxy", "web", "ws", "worker", "beat", "relay", "migrate", "postgres", "redis",
    }  # fmt: skip
    waits_for = {
        needed for service in services.values() for needed in service.get("depends_on", {})
    }
    assert waits_for <= set(services)
    assert {name for name, service in services.items() if service.get("build")} == {
        "web", "ws", "worker", "beat", "relay", "migrate",
    }  # fmt: skip
