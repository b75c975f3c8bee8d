"""PostgreSQL and Redis of our own: started on free ports of the loopback, stopped, thrown away.

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
from pathlib import Path

import pytest

READY_WITHIN = 30.0  # seconds


def program(name: str) -> str:
    """Return the path of a server program; Debian keeps PostgreSQL's outside PATH."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    path = found[0] if found else shutil.which(name)
    if not path:
        raise pytest.UsageError(
            f"{name} is not installed. Debian: apt-get install postgresql redis-server"
        )
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _other_user() -> pwd.struct_passwd | None:
    """Whom to become, None when we are not root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise pytest.UsageError("PostgreSQL does not run as root and there is no user nobody.")


class PostgreSQL:
    """A cluster of our own, without durability, made and thrown away."""

    def __init__(self, place: Path) -> None:
        self.data = place / "postgresql"
        self.data.mkdir(mode=0o700)
        self.user = _other_user()
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        self.port = free_port()
        self._run(
            program("initdb"),
            "-D",
            str(self.data),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 120,
            "unix_socket_directories": str(self.data),
            "timezone": "UTC",
        }
        command = [program("postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with (place / "postgresql.log").open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                **self._identity(),
            )
        self._wait()
        self.url = f"postgres://tests@127.0.0.1:{self.port}/postgres"

    def _identity(self) -> dict:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", check=False, **self._identity()
        )
        if done.returncode:
            raise pytest.UsageError(f"{command[0]} failed: {done.stderr[-2000:]}")

    def _wait(self) -> None:
        import psycopg2

        end = time.monotonic() + READY_WITHIN
        while True:
            try:
                with (
                    contextlib.closing(
                        psycopg2.connect(
                            host="127.0.0.1", port=self.port, user="tests", dbname="postgres"
                        )
                    ) as connection,
                    connection.cursor() as cursor,
                ):
                    # Another cluster may have taken the port since it was free.
                    cursor.execute("SHOW data_directory")
                    assert cursor.fetchone()[0] == str(self.data), "another PostgreSQL's port"
                    return
            except psycopg2.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise pytest.UsageError("PostgreSQL did not start") from None
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # fast shutdown
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Redis:
    """A Redis of our own that keeps nothing on disk."""

    def __init__(self, place: Path) -> None:
        self.port = free_port()
        self.command = [
            program("redis-server"),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(place),
        ]
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        import redis

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
                    client.ping()
                    return
                except redis.ConnectionError:
                    if self.process.poll() is not None or time.monotonic() > end:
                        raise pytest.UsageError("Redis did not start") from None
                    time.sleep(0.02)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
