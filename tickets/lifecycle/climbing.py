"""What happens by itself: reminders, the climb, lapses, resumptions, endings.

Everything due is a DueStep row. The timetable calls sweep(); after three days without a worker it
does every missed step in order, once, with the time at which it was truly due.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids import organisation
from people.models import User
from tickets.lifecycle import record, timing
from tickets.lifecycle.ending import close, reopening_waits
from tickets.lifecycle.requests import lapse
from tickets.lifecycle.supervision import supervise_overdue
from tickets.lifecycle.together import SHARE, Sweeper
from tickets.models import DueStep, Ticket, TicketEvent
from tickets.states import Move, MoveRefused, State

logger = logging.getLogger(__name__)
Kind = DueStep.Kind
# So many tickets are done in one transaction. One has at most a dozen steps due at a time.
_TOGETHER = 1_000
_STEPS_EACH = 12
# A step that failed is tried again after this; the rest of the district goes on meanwhile.
_TRY_AGAIN = timedelta(hours=1)
# What is left after this comes with the next sweep: a task that runs longer is ended, and the
# ticket at which that happens would look like a bad row.
_SWEEP_SECONDS = 180


@dataclass(frozen=True)
class Swept:
    """How many steps were done, and how many failed and wait for another try."""

    done: int
    failed: int


def sweep(*, at: datetime, limit: int = 10_000) -> Swept:
    """Do what has fallen due by `at`: each ticket's steps in their order, the longest due first.

    Reminders and climbs are done many tickets at a time (together.py), the rest ticket by ticket,
    each step in a transaction of its own. Two sweepers at once share the work: a ticket that
    another one has locked is left to it. A step that fails is logged, put off by an hour, and
    holds up its own ticket only.

    :param limit: how many tickets to take up at most
    """
    done = failed = 0
    started = monotonic()
    due = _due_tickets(at, limit)
    sweeper = Sweeper(at) if due else None
    for first in range(0, len(due), _TOGETHER):
        if sweeper is None or monotonic() - started >= _SWEEP_SECONDS:
            break
        together, alone = _together(sweeper, due[first : first + _TOGETHER])
        one_by_one = _one_by_one(alone, at, until=started + _SWEEP_SECONDS)
        done, failed = done + together + one_by_one.done, failed + one_by_one.failed
    return Swept(done, failed)


def _together(sweeper: Sweeper, ticket_ids: Sequence[int]) -> tuple[int, Sequence[int]]:
    """Do these at once; return how many steps were done, and which tickets are left."""
    try:
        played = sweeper.do(ticket_ids)
    except Exception:  # the database took one row amiss: one by one it shows which
        logger.exception("%d tickets could not be swept together", len(ticket_ids))
        return 0, ticket_ids
    return played.done, played.alone


def _one_by_one(ticket_ids: Sequence[int], at: datetime, *, until: float) -> Swept:
    done = failed = 0
    for ticket_id in ticket_ids:
        while monotonic() < until:
            try:
                step = _do_next(ticket_id, at)
            except Exception as fault:  # one bad row must not stop the district
                logger.exception("a due step of ticket %s failed", ticket_id)
                _put_off(ticket_id, fault, at)
                failed += 1
                break
            if step is None:
                break
            done += 1
    return Swept(done, failed)


@transaction.atomic
def climb(*, ticket_id: int, by: User, at: datetime, words: str) -> Ticket:
    """Somebody who cannot solve it passes it up: the centre above decides (F34).

    The handler keeps working until the ticket is dispatched anew.

    :raises MoveRefused: without saying why, or where nobody stands above
    """
    if not words.strip():
        raise MoveRefused(_("Say why it has to be decided a level above."))
    ticket = record.locked(ticket_id)
    above = _where_to(ticket)
    if above is None:
        raise MoveRefused(_("No centre stands above this one."))
    _climb_to(ticket, above, by=by, at=at, words=words)
    return ticket


def _due_tickets(at: datetime, limit: int) -> list[int]:
    """Return at most so many tickets with something due, the longest due first."""
    due = DueStep.objects.filter(
        Q(retry_at=None) | Q(retry_at__lte=at), done_at=None, void_at=None, due_at__lte=at
    )
    ids = due.order_by("due_at", "id").values_list("ticket_id", flat=True)
    return list(dict.fromkeys(ids[: limit * _STEPS_EACH]))[:limit]


@transaction.atomic
def _do_next(ticket_id: int, at: datetime) -> DueStep | None:
    """Do the ticket's earliest waiting step; None if there is none, or another sweeper has it."""
    # The lock first: only then is it certain which step is next.
    mine = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id)
    if not mine.exists():
        return None
    step = _next_step(ticket_id)
    if step is None or step.due_at > at or (step.retry_at and step.retry_at > at):
        return None
    step.done_at = at
    step.save(update_fields=["done_at"])
    _do(record.locked(ticket_id), step)
    return step


