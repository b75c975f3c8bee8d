"""The processes of docker-compose.yml on the database of DATABASE_URL, while they are needed."""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.native.parts import COMPOSE, ROOT
from deploy.native.servers import free_port

READY_WITHIN = 60.0


@contextmanager
def part(name: str) -> Iterator[int]:
    """Run `web` or `ws` with its own command; gives its port on the loopback."""
    port = free_port()
    command = COMPOSE["services"][name]["command"]
    command = command.replace("0.0.0.0:8000", f"127.0.0.1:{port}")
    command = command.replace("--host 0.0.0.0 --port 8001", f"--host 127.0.0.1 --port {port}")
    with _running(["-m", *shlex.split(command)], port):
        yield port


@contextmanager
def front_door() -> Iterator[int]:
    """Run web and ws behind the proxy's stand-in; gives its port."""
    port = free_port()
    with part("web") as web, part("ws") as ws:
        command = ["-m", "deploy.native.splitter", str(port), f"127.0.0.1:{web}"]
        with _running([*command, f"127.0.0.1:{ws}"], port):
            yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=said, stderr=said,
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": folder},
        )  # fmt: skip
        try:
            _wait_for(port, process)
            yield
        except BaseException:
            said.seek(0)
            print(said.read()[-2000:].decode(errors="replace"))
            raise
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("a process of the bench did not come up")
