"""The stack that is broken: its parts, the people who use it, and what was true before."""

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import redis
import requests

from deploy.native import parts, servers
from tests.chaos.clerk import Clerk
from tests.chaos.gateway import Gateway
from tests.chaos.load import Load
from tests.chaos.screens import Screen

WITHIN = 120.0  # seconds that anything may take to come back, on a machine with other work
SWEEP = "tickets.tasks.sweep"
# So long ago that everything which happens by itself has happened.
SECOND = " the second"
LONG_AGO = timedelta(days=45)


class District(parts.Stack):
    """A stack with everything running, two walls, and people who report and work."""

    def __init__(self, place: Path, *, dice: int = 1) -> None:
        self.gateway = Gateway()
        super().__init__(place, settings=self._settings(place))
        self.dice = random.Random(dice)
        self.batch: list[int] = []
        self.screens: list[Screen] = []
        self.clerk: Clerk | None = None
        self.load: Load | None = None

    def begin(self) -> None:
        """Start everything, learn what happens when nothing is broken, and let people in."""
        # No static files: nobody here opens a page.
        self.manage(*self.command("migrate")[2:])
        self.manage("load_pack", "tests/packs/tiny")
        for part in parts.PARTS:
            self.start(part)
        # It leaves out who does not listen: the second ones come and go.
        self.second_web, self.second_ws = servers.free_port(), servers.free_port()
        first_ws, self.ws = self.ws, f"{self.ws},127.0.0.1:{self.second_ws}"
        self.start_splitter(self.web, self.second_web)
        self.ws = first_ws
        self.clerk = Clerk(self.environment)
        self.tokens: dict[str, str] = self.clerk.do("people")
        self.until(self.answers, "the first answer")
        then = datetime.now(UTC) - LONG_AGO
        self.long_ago = then.replace(hour=3, minute=0, second=0, microsecond=0).isoformat()
        self.oracle = self._undisturbed()
        self.screens = [Screen(self, self.tokens[name]) for name in ("leader", "supervisor")]
        self.load = Load(self, self.tokens)

    def _settings(self, place: Path) -> dict[str, str]:
        return parts.production(place) | {
            # The people of the load are programs: they have no telephone for a second factor.
            "SECOND_FACTOR_REQUIRED": "0",
            "NOTICE_SMS_SENDER": "notices.senders.sms.SmsSender",
            "SMS_GATEWAY_URL": self.gateway.url,
            "SMS_GATEWAY_SECRET": "a-secret-of-the-gateway",
            "REPORTS_EACH_HOUR": "1000000",
            "REPORTS_EACH_HOUR_STAFF": "1000000",
        }

    def _undisturbed(self) -> "History":
        """Return what happens by itself to an old report when nothing is broken."""
        self.batch = self.clerk.do("overdue", count=1, at=self.long_ago)
        self.finish_batch()
        return self.histories()[self.batch[0]]

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """Ask the database past the platform."""
        with (
            closing(psycopg2.connect(self.postgresql.url, connect_timeout=5)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(query, values)
            return cursor.fetchall()

    def answers(self) -> bool:
        """Tell whether the front door answers."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=15).ok
        except requests.RequestException:
            return False

    def until(self, find: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
        """Ask until the answer is true; return it.

        :raises AssertionError: with the logs' ends, if it does not become true
        """
        end = time.monotonic() + within
        while time.monotonic() < end:
            if found := find():
                return found
            self.revive()
            time.sleep(0.05)
        raise AssertionError(f"not within {within:.0f} s: {what}\n{self.said()}")

    # --- What is broken ---------------------------------------------------------------------------

    def strike(self, name: str, *, child: bool = False) -> None:
        """kill -9: the part with all its processes, or one process that works for it."""
        process = self.parts[name]
        children = children_of(process.pid) if child else []
        if children:
            os.kill(self.dice.choice(children), signal.SIGKILL)
        else:
            os.killpg(process.pid, signal.SIGKILL)

    def kill(self, name: str, *, child: bool = False) -> None:
        """kill -9, and start again what has ended."""
        self.strike(name, child=child)
        if not child:
            self.parts[name].wait()
        self.revive()

    def flush_redis(self) -> None:
        """Empty it, queues and all."""
        with closing(redis.Redis.from_url(self.redis.url)) as client:
            client.flushall()

    def start_shifted(self, part: str, seconds: float) -> None:
        """Start a part whose clock is wrong by so much, instead of the right one."""
        if part in self.parts:
            self.stop(part)
        shifted = [sys.executable, "-m", "tests.chaos.shifted", str(seconds)]
        self._start(part, shifted + self.command(part), self.environment_of(part))

    def start_seconds(self) -> None:
        """Start one more of every part beside the first."""
        for part in parts.PARTS:
            port = {"web": self.second_web, "ws": self.second_ws}.get(part, 0)
            command = self.command(part, port=self.second_web)
            if part == "ws":
                command = [text.replace(str(self.ws), str(port)) for text in command]
            self._start(f"{part}{SECOND}", command, self.environment_of(part))

    def stop_seconds(self) -> None:
        """Stop them."""
        for name in [name for name in self.parts if name.endswith(SECOND)]:
            self.stop(name)

    # --- What comes back --------------------------------------------------------------------------

    def tell_workers(self, *tasks: str, times: int = 1) -> bool:
        """Hand tasks to the workers; without Redis that cannot be done."""
        try:
            self.clerk.do("send", tasks=list(tasks), times=times)
        except RuntimeError:
            return False
        return True

    def finish_batch(self) -> None:
        """Let the workers do what is due of the old reports, and wait for it."""
        asked = 0.0

        def done() -> bool:
            nonlocal asked
            if time.monotonic() - asked > 2:
                asked = time.monotonic()
                self.tell_workers(SWEEP)
            return not self.rows(
                "SELECT 1 FROM tickets_duestep WHERE ticket_id = ANY(%s) AND done_at IS NULL"
                " AND void_at IS NULL AND due_at <= clock_timestamp() LIMIT 1",
                self.batch,
            )

        self.until(done, "what is due is done")

    def histories(self) -> dict[int, "History"]:
        """Return the history of each old report: what happened, when it was due, who was told."""
        found: dict[int, History] = {pk: [] for pk in self.batch}
        for pk, *line in self.rows(
            "SELECT e.ticket_id, e.kind, e.move, e.at::text, e.data::text, e.before, e.after,"
            " (SELECT string_agg(n.template || ' ' || n.reader, ',' ORDER BY n.reader, n.id)"
            "  FROM notices_notice n WHERE n.happening >= 'event:' || e.id || ':'"
            "  AND n.happening < 'event:' || e.id || ';')"
            " FROM tickets_ticketevent e WHERE e.ticket_id = ANY(%s) ORDER BY e.id",
            self.batch,
        ):
            found[pk].append(tuple(line))
        return found

    def close(self) -> None:
        """Stop the people, then everything."""
        if self.load:
            self.load.stop()
        for screen in self.screens:
            screen.stop()
        if self.clerk:
            self.clerk.stop()
        super().close()
        self.gateway.stop()


History = list[tuple]


@contextmanager
def opened(place: Path, *, dice: int = 1) -> Iterator[District]:
    """Give a district in which everything runs; nothing of it is left afterwards."""
    district = District(place, dice=dice)
    try:
        district.begin()
        yield district
    finally:
        district.close()


def children_of(pid: int) -> list[int]:
    """Return the processes that this one has forked."""
    try:
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
