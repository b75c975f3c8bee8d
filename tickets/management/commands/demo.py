"""`manage.py demo`: accounts, staff and a believable month for showing the platform."""

import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tickets.models import Ticket
from tickets.simulation import accounts, month, script, staff, summary
from tickets.simulation.accounts import NotADemonstration
from tickets.simulation.course import Course, Report
from tickets.simulation.desk import Desk
from tickets.simulation.messages import BadTime, asked_moment
from tickets.simulation.replaying import grouped
from tickets.simulation.script import BadScript, Script
from tickets.states import ENDED

# Between two reports the database is left to whoever uses the platform, for this share of the time.
_REST = 0.25


class Command(BaseCommand):
    help = (
        "Make the pack's demonstration: accounts, staff and a month of reports. Without options"
        " all of it. The second time only what is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="the accounts to sign in with")
        parser.add_argument("--staff", action="store_true", help="somebody on every post")
        parser.add_argument("--month", action="store_true", help="a month of reports, with staff")
        parser.add_argument("--pack", type=Path, help="default: the pack of the loaded district")
        parser.add_argument("--at", help="when the month ends, e.g. 2026-06-11T15:30; default: now")

    def handle(self, *, pack: Path | None, **options: Any) -> None:
        wanted = {name for name in ("accounts", "staff", "month") if options[name]}
        try:
            if not settings.DEMONSTRATION:
                raise NotADemonstration(
                    _("A demonstration is made in demonstration mode only: DEMONSTRATION=1.")
                )
            words = script.of_the_district(pack)
            if not words.accounts:
                self.stdout.write(_("This district's pack has no demonstration."))
                return
            if not wanted or "accounts" in wanted:
                self._accounts(words)
            if wanted != {"accounts"}:
                self._staff(words)
            if not wanted or "month" in wanted:
                self._month(words, asked_moment(options["at"]))
        except (NotADemonstration, BadScript, BadTime) as error:
            raise CommandError(str(error)) from error

    def _accounts(self, words: Script) -> None:
        people = accounts.make(words)
        self.stdout.write(
            _("Accounts, all with the password %(password)s:") % {"password": words.password}
        )
        for person in people:
            posts = person.posts.select_related("area", "unit").order_by("pk")
            where = "; ".join(
                f"{post.get_role_display()}, {place.shown_name}"
                for post in posts
                if (place := post.area or post.unit)
            )
            self.stdout.write(f"  {person.username:<16} {where}")

    def _staff(self, words: Script) -> None:
        added = staff.make(words)
        if added:
            self.stdout.write(_("%d invented people on post.") % added)

    def _month(self, words: Script, now: datetime) -> None:
        desk = Desk(now)
        reports = month.plan(words, month.start_of(words, now), desk)
        course = Course(desk=desk, script=words)
        started, shown = time.monotonic(), 0
        groups = _unfinished(reports)
        for done, group in enumerate(groups, 1):
            before = time.monotonic()
            course.play(group, until=now)
            if done * 4 // len(groups) > shown:
                shown = done * 4 // len(groups)
                self.stdout.write(
                    _("Demonstration month: %(share)d %% after %(seconds)d s")
                    % {"share": shown * 25, "seconds": time.monotonic() - started}
                )
            time.sleep(_REST * (time.monotonic() - before))
        if course.played.steps or course.played.taken:
            for line in summary.of(report.key for report in reports).lines():
                self.stdout.write(line)
        for line in sorted(course.played.refused):
            self.stderr.write(line)


def _unfinished(reports: list[Report]) -> list[list[Report]]:
    """Return the groups in which anything may still happen."""
    ended = set(
        Ticket.objects.filter(is_demonstration=True, state__in=sorted(ENDED)).values_list(
            "key", flat=True
        )
    )
    return [group for group in grouped(reports) if not {r.key for r in group} <= ended]