def _next_step(ticket_id: int) -> DueStep | None:
    waiting = DueStep.objects.filter(ticket_id=ticket_id, done_at=None, void_at=None)
    return waiting.order_by("due_at", "id").first()


def _do(ticket: Ticket, step: DueStep) -> None:
    # Whatever happens, happened when it was due: the next step's time follows from this one.
    at = step.due_at
    if step.kind in SHARE:
        _remind(ticket, step, at)
    elif step.kind == Kind.CLIMB:
        _climb_late(ticket, step, at)
    elif step.kind == Kind.LAPSE:
        lapse(ticket, int(step.clock.split()[1]), at=at)
    elif step.kind == Kind.RESUME:
        resume(ticket, at=at)
    elif step.kind == Kind.ARCHIVE:
        _archive(ticket, at=at)


def _archive(ticket: Ticket, *, at: datetime) -> None:
    """The time for rating is over; it counts as not rated, never as satisfied (domain 2.4)."""
    if ticket.state == State.FEEDBACK and not reopening_waits(ticket):
        close(ticket, by=None, at=at)


def resume(ticket: Ticket, *, at: datetime) -> None:
    """The time for which the locked ticket was suspended is over: its clock runs again."""
    timing.resume_resolve(ticket, at=at)
    event = record.log(
        ticket, record.Kind.RESUMED, by=None, at=at, before=ticket.state, after=ticket.state
    )
    people = record.people_at(ticket.handler, ticket, at)
    record.tell(people, event, "deadline_moved", due=ticket.resolve_by)
    record.tell_reporter(event, "deadline_moved", due=ticket.resolve_by)


def _remind(ticket: Ticket, step: DueStep, at: datetime) -> None:
    share = SHARE[Kind(step.kind)]
    clock = timing.clock_of(ticket, step.clock)
    event = record.log(
        ticket, record.Kind.REMINDED, by=None, at=at, before=ticket.state, after=ticket.state,
        data={"clock": step.clock, "share": share},
    )  # fmt: skip
    unit = ticket.centre if step.clock == "accept" else ticket.handler or ticket.centre
    people = record.people_at(unit, ticket, at)
    if share == 100 and unit != ticket.centre:
        people += record.people_at(ticket.centre, ticket, at)
    due = clock.due if clock else step.due_at
    template = "overdue" if share == 100 else "reminder"
    record.tell(people, event, template, clock=step.clock, share=share, due=due)


def _climb_late(ticket: Ticket, step: DueStep, at: datetime) -> None:
    """Nobody acted in time: the next centre decides, or at the top it becomes supervision."""
    returned_to_sender = (
        ticket.handler is not None
        and ticket.handler != ticket.centre
        and step.clock in ("sign", "resolve")
        and not _came_back(ticket)
    )
    # A unit that a centre chose is late: that centre decides first, then the one above.
    above = ticket.centre if returned_to_sender else _where_to(ticket)
    if above is None:
        supervise_overdue(ticket, at=at)
        return
    _climb_to(ticket, above, by=None, at=at, data={"clock": step.clock})


def _came_back(ticket: Ticket) -> bool:
    """Whether the present unit's lateness has come back to the centre that chose it already."""
    climbs = ticket.events.filter(move=Move.CLIMB, data__to=ticket.centre.code)
    return climbs.filter(at__gte=ticket.dispatched_at or ticket.reported_at).exists()


def _where_to(ticket: Ticket):
    """Return the centre a level up that decides next, or None at the top."""
    return organisation.centre_above(ticket.centre)


def _climb_to(
    ticket: Ticket, centre, *, by: User | None, at: datetime, words: str = "",
    data: dict | None = None,
) -> TicketEvent:  # fmt: skip
    come_from = ticket.centre
    event = record.make(
        ticket, Move.CLIMB, by=by, system=by is None, at=at, words=words,
        data={"from": come_from.code, "to": centre.code} | (data or {}),
        centre=centre, climbs=ticket.climbs + 1,
        reason={"rule": "climbed", "params": {"unit": centre.code}},
    )  # fmt: skip
    timing.stop(ticket, "accept", at=at)
    timing.set_clock(ticket, "decide", timing.decide_limit(ticket), start=at, at=at)
    ticket.save()
    people = record.people_at(centre, ticket, at) + record.people_at(come_from, ticket, at)
    record.tell(people, event, "climbed", but=by, unit=centre.code, area=ticket.area_code)
    return event


def _put_off(ticket_id: int, fault: Exception, at: datetime) -> None:
    step = _next_step(ticket_id)
    if step:
        step.retry_at, step.error = at + _TRY_AGAIN, f"{type(fault).__name__}: {fault}"[:200]
        step.save(update_fields=["retry_at", "error"])
