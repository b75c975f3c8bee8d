import os
import signal
import threading
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from notices import outbox
from people import clock


class Command(BaseCommand):
    help = "Deliver due notices until stopped (SIGTERM, Ctrl-C), or what is due now with --once."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="deliver what is due, then stop")
        parser.add_argument(
            "--every", type=float, default=0.5, help="seconds between looks when nothing is due"
        )

    def handle(self, *, once: bool, every: float, **options) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        sent = put_off = given_up = 0
        while not stop.is_set():
            say_alive()
            try:
                round_ = outbox.deliver_due(at=clock.now())
            except (OperationalError, InterfaceError) as fault:
                if once:
                    raise
                # The database is away: wait for it, with a fresh connection.
                self.stderr.write(f"The database cannot be reached: {type(fault).__name__}.")
                close_old_connections()
                stop.wait(max(every, 2))
                continue
            sent, put_off = sent + round_.sent, put_off + round_.put_off
            given_up += round_.given_up
            if round_.handled == 0:
                if once:
                    break
                stop.wait(every)
        self.stdout.write(f"Sent {sent}, put off {put_off}, given up {given_up}.")


def say_alive() -> None:
    """Touch the file that RELAY_SIGN names, if it names one: a health check looks at its age."""
    if sign := os.environ.get("RELAY_SIGN"):
        Path(sign).parent.mkdir(parents=True, exist_ok=True)
        Path(sign).touch()
