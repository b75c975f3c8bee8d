"""The production stack without containers: the very commands of docker-compose.yml.

Each part is a process of its own with production settings, on a PostgreSQL and a Redis of this
test's own. A report goes in by the front door and comes out at every end: a screen, a notice, a
prepared photo.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import websockets.sync.client
import yaml

from deploy.native import drill, servers
from deploy.native.parts import COMPOSE, ROOT
from tests import plumbing
from tests.front_door import SECURE, insisting, report, report_with_photo
from tests.patience import PATIENCE, until
from tests.production import Stack, answers, once

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), once]


@contextmanager
def opened(stack: Stack) -> Iterator[websockets.sync.client.ClientConnection]:
    """A wall that the watcher opens by the front door."""
    # First: whoever has opened a socket has five seconds to say who they are.
    token = stack.token()
    address = f"ws://127.0.0.1:{stack.port}/ws/wall/"
    with websockets.sync.client.connect(
        address, compression=None, open_timeout=PATIENCE, ping_interval=None
    ) as screen:
        screen.send(json.dumps({"token": token}))
        assert "hello" in json.loads(screen.recv(timeout=PATIENCE))
        yield screen


def dot_of(screen: websockets.sync.client.ClientConnection, number: str) -> dict | None:
    """Read the next frame; return the ticket's dot if it brings it."""
    try:
        frame = json.loads(screen.recv(timeout=1))
    except TimeoutError:
        return None
    dots = [frame["dot"] for frame in frame.get("frames", [frame]) if "dot" in frame]
    return next((dot for dot in dots if dot["number"] == number), None)


def test_a_report_passes_through_every_part(stack):
    # By the front door: the splitter hands sockets and pages to their parts.
    base = f"http://127.0.0.1:{stack.port}"
    with opened(stack) as screen:
        sent = report_with_photo(stack)
        assert sent.status_code == 201, sent.text
        taken = sent.json()
        dot = stack.until(lambda: dot_of(screen, taken["number"]), "its dot")
        # Whoever watches the platform hears of it, inside the house alone.
        stack.until(
            lambda: "platform_hub_sockets 1.0" in metrics(stack.ws), "the one socket is counted"
        )
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
        f"{base}/api/v1/reports/{taken['code']}/",
        headers=SECURE | {"X-Pin": taken["pin"]},
        timeout=PATIENCE,
    )
    assert followed.json()["state"] == "submitted"
    counted = 'platform_requests_total{method="POST",status="201",view="api:report"}'
    assert counted in stack.get("/metrics").text
    assert requests.get(f"{base}/metrics", headers=SECURE, timeout=PATIENCE).status_code == 404


def metrics(port: int) -> str:
    """Return the numbers of the part itself; it leaves its sockets out while it is too busy."""
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).text


def test_every_part_logs_in_json_and_nothing_personal(stack):
    sent = report_with_photo(stack, request_id="asked-by-a-test")
    assert sent.status_code == 201, sent.text
    told = {part: (stack.place / f"{part}.log").read_text() for part in ("web", "worker", "relay")}

    for text in told.values():
        assert "13812345678" not in text
        assert "柳桥" not in text
    lines = [line for line in told["web"].splitlines() if line]
    answers = [json.loads(line) for line in lines if "tonglianggov.requests" in line]
    assert [line for line in lines if not line.startswith("{")] == []
    # A proxy of ours makes no ids: what a client calls its request stays outside.
    (mine,) = (line for line in answers if line["request"] == sent.headers["X-Request-ID"])
    assert (mine["view"], mine["status"], mine["request"] == "asked-by-a-test") == (
        "api:report", 201, False,
    )  # fmt: skip


def test_a_copy_is_worth_something(stack):
    """The restore drill on this very installation, and on one whose photo is lost."""
    data = stack.place / "data"
    for _ in range(3):
        report(stack, str(uuid.uuid4()))
    report_with_photo(stack)
    stack.until(
        lambda: not stack.rows("SELECT 1 FROM tickets_photo WHERE state <> 'ready'"),
        "the worker prepares the photos",
    )
    photos = len(stack.rows("SELECT 1 FROM tickets_photo"))
    place = Path(tempfile.mkdtemp(prefix="drill-", dir=os.environ[plumbing.PLACE]))
    place.chmod(0o755)

    found = drill.run(
        source=stack.postgresql.url, media=data / "media", environment=stack.environment,
        place=place,
    )  # fmt: skip

    assert found.faults == []
    assert f"{photos} files of {photos} photos are there and equal" in found.lines
    assert any("contacts can be read" in line for line in found.lines)
    lost = drill.Found()
    with drill.frozen(stack.postgresql.url) as (connection, _snapshot):
        drill.compare_files(connection, data / "media", place / "nothing", lost)
    assert len(lost.faults) == photos
    assert "no file" in lost.faults[0]


