"""What the bench stands on: a stack of its own, and databases that are made once and copied."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2

from deploy.native.parts import ROOT, Stack

PACK = "packs/tongliang"
# The database that the stack begins with: the district and its people, without reports.
BASE = "postgres"


class Ground:
    """PostgreSQL and Redis, the district with somebody on every post, and copies of it."""

    def __init__(self, place: Path) -> None:
        settings = {"DEMONSTRATION": "1", "LOG_LEVEL": "WARNING"}
        self.stack = Stack(place, settings=settings, lasting=True)
        self.stack.migrate()
        self.stack.manage("load_pack", PACK)
        self.stack.manage("demo", "--accounts", "--staff", "--pack", PACK)

    def copy(self, name: str, of: str = BASE) -> str:
        """Make a database like that one; return its URL."""
        self.drop(name)
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{of}"', asked_in="template1")
        return self.url(name)

    def drop(self, name: str) -> None:
        self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', asked_in="template1")

    def url(self, name: str) -> str:
        return self.stack.postgresql.url.rpartition("/")[0] + f"/{name}"

    def run(self, *arguments: str, database: str, within: float, **more: str) -> str:
        """Run a Python module on one of the databases; return what it said.

        :raises RuntimeError: with the end of what it said, if it failed or took too long
        """
        environment = {**os.environ, **self.stack.environment, "DATABASE_URL": self.url(database)}
        environment["DJANGO_SETTINGS_MODULE"] = "tonglianggov.settings"
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment | more, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(timeout=within)
        except subprocess.TimeoutExpired as fault:
            raise RuntimeError(f"it took longer than {within:.0f} s") from fault
        finally:
            # With everything that it has started.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise RuntimeError(said[-1500:].strip())
        return said

    def close(self) -> None:
        self.stack.close()

    def _tell(self, statement: str, *, asked_in: str) -> None:
        connection = psycopg2.connect(self.url(asked_in))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()
