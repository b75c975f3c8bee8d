"""What together.py reads of a batch of locked tickets: a query for each kind, however many."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from grids.models import Unit
from tickets.models import DueStep, Question, Request, Ticket, TicketEvent
from tickets.states import Move, State


@dataclass(slots=True)
class Step:
    """A waiting step; without an id it was laid out just now."""

    id: int | None
    kind: str
    clock: str
    round: int
    due_at: datetime
    retry_at: datetime | None = None
    done_at: datetime | None = None
    void_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.done_at is None and self.void_at is None


def waiting(tickets: list[Ticket]) -> dict[int, list[Step]]:
    """Return each ticket's waiting steps, in the order in which they fall due."""
    steps: dict[int, list[Step]] = {ticket.pk: [] for ticket in tickets}
    waiting = DueStep.objects.filter(ticket__in=list(steps), done_at=None, void_at=None)
    columns = ("ticket_id", "id", "kind", "clock", "round", "due_at", "retry_at")
    for ticket_id, *values in waiting.order_by("due_at", "id").values_list(*columns):
        steps[ticket_id].append(Step(*values))
    return steps


def climbs_of(tickets: list[Ticket]) -> dict[int, list[tuple[datetime, str]]]:
    """Return when each ticket climbed and to which centre, as its history has it."""
    climbs: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    climbed = [ticket.pk for ticket in tickets if ticket.climbs]
    if climbed:
        lines = TicketEvent.objects.filter(ticket__in=climbed, move=Move.CLIMB)
        for ticket_id, at, data in lines.values_list("ticket_id", "at", "data"):
            climbs[ticket_id].append((at, data.get("to", "")))
    return climbs


def asked_of(tickets: list[Ticket]) -> set[int]:
    """Return the answered tickets about which somebody waits for a decision or an answer."""
    answered = [ticket.pk for ticket in tickets if ticket.state == State.FEEDBACK]
    if not answered:
        return set()
    requests = Request.objects.filter(ticket__in=answered, state=Request.State.OPEN)
    questions = Question.objects.open().filter(ticket__in=answered)
    return {
        pk for asked in (requests, questions) for pk in asked.values_list("ticket_id", flat=True)
    }


def units_of(tickets: list[Ticket]) -> dict[int, Unit]:
    """Return the units that decide about these tickets or work on them, by id."""
    ids = {ticket.centre_id for ticket in tickets}
    ids |= {ticket.handler_id for ticket in tickets if ticket.handler_id}
    units = Unit.objects.filter(pk__in=ids).select_related("area").defer("area__boundary")
    return {unit.pk: unit for unit in units}
