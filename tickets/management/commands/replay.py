"""`manage.py replay FILE.csv`: send past messages again, as residents' reports of today."""

from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tickets.simulation import live, messages, script, staff, summary
from tickets.simulation.character import Temper
from tickets.simulation.course import Course, Report
from tickets.simulation.desk import Desk
from tickets.simulation.messages import BadFile, BadRow, BadTime, Message, Reject, asked_moment
from tickets.simulation.replaying import Replay, grouped, twins
from tickets.simulation.script import BadScript
from tickets.simulation.spreading import Spread, shift


class Command(BaseCommand):
    help = (
        "Send a CSV of past messages (title, text, time; if there are any, number, lat, lng, area,"
        " type, contact) through the real verbs as residents' reports, and simulate handling."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--per-minute", type=float, metavar="N",
            help="send N a minute, as if they came in now (default: at their own times, moved so"
            " that the last week is the present one, as fast as it goes)",
        )  # fmt: skip
        parser.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--seed", default="1", help="another seed: other places, other courses")
        parser.add_argument("--no-handling", action="store_true", help="nobody handles them")
        parser.add_argument("--pack", type=Path, help="whose words are spoken")
        parser.add_argument(
            "--at", help="when the last week is, e.g. 2026-06-11T15:30; default: now"
        )
        parser.add_argument("--rejects", type=Path, help="default: FILE.rejects.csv")

    def handle(self, *, file: Path, per_minute: float | None, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                _("Old messages are not replayed into a platform that real people use.")
            )
        if per_minute is not None and not 0 < per_minute <= 6000:
            raise CommandError(_("--per-minute is between 0 and 6000."))
        try:
            now = asked_moment(options["at"])
            sent, rejects, columns = messages.read(file)
            words = script.of_the_district(options["pack"])
            reports, more = _reports(_between(sent, options), now, options["seed"])
        except (BadFile, BadScript, BadTime, ValueError) as error:
            raise CommandError(str(error)) from error
        handled = not options["no_handling"]
        if handled and not staff.anybody_on_post():
            added = staff.make(words)
            self.stdout.write(_("Nobody was on post: %d invented people now are.") % added)
        course = Course(desk=Desk(now), script=words, handled=handled)
        try:
            self._play(course, reports, per_minute=per_minute, now=now)
        except KeyboardInterrupt:
            self.stdout.write("")
            self.stdout.write(_("Stopped. The same command goes on with the rest."))
        self._tell(course, reports)
        self._write(options["rejects"] or _beside(file), [*rejects, *more], columns)

    def _play(
        self, course: Course, reports: list[Report], *, per_minute: float | None, now: datetime
    ) -> None:
        if per_minute is not None:
            live.play(course, reports, per_minute=per_minute, progress=self._progress(len(reports)))
            return
        progress, done = self._progress(len(reports)), 0
        for group in grouped(reports):
            course.play(group, until=now)
            done += len(group)
            progress(done)

    def _progress(self, whole: int):
        """Return what shows how far it is: on one line of a terminal, else every tenth."""
        shown = 0

        def show(done: int) -> None:
            nonlocal shown
            if self.stdout.isatty():
                self.stdout.write(f"\r{done}/{whole}", ending="\n" if done == whole else "")
                self.stdout.flush()
            elif done * 10 // whole > shown:
                shown = done * 10 // whole
                self.stdout.write(f"{done}/{whole}")

        return show

    def _tell(self, course: Course, reports: list[Report]) -> None:
        for line in summary.of(report.key for report in reports).lines():
            self.stdout.write(line)
        played = course.played
        if played.known:
            self.stdout.write(_("%d of them were here already.") % played.known)
        if played.refused:
            self.stdout.write(_("%d simulated moves were refused:") % len(played.refused))
            for line in sorted(played.refused)[:10]:
                self.stdout.write(f"  {line}")

    def _write(self, path: Path, rejects: list[Reject], columns: list[str]) -> None:
        if not rejects and not path.exists():
            return
        try:
            messages.write_rejects(path, rejects, columns)
        except OSError:
            # The archive may be read-only.
            path = settings.DATA_DIR / path.name
            messages.write_rejects(path, rejects, columns)
        counts = {"count": len(rejects), "path": path}
        self.stdout.write(_("%(count)d rows rejected, with reasons: %(path)s") % counts)


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.rejects.csv")


def _between(sent: list[Message], options: dict[str, Any]) -> list[Message]:
    since, until = options["since"] or date.min, options["until"] or date.max
    return [m for m in sent if since <= m.sent_at.astimezone(messages.ZONE).date() <= until]


def _reports(sent: list[Message], now: datetime, seed: str) -> tuple[list[Report], list[Reject]]:
    """Return what will be sent, in order of time, and what cannot be placed.

    :raises ValueError: if no village has an outline
    """
    moved = shift(sent[-1].sent_at, now) if sent else timedelta()
    try:
        spread = Spread.over_the_district()
    except ValueError:
        raise ValueError(_("No village has an outline. Load a pack first.")) from None
    replay = Replay(seed=seed, shift=moved, spread=spread, temper=Temper())
    alike, reports, rejects = twins(sent), [], []
    for message in sent:
        try:
            reports.append(replay.report(message, alike.get(message.number)))
        except BadRow as bad:
            rejects.append(Reject(message.line, message.cells, str(bad)))
    return reports, rejects
