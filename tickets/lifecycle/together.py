"""What falls due on very many tickets, in a few statements: what climbing.py says of one.

A batch is locked (without those that somebody else has in hand), read, played through in memory,
each ticket's steps in the order in which they were due, and written: history, tickets, steps and
notices, in one transaction. That goes for reminders, climbs and endings; what else falls due, and
every ticket that does not let itself be played so, is left to the verbs one by one. A test holds
the two ways to each other.
"""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from grids.models import Unit
from grids.organisation import Tiers
from notices import outbox
from notices.outbox_sql import Posting
from people import rows_sql
from tickets import broadcast, calendar
from tickets.broadcast import Changed
from tickets.deadlines import AlikeClocks, Limit
from tickets.dots import marks_of
from tickets.lifecycle import at_hand
from tickets.lifecycle.at_hand import Step
from tickets.models import DueStep, Helper, Limits, Ticket, TicketEvent
from tickets.on_post import OnPost
from tickets.states import ENDED, Hat, Move, State, after

logger = logging.getLogger(__name__)
Kind, Happening = DueStep.Kind, TicketEvent.Kind
SHARE = {Kind.REMIND_70: 70, Kind.REMIND_90: 90, Kind.REMIND_100: 100}
_PLAYED = {*SHARE, Kind.CLIMB, Kind.ARCHIVE}
_READ = (
    "number", "state", "area_code", "restricted", "urgency", "centre_id", "handler_id", "reason",
    "clocks", "reported_at", "dispatched_at", "yellow_at", "orange_at", "red_at", "paused_until",
    "supervision", "supervise_by", "climbs", "version", "ended_at",
)  # fmt: skip
_WRITTEN = (
    "id", "state", "centre_id", "reason", "clocks", "supervision", "supervise_by", "climbs",
    "version", "ended_at",
)  # fmt: skip


@dataclass
class Played:
    """How many steps were done, and the tickets that are left to the verbs one by one."""

    done: int
    alone: list[int]


class OneByOne(Exception):
    """This ticket is none for the batch."""


