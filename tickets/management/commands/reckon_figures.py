"""Reckon the daily figures anew: those of days that changed, or with --all everything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import statistics

_A_DAY = 24 * 60 * 60


class Command(BaseCommand):
    help = "Reckon the daily figures anew from the histories."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every day, not only changed ones")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["all"]:
            statistics.reckon_everything(at=at)
        days = statistics.refresh(at=at, seconds=_A_DAY)
        self.stdout.write(_("The figures of %(count)s days were reckoned.") % {"count": days})
