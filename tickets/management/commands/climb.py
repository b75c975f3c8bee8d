"""`manage.py climb [--at TIME]`: do what has fallen due, as the timetable does all day long."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tickets import lifecycle
from tickets.simulation.messages import BadTime, asked_moment


class Command(BaseCommand):
    help = "Do what has fallen due: reminders, climbs, lapses, resumptions, endings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--at", help="do what is due by this time, e.g. 2026-02-14T09:00 (default: now)"
        )

    def handle(self, *, at: str | None, **options: Any) -> None:
        try:
            when = asked_moment(at)
        except BadTime as error:
            raise CommandError(str(error)) from error
        done = failed = 0
        while True:
            swept = lifecycle.sweep(at=when)
            done, failed = done + swept.done, failed + swept.failed
            if not swept.done:
                break
        self.stdout.write(
            _("%(done)d steps done, %(failed)d failed.") % {"done": done, "failed": failed}
        )
        if failed:
            raise CommandError(_("Failed steps are tried again in an hour; the log says why."))
