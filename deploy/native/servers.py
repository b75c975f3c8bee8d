"""PostgreSQL and Redis of our own: started on free ports of the loopback and stopped again.

PostgreSQL refuses to run as root: then it runs as the user postgres, or nobody.
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import redis

READY_WITHIN = 60.0  # seconds
# A port that was free a moment ago may be taken by now: then another one is looked for.
TRIES = 3


class CannotStart(RuntimeError):
    """A server is not installed or does not come up; the message says what to do."""


def program(name: str) -> str:
    """Return the path of a server program; Debian keeps PostgreSQL's outside PATH."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    path = found[0] if found else shutil.which(name)
    if not path:
        raise CannotStart(
            f"{name} is not installed. Debian: apt-get install postgresql redis-server"
        )
    return path


def free_port() -> int:
    """Return a port of the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _somewhere(start: Callable[[int], None]) -> None:
    """Start at a free port, and if that does not work at another one."""
    for _try in range(TRIES - 1):
        with contextlib.suppress(CannotStart):
            return start(free_port())
    return start(free_port())


def _other_user() -> pwd.struct_passwd | None:
    """Whom to become, None when we are not root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart("PostgreSQL does not run as root and there is no user nobody.")


class PostgreSQL:
    """A cluster of our own below `place`; made there unless it is there already.

    lasting: what is committed survives a power cut. Tests and drills do without, and are faster.
    """

    def __init__(self, place: Path, *, lasting: bool = False) -> None:
        self.place, self.data, self.lasting = place, place / "postgresql", lasting
        self.user = _other_user()
        if not (self.data / "PG_VERSION").exists():
            self._make()
        _somewhere(self._start_at)

    def _start_at(self, port: int) -> None:
        self.port = port
        self.url = f"postgres://tests@127.0.0.1:{port}/postgres"
        self.start()

    def _make(self) -> None:
        self.data.mkdir(mode=0o700)
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        initdb = [program("initdb"), "-D", str(self.data), "-U", "tests", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            initdb, capture_output=True, text=True, cwd="/", check=False, **self._identity()
        )
        if done.returncode:
            raise CannotStart(f"initdb failed: {done.stderr[-2000:]}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings: dict[str, Any] = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "max_connections": 120,
            "unix_socket_directories": str(self.data),
            "timezone": "UTC",
        }
        if not self.lasting:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [program("postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.place / "postgresql.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, cwd="/", **self._identity()
            )
        self._wait()

    def _identity(self) -> dict[str, Any]:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _wait(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while True:
            try:
                with (
                    contextlib.closing(psycopg2.connect(self.url)) as connection,
                    connection.cursor() as cursor,
                ):
                    # Another cluster may have taken the port since it was free.
                    cursor.execute("SHOW data_directory")
                    if cursor.fetchone()[0] != str(self.data):
                        raise CannotStart("another PostgreSQL has taken the port: try again")
                    return
            except psycopg2.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise CannotStart(
                        f"PostgreSQL did not start: see {self.place}/postgresql.log"
                    ) from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it as an upgrade does: connections are ended, what is committed is kept."""
        self.process.send_signal(signal.SIGINT)  # fast shutdown
        _wait_for_the_end(self.process)


class Redis:
    """A Redis of our own that keeps nothing on disk."""

    def __init__(self, place: Path) -> None:
        self.place = place
        _somewhere(self._start_at)

    def _start_at(self, port: int) -> None:
        self.port = port
        self.command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
        self.command += ["--save", "", "--appendonly", "no", "--dir", str(self.place)]
        self.url = f"redis://127.0.0.1:{port}"
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        end = time.monotonic() + READY_WITHIN
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            while True:
                try:
                    # Another one may have taken the port since it was free.
                    if client.info("server")["process_id"] == self.process.pid:
                        return
                    raise CannotStart("another Redis has taken the port: try again")
                except redis.ConnectionError:
                    if self.process.poll() is not None or time.monotonic() > end:
                        raise CannotStart("Redis did not start") from None
                    time.sleep(0.02)

    def stop(self) -> None:
        """Stop it; what was in it is gone."""
        self.process.terminate()
        _wait_for_the_end(self.process)


def _wait_for_the_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
