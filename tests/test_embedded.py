"""The one-process platform, started as `make run` starts it, and stopped as a person stops it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parent.parent
PACK = "tests/packs/tiny"
PASSWORD = json.loads((ROOT / PACK / "demonstration.json").read_text())["password"]
STARTS_WITHIN = 180.0  # seconds, on a machine that runs other tests too

pytestmark = pytest.mark.slow


class Platform:
    """`manage.py run` in a process of its own, on a free port, with its data in `place`."""

    def __init__(self, place: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = (place / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run", "--port", str(self.port), "--pack", PACK],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DATA_DIR": str(place / "data"),
                "DEMONSTRATION": "1",
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def wait(self, path: str, wanted) -> dict:
        """Ask until the answer satisfies `wanted`; return it."""
        end = time.monotonic() + STARTS_WITHIN
        answer = None
        while time.monotonic() < end and self.process.poll() is None:
            try:
                answer = requests.get(self.url + path, timeout=5).json()
            except requests.RequestException:
                # Not there yet, or too busy to answer in time.
                time.sleep(0.1)
                continue
            if wanted(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"last answer {answer}; the process said:\n{self.said()}")

    def said(self) -> str:
        self.log.flush()
        return Path(self.log.name).read_text()

    def stop(self, number: int) -> int:
        """Send the signal; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(STARTS_WITHIN)


@pytest.fixture
def started(tmp_path) -> Iterator:
    """Start platforms on one place for data; none is left behind."""
    platforms: list[Platform] = []

    def start() -> Platform:
        platforms.append(Platform(tmp_path))
        return platforms[-1]

    yield start
    for platform in platforms:
        if platform.process.poll() is None:
            platform.process.kill()
            platform.process.wait()
        platform.log.close()


def state_of(data: Path) -> dict:
    """Return what a second start must find as it was: keys, land, accounts, the pack's mark."""
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        return {
            "keys": (data / "keys.json").read_text(),
            "loaded": (data / "pack.sha256").stat().st_mtime_ns,
            "areas": database.execute("SELECT count(*) FROM grids_area").fetchone(),
            "accounts": database.execute(
                "SELECT username, password FROM people_user WHERE is_demonstration ORDER BY id"
                " LIMIT 3"
            ).fetchall(),
        }


def test_it_starts_works_stops_and_starts_again_with_its_data(started, tmp_path):
    first = started()
    first.wait("/healthz", lambda answer: answer == {"status": "ok"})
    ready = first.wait("/readyz", lambda answer: answer["status"] == "ok")
    assert all(part["ok"] for part in ready["parts"].values())
    assert first.stop(signal.SIGINT) == 0, first.said()
    assert "Traceback" not in first.said()
    assert PASSWORD in first.said()
    before = state_of(tmp_path / "data")

    second = started()
    second.wait("/healthz", lambda answer: answer == {"status": "ok"})
    assert second.stop(signal.SIGTERM) == 0, second.said()
    assert "Traceback" not in second.said()

    assert state_of(tmp_path / "data") == before


def of_its_own(place: Path, *command: str) -> subprocess.CompletedProcess:
    """Run Python with these arguments and its data in `place`; return what it said."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(place)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_a_taken_port_is_said_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = of_its_own(tmp_path, "manage.py", "run", "--port", port)

    assert done.returncode == 3
    assert port in done.stderr
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_port_that_was_taken_meanwhile_does_not_let_it_hang(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = of_its_own(
            tmp_path, "-c",
            "from django import setup\n"
            "from os import environ\n"
            "environ['DJANGO_SETTINGS_MODULE'] = 'tonglianggov.settings'\n"
            "setup()\n"
            "from tonglianggov import embedded\n"
            f"print(embedded.run_until_told(embedded.server(host='127.0.0.1', port={port})))",
        )  # fmt: skip

    assert done.stdout.endswith("False\n"), done.stderr