def test_pages_are_sent_to_https_and_carry_every_header(stack):
    stack.until(lambda: stack.get("/healthz"), "the first answer")
    plain = requests.get(f"http://127.0.0.1:{stack.web}/", allow_redirects=False, timeout=PATIENCE)
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


def test_a_new_version_takes_over_without_losing_a_request(stack):
    """As docs/operations.md says: the new web beside the old one, then the old one stops."""
    second = servers.free_port()
    stack.stop("proxy")
    stack.start("web", name="web2", port=second)
    stack.until(lambda: answers(second), "the second web")
    stack.start_splitter(stack.web, second)
    stack.until(lambda: answers(stack.port), "the splitter")
    sent: dict[str, int] = {}

    def send_ten() -> None:
        for _ in range(10):
            key = str(uuid.uuid4())
            sent[key] = insisting(stack, key).status_code

    senders = [threading.Thread(target=send_ten) for _ in range(4)]
    for sender in senders:
        sender.start()
    stack.until(lambda: len(sent) >= 8, "reports on their way")
    code = stack.stop("web")
    for sender in senders:
        sender.join()
    stack.web = second
    stack.parts["web"] = stack.parts.pop("web2")

    assert code == 0
    assert len(sent) == 40
    assert set(sent.values()) == {201}
    # Each once, also those that were sent twice.
    kept = stack.rows("SELECT count(*) FROM tickets_ticket WHERE key = ANY(%s::uuid[])", list(sent))
    assert kept == [(40,)]


def test_a_request_under_way_is_finished_before_the_stop(stack):
    key = str(uuid.uuid4())
    body = json.dumps({"key": key, "text": "井盖响", "area": "990101001001", "event_type": "0104"})
    head = (
        "POST /api/v1/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", stack.web), timeout=PATIENCE) as slow:
        slow.sendall(head.encode() + body.encode()[:20])
        until(lambda: is_read(slow))
        stack.parts["web"].send_signal(signal.SIGTERM)
        time.sleep(1)  # so that it has heard of it
        slow.sendall(body.encode()[20:])
        answer = slow.recv(4096)

    assert stack.stop("web") == 0
    assert answer.startswith(b"HTTP/1.1 201"), answer
    assert stack.rows("SELECT count(*) FROM tickets_ticket WHERE key = %s", key) == [(1,)]


def is_read(client: socket.socket) -> bool:
    """Whether somebody has taken up this connection, and all that came over it so far."""
    theirs, ours = (f":{end[1]:04X}" for end in (client.getpeername(), client.getsockname()))
    for line in Path("/proc/net/tcp").read_text().splitlines():
        _number, local, remote, _state, queues, *_rest, inode = line.split()[:10]
        if local.endswith(theirs) and remote.endswith(ours):
            return queues.endswith(":00000000") and inode != "0"
    return False


def test_every_part_stops_when_told(stack):

    codes = {name: stack.stop(name) for name in reversed(list(stack.parts))}

    # uvicorn ends with the signal itself, after its clean shutdown.
    ends = {"proxy": 0, "web": 0, "ws": -signal.SIGTERM, "worker": 0, "beat": 0, "relay": 0}
    assert codes == ends
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


def test_every_part_is_bounded_and_nobody_is_root():
    ours = {name for name, service in COMPOSE["services"].items() if service.get("build")}

    for name in ours:
        service = COMPOSE["services"][name]
        assert service["user"] == "10001:10001"
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    for name, service in COMPOSE["services"].items():
        # One with a full version: what is tried is what runs.
        assert re.search(r":\d+\.\d+(\.\d+)?$", service["image"]), name
        assert "restart" in service
        assert name == "migrate" or "memory" in service["deploy"]["resources"]["limits"]


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_docker_compose_takes_the_file(tmp_path):
    copy = tmp_path / "platform"
    (copy / "deploy").mkdir(parents=True)
    shutil.copy(ROOT / "docker-compose.yml", copy)
    shutil.copy(ROOT / "deploy/env.example", copy / "deploy/env")
    subprocess.run([sys.executable, ROOT / "deploy/make_secrets.py", copy / "deploy/secrets"])

    done = subprocess.run(
        ["docker-compose", "config"], cwd=copy, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    named = yaml.safe_load(done.stdout)["secrets"].values()
    assert all(Path(secret["file"]).read_text().strip() for secret in named)