@dataclass(slots=True)
class _Line:
    """A line of history to be written, and who is told what about it."""

    values: dict[str, Any]
    tells: list[tuple[list[int], str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Let the garbage collector rest: all that a batch makes lives until its end, and to look
    through the whole process for what does not costs a quarter of the time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Sweeper:
    """What one sweep knows from batch to batch: the centres, the limits, the calendar."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.tiers = Tiers()
        self.limits = Limits.current()
        self.calendar = calendar.current()
        self.clocks = AlikeClocks(self.calendar)
        self.decide_limits = {u: Limit.parse(text) for u, text in self.limits.decide.items()}

    @_without_collecting()
    @transaction.atomic
    def do(self, ticket_ids: Sequence[int]) -> Played:
        """Do what is due of these tickets; those that another sweeper has locked are left to it."""
        mine = Ticket.objects.select_for_update(skip_locked=True).filter(pk__in=ticket_ids)
        tickets = {ticket.pk: ticket for ticket in mine.only(*_READ).order_by("pk")}
        batch = _Batch(self, [tickets[pk] for pk in ticket_ids if pk in tickets])
        played = batch.play()
        batch.write()
        return played

    def decide_clock(self, urgency: str, start: datetime) -> dict[str, Any]:
        """Return the clock of a centre that decides from then on, as a ticket keeps it."""
        return self.clocks.start(self.decide_limits[urgency], start).to_json()


class _Batch:
    """Locked tickets with their waiting steps, and what becomes of them."""

    def __init__(self, sweeper: Sweeper, tickets: list[Ticket]) -> None:
        self.sweeper, self.tickets = sweeper, tickets
        self.steps = at_hand.waiting(tickets)
        self.climbed = at_hand.climbs_of(tickets)
        self.asked = at_hand.asked_of(tickets)
        self.units = at_hand.units_of(tickets)
        seen = {unit.pk: unit for unit in self.units.values()}
        for unit in list(seen.values()):
            # However far one climbs.
            above = sweeper.tiers.above(unit)
            while above is not None and above.pk not in seen:
                seen[above.pk] = self.units[above.pk] = above
                above = sweeper.tiers.above(above)
        areas = {ticket.area_code for ticket in tickets} | {u.area.code for u in seen.values()}
        self.on_post = OnPost(units=seen, area_codes=areas)
        self.lines: list[_Line] = []
        self.changed: list[Ticket] = []
        self.news: dict[int, Changed] = {}

    # --- Played in memory ------------------------------------------------------------------------

    def play(self) -> Played:
        """Play every ticket; what came of one that stumbles is as if it had not been."""
        played = Played(0, [])
        for ticket in self.tickets:
            before = Changed(ticket.area_code, ticket.restricted, ticket.version, ticket.handler_id)
            centres, lines = {ticket.centre_id}, len(self.lines)
            try:
                done = self._play(ticket, centres)
            except Exception as fault:  # the verbs say what is wrong with it, one by one
                if not isinstance(fault, OneByOne):
                    logger.info("ticket %s is left to the verbs: %r", ticket.pk, fault)
                del self.lines[lines:]
                self.steps[ticket.pk] = []
                played.alone.append(ticket.pk)
                continue
            if done:
                played.done += done
                before.centres.update(centres)
                self.news[ticket.pk] = before
                self.changed.append(ticket)
        return played

    def _play(self, ticket: Ticket, centres: set[int]) -> int:
        done = 0
        while True:
            waiting = [step for step in self.steps[ticket.pk] if step.waits]
            # Of those due at one moment the one that was laid out first.
            step = min(waiting, key=lambda step: step.due_at, default=None)
            at = self.sweeper.at
            if step is None or step.due_at > at or (step.retry_at and step.retry_at > at):
                return done
            if step.kind not in _PLAYED:
                raise OneByOne
            step.done_at, done = at, done + 1
            ticket.dot_was = marks_of(ticket)
            if step.kind == Kind.CLIMB:
                self._climb_late(ticket, step)
            elif step.kind == Kind.ARCHIVE:
                self._archive(ticket, step)
            else:
                self._remind(ticket, step)
            centres.add(ticket.centre_id)

    def _remind(self, ticket: Ticket, step: Step) -> None:
        share = SHARE[Kind(step.kind)]
        line = self._log(
            ticket, Happening.REMINDED, at=step.due_at,
            data={"clock": step.clock, "share": share},
        )  # fmt: skip
        centre = self.units[ticket.centre_id]
        handler = self.units[ticket.handler_id] if ticket.handler_id else centre
        unit = centre if step.clock == "accept" else handler
        people = self._people(ticket, unit, step.due_at)
        if share == 100 and unit != centre:
            people = people + self._people(ticket, centre, step.due_at)
        clock = ticket.clocks.get(step.clock)
        due = clock["due"] if clock else step.due_at.isoformat()
        template = "overdue" if share == 100 else "reminder"
        line.tells.append((people, template, {"clock": step.clock, "share": share, "due": due}))

    def _climb_late(self, ticket: Ticket, step: Step) -> None:
        centre = self.units[ticket.centre_id]
        returned_to_sender = (
            ticket.handler_id is not None
            and ticket.handler_id != ticket.centre_id
            and step.clock in ("sign", "resolve")
            and not self._came_back(ticket, centre)
        )
        above = centre if returned_to_sender else self.sweeper.tiers.above(centre)
        if above is not None:
            self._climb_to(ticket, centre, above, step)
        elif not ticket.supervision:
            self._supervise(ticket, centre, step.due_at)

    def _came_back(self, ticket: Ticket, centre: Unit) -> bool:
        since = ticket.dispatched_at or ticket.reported_at
        return any(to == centre.code and at >= since for at, to in self.climbed[ticket.pk])

    def _climb_to(self, ticket: Ticket, come_from: Unit, centre: Unit, step: Step) -> None:
        at, state = step.due_at, State(ticket.state)
        after(state, Move.CLIMB)
        line = self._log(
            ticket, Happening.MOVED, at=at, move=Move.CLIMB, public=True,
            data={"from": come_from.code, "to": centre.code, "clock": step.clock},
        )  # fmt: skip
        self.climbed[ticket.pk].append((at, centre.code))
        ticket.centre_id = centre.pk
        ticket.climbs += 1
        ticket.reason = {"rule": "climbed", "params": {"unit": centre.code}}
        self._lay_out_decision(ticket, at)
        people = self._people(ticket, centre, at) + self._people(ticket, come_from, at)
        line.tells.append((people, "climbed", {"unit": centre.code, "area": ticket.area_code}))

    def _lay_out_decision(self, ticket: Ticket, at: datetime) -> None:
        """As timing.stop("accept") and set_clock("decide"): no column of the ticket hangs on it."""
        for step in self.steps[ticket.pk]:
            if step.waits and step.clock in ("accept", "decide"):
                step.void_at = at
        clock = self.sweeper.decide_clock(ticket.urgency, at)
        before = ticket.clocks.get("decide")
        if before and before["due"] == clock["due"]:
            # Perhaps only its arithmetic changed: timing looks whether it has climbed already.
            raise OneByOne
        rounds = ticket.clocks.setdefault("rounds", {})
        turn = rounds["decide"] = rounds.get("decide", -1) + 1
        ticket.clocks["decide"] = clock
        due = max(datetime.fromisoformat(clock["due"]), at)
        self.steps[ticket.pk].append(Step(None, Kind.CLIMB, "decide", turn, due))

    def _supervise(self, ticket: Ticket, centre: Unit, at: datetime) -> None:
        after(State(ticket.state), Move.SUPERVISE)
        grade = Ticket.Supervision.GENERAL.value
        line = self._log(ticket, Happening.MOVED, at=at, move=Move.SUPERVISE, data={"grade": grade})
        ticket.supervision, ticket.supervise_by = grade, None
        people = self._people(ticket, centre, at)
        if ticket.handler_id:
            people = self._people(ticket, self.units[ticket.handler_id], at) + people
        line.tells.append((people, "supervised", {"grade": grade, "due": None}))

    def _archive(self, ticket: Ticket, step: Step) -> None:
        if ticket.state != State.FEEDBACK:
            return
        if ticket.pk in self.asked or ticket.paused_until:
            raise OneByOne
        at, ended = step.due_at, after(State.FEEDBACK, Move.ARCHIVE)
        self._log(
            ticket, Happening.MOVED, at=at, move=Move.ARCHIVE, public=True, data={}, ended=ended
        )
        ticket.state, ticket.ended_at = ended, at
        for other in self.steps[ticket.pk]:
            if other.waits:
                other.void_at = at

    def _people(self, ticket: Ticket, unit: Unit, at: datetime) -> list[int]:
        return self.on_post.people_for(ticket, unit, at=at)

    def _log(
        self, ticket: Ticket, kind: TicketEvent.Kind, *, at: datetime, data: dict[str, Any],
        move: str = "", public: bool = False, ended: str = "",
    ) -> _Line:  # fmt: skip
        line = _Line(
            {
                "id": 0, "ticket_id": ticket.pk, "kind": kind.value, "move": str(move),
                "hat": Hat.SYSTEM.value if move else "", "at": at, "before": ticket.state,
                "after": ended or ticket.state, "data": data, "public": public,
                "dot_was": ticket.dot_was,
            }
        )  # fmt: skip
        ticket.version += 1
        self.lines.append(line)
        return line

    # --- Written ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Write what was played; the screens hear of it after the commit, all at once."""
        if not self.changed:
            return
        ids = rows_sql.ids(TicketEvent, len(self.lines))
        for line, pk in zip(self.lines, ids, strict=True):
            line.values["id"] = pk
            self.news[line.values["ticket_id"]].lines.append(pk)
        rows_sql.insert(TicketEvent, [line.values for line in self.lines])
        rows_sql.update(
            Ticket,
            [{name: getattr(ticket, name) for name in _WRITTEN} for ticket in self.changed],
        )
        ended = [ticket.pk for ticket in self.changed if ticket.state in ENDED]
        if ended:
            Helper.objects.filter(ticket__in=ended).update(ended=True)
        self._write_steps()
        outbox.post_many(self._postings())
        broadcast.changed_together(self.news)

    def _write_steps(self) -> None:
        touched = [(t.pk, s) for t in self.changed for s in self.steps[t.pk]]
        rows_sql.update(
            DueStep,
            [{"id": step.id, "done_at": step.done_at, "void_at": step.void_at}
             for _pk, step in touched if step.id and not step.waits],
        )  # fmt: skip
        rows_sql.insert(
            DueStep,
            [{"ticket_id": pk, "kind": str(step.kind), "clock": step.clock, "round": step.round,
              "due_at": step.due_at, "done_at": step.done_at, "void_at": step.void_at, "error": ""}
             for pk, step in touched if not step.id],
        )  # fmt: skip

    def _postings(self) -> list[Posting]:
        numbers = {ticket.pk: ticket.number or "" for ticket in self.changed}
        page = reverse("tickets:detail", args=["NUMBER"])
        return [
            Posting(
                readers=list(dict.fromkeys(people)),
                happening=f"event:{line.values['id']}:{template}",
                template=template,
                params={"number": numbers[line.values["ticket_id"]]} | params,
                link=page.replace("NUMBER", numbers[line.values["ticket_id"]]),
                at=line.values["at"],
            )
            for line in self.lines
            for people, template, params in line.tells
            if people
        ]
