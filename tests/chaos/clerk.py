"""A process that does with the platform's own verbs what the driver asks, one JSON line at a time.

The driver itself must not set up Django: it may run inside a test that has a database of its own.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from deploy.native.parts import ROOT


class Clerk:
    """The driver's end."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.clerk"],
            cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def do(self, what: str, **given: Any) -> Any:
        """Let it be done; return what came of it.

        :raises RuntimeError: with the fault's name, if it could not be done
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._lock:
            self.process.stdin.write(json.dumps({"do": what, **given}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer["done"]

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


def people() -> dict[str, str]:
    """Make the cast; return each one's token."""
    from django.utils import timezone

    from people import tokens
    from tests.cast import find_units, make_cast

    cast = vars(make_cast(find_units()))
    return {name: tokens.issue(user=user, at=timezone.now()) for name, user in cast.items()}


def overdue(count: int, at: str) -> list[int]:
    """Report so many things as of a moment long ago; return the tickets' ids."""
    from django.utils.dateparse import parse_datetime

    from tests.cast import GRID
    from tickets import lifecycle
    from tickets.models import EventType

    kind, then = EventType.objects.get(code="0104"), parse_datetime(at)
    assert then is not None
    return [
        lifecycle.report(
            key=uuid4(), words="路灯坏了好几盏", at=then, area_code=GRID, event_type=kind
        ).pk
        for _ in range(count)
    ]


def send(tasks: list[str], times: int = 1) -> None:
    """Hand each task to the workers, as often as that."""
    from tonglianggov.celery import app

    for name in tasks:
        for _ in range(times):
            app.send_task(name, retry=False, expires=60)


def timetable() -> list[str]:
    """Return the names of all tasks that run by themselves."""
    from tonglianggov.celery import TIMETABLE

    return sorted({str(entry["task"]) for entry in TIMETABLE.values()})


def lapse() -> int:
    """Let the leases of dead relays end now, not in five minutes; return how many there were."""
    from notices.models import Notice

    held = Notice.objects.filter(state="waiting").exclude(lease_until=None)
    return held.update(lease_until=None)


ORDERS: dict[str, Callable[..., Any]] = {
    order.__name__: order for order in (people, overdue, send, timetable, lapse)
}


def main() -> None:
    import django
    from django.db import close_old_connections

    # Only answers go to the driver; what the platform logs goes where errors go.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")
    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        close_old_connections()
        try:
            answer = {"done": ORDERS[order.pop("do")](**order)}
        except Exception as fault:  # told to the driver, who knows what it has broken
            answer = {"fault": f"{type(fault).__name__}: {fault}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
