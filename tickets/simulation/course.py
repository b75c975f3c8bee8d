"""The course of events: reports, what people do and what falls due, in the order of time.

Each group of reports (mostly one; several if they are about the same thing) is played from its
report up to the present in one transaction. So the real timetable never sees a report of last
month half handled, and a simulation that is stopped leaves nothing half done.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from people.models import User
from tickets import lifecycle
from tickets.models import DueStep, EventType, Ticket
from tickets.simulation.case import Case, Step
from tickets.simulation.character import Character
from tickets.simulation.desk import Desk
from tickets.simulation.handling import next_step
from tickets.simulation.script import Script
from tickets.states import ENDED, MoveRefused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What will be reported, when and where: a point, or the code of a village or grid.

    meant: the type that it truly is, if one knows: the duty officer sees it. same_as: the key of
    an earlier report about the same thing. by: staff who report for somebody.
    """

    key: UUID
    at: datetime
    words: str
    character: Character
    lat: float | None = None
    lng: float | None = None
    area_code: str | None = None
    event_type: EventType | None = None
    meant: EventType | None = None
    contact_name: str = ""
    channel: str = Ticket.Channel.REPLAY
    by: User | None = None
    same_as: UUID | None = None

    def send(self, at: datetime) -> Ticket:
        """Report it; the same again is the ticket that it made before."""
        return lifecycle.report(
            key=self.key, words=self.words, at=at, lat=self.lat, lng=self.lng,
            area_code=self.area_code, event_type=self.event_type,
            contact_name=self.contact_name, channel=self.channel, by=self.by,
            is_demonstration=True,
        )  # fmt: skip


@dataclass
class Played:
    """What was played: how often each step, how many reports were new, what was refused."""

    steps: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass
class _Running:
    """A ticket in play: its report, when it last moved, at which version, what comes next."""

    report: Report
    since: datetime
    version: int
    step: Step | None


class Course:
    """Plays reports with the people on post, as the script lets them speak."""

    def __init__(self, *, desk: Desk, script: Script, handled: bool = True) -> None:
        """Take who is there and what is said; without handling the reports just wait."""
        self.desk, self.script, self.handled = desk, script, handled
        self.played = Played()
        self._running: dict[int, _Running] = {}
        self._tickets: dict[UUID, int] = {}

    @transaction.atomic
    def play(self, group: Sequence[Report], *, until: datetime) -> None:
        """Play these reports up to `until`: all of it is committed, or nothing."""
        self._running = {}
        waiting = sorted(group, key=lambda report: report.at, reverse=True)
        while True:
            due = self._next_due()
            step_at, ticket_id = min(
                ((r.step.at, pk) for pk, r in self._running.items() if r.step),
                default=(None, 0),
            )
            reported_at = waiting[-1].at if waiting else None
            moments = [moment for moment in (due, step_at, reported_at) if moment]
            now = min(moments, default=None)
            if now is None or now > until:
                return
            if now == due:
                lifecycle.sweep(at=now)
                self.look_again(now)
            elif now == reported_at:
                self.send(waiting.pop(), now)
            else:
                self.act(ticket_id, now)

    def send(self, report: Report, at: datetime) -> int:
        """Let the report come in at `at` and plan what follows; return the ticket's id."""
        before = Ticket.objects.filter(key=report.key).first()
        ticket = report.send(at)
        if before is None:
            self.played.taken += 1
        else:
            # It was played before, whole or in part: it goes on from its last happening.
            self.played.known += 1
            at = ticket.events.order_by("-pk").values_list("at", flat=True)[0]
        self._tickets[report.key] = ticket.pk
        self._plan(ticket.pk, report, at)
        return ticket.pk

    def act(self, ticket_id: int, at: datetime) -> None:
        """Do what was planned next for the ticket, at `at`, and plan what follows."""
        running = self._running[ticket_id]
        step = running.step
        if step is None:
            return
        try:
            with transaction.atomic():
                step.do(at=at)
        except MoveRefused as refusal:
            # It waits until something else moves it.
            self.played.refused.append(f"{step.name} {ticket_id}: {refusal}")
            log.info("simulated %s of ticket %s was refused: %s", step.name, ticket_id, refusal)
            running.step = None
            return
        self.played.steps[step.name] += 1
        self._plan(ticket_id, running.report, at)

    def look_again(self, at: datetime) -> list[int]:
        """Plan anew for the tickets in play that something else has moved; return their ids."""
        versions = Ticket.objects.filter(pk__in=self._running).values_list("pk", "version")
        moved = [pk for pk, version in versions if version != self._running[pk].version]
        for pk in moved:
            self._plan(pk, self._running[pk].report, at)
        return moved

    def next_moment(self, ticket_id: int) -> datetime | None:
        """Return when the ticket's next step is planned for, None if nothing is planned."""
        running = self._running.get(ticket_id)
        return running.step.at if running and running.step else None

    def is_late(self, ticket_id: int) -> bool:
        """Whether the ticket's people are of those who do not act in time."""
        return bool(self._running[ticket_id].report.character.late)

    def _plan(self, ticket_id: int, report: Report, since: datetime) -> None:
        ticket = (
            Ticket.objects.with_places().select_related("event_type__category").get(pk=ticket_id)
        )
        step = None
        if self.handled and ticket.state not in {"merged", "withdrawn"}:
            case = Case(
                ticket=ticket, character=report.character, words=report.words, since=since,
                seed=str(report.key), desk=self.desk, script=self.script,
                into=self._open_twin(report, ticket), meant=report.meant,
            )  # fmt: skip
            step = next_step(case)
            if step and step.at <= since:
                step = replace(step, at=since)
        self._running[ticket_id] = _Running(report, since, ticket.version, step)

    def _open_twin(self, report: Report, ticket: Ticket) -> int | None:
        """Return the id of the open ticket about the same thing with which it can be merged."""
        twin = self._tickets.get(report.same_as) if report.same_as else None
        if twin is None or ticket.restricted:
            return None
        same = Ticket.objects.filter(pk=twin, restricted=False)
        return twin if same.exclude(state__in=sorted(ENDED)).exists() else None

    def _next_due(self) -> datetime | None:
        if not self.handled:
            return None
        waiting = DueStep.objects.filter(
            ticket__in=self._running, done_at=None, void_at=None, retry_at=None
        )
        return waiting.order_by("due_at").values_list("due_at", flat=True).first()
