"""`manage.py seed --tickets N`: very many demonstration tickets in minutes, for measuring."""

import random
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from tickets.lifecycle import seeding

_ORIGINALS = 3_000


class Command(BaseCommand):
    help = (
        "Copy the demonstration's tickets many times, over several years: for measuring, never in"
        " production. Make the demonstration first: manage.py demo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, help="how many to add")
        parser.add_argument("--years", type=int, default=5, help="over how many years (5)")
        parser.add_argument(
            "--open", type=float, default=0.02, help="how many of them are open (0.02)"
        )
        parser.add_argument(
            "--jobs", type=int, default=1, help="so many processes at once, on PostgreSQL (1)"
        )
        parser.add_argument("--seed", default="1", help="the same seed, the same tickets")

    def handle(self, *, tickets: int, years: int, seed: str, jobs: int, **options: Any) -> None:
        if settings.PRODUCTION or not settings.DEMONSTRATION:
            raise CommandError(
                _("Tickets are invented in demonstration mode only: DEMONSTRATION=1.")
            )
        if tickets < 1 or jobs < 1 or years < 0 or not 0 <= options["open"] <= 1:
            raise CommandError(_("How many tickets, over how many years, which share is open?"))
        kinds = seeding.originals(at_most=_ORIGINALS)
        if not kinds:
            raise CommandError(
                _("There is no demonstration to copy. Make one first: manage.py demo.")
            )
        started = time.monotonic()
        mine = tickets if connection.vendor == "sqlite" else tickets - tickets // jobs * (jobs - 1)
        others = [
            self._other(tickets // jobs, years, f"{seed}.{number}", options["open"])
            for number in range(1, jobs)
            if mine < tickets
        ]
        done = seeding.multiply(
            kinds, count=mine, years=years, open_share=options["open"],
            dice=random.Random(seed), tell=lambda done: self._tell(done, mine, started),
        )  # fmt: skip
        if any(other.wait() for other in others):
            raise CommandError(_("One of the processes failed: see above."))
        done += sum(tickets // jobs for _other in others)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        self.stdout.write(
            _("%(count)d demonstration tickets added in %(seconds)d s.")
            % {"count": done, "seconds": time.monotonic() - started}
        )

    def _other(self, tickets: int, years: int, seed: str, share: float) -> subprocess.Popen[bytes]:
        given = {"--tickets": tickets, "--years": years, "--seed": seed, "--open": share}
        words = [str(word) for pair in given.items() for word in pair]
        return subprocess.Popen([sys.executable, sys.argv[0], "seed", *words])

    def _tell(self, done: int, of: int, started: float) -> None:
        if done * 10 // of > (done - 5_000) * 10 // of:
            self.stdout.write(f"{done}/{of}, {time.monotonic() - started:.0f} s")
