"""How far a report is, as its reporter sees it: five steps, and one sentence about the present."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets.models import Ticket
from tickets.states import STAGE_OF, Stage, State

_ENDED_EARLY = frozenset({State.REFUSED, State.MERGED, State.WITHDRAWN})


@dataclass(frozen=True)
class Step:
    """One step. place: "done", "now" or "coming". at: when it was reached, if that is known."""

    stage: Stage
    label: str
    place: str
    at: datetime | None


def steps_of(ticket: Ticket) -> list[Step]:
    """Return the report's steps in order. What ended early has only those that it came to."""
    reached = _reached(ticket)
    stages = list(Stage)
    now = STAGE_OF[State(ticket.state)]
    if ticket.state in _ENDED_EARLY:
        stages = [stage for stage in Stage if reached[stage] or stage is now]
    here = stages.index(now)
    return [
        Step(
            stage=stage,
            label=_label(stage, ticket),
            place="done" if place < here else "now" if place == here else "coming",
            at=reached[stage] if place <= here else None,
        )
        for place, stage in enumerate(stages)
    ]


def sentence(ticket: Ticket) -> str:
    """Return in one sentence what happens with the report now."""
    unit = {"unit": (ticket.handler or ticket.centre).shown_name}
    match State(ticket.state):
        case State.SUBMITTED | State.ACCEPTED:
            return _("%(unit)s looks at it and says who handles it.") % unit
        case State.DISPATCHED:
            return _("%(unit)s has it and is about to sign for it.") % unit
        case State.SIGNED:
            return _("%(unit)s has signed for it and sees to it.") % unit
        case State.HANDLING:
            return _("%(unit)s is at work on it.") % unit
        case State.RESOLVED:
            return _("%(unit)s has handled it; the centre looks whether it is right.") % unit
        case State.FEEDBACK:
            return _("It is answered. Please say whether it is solved.")
        case State.CLOSED:
            return _("It is closed. Thank you for telling us.")
        case State.REFUSED:
            return _("It was not accepted; below stands why.")
        case State.MERGED:
            return _("It is handled together with another report of the same matter.")
        case State.WITHDRAWN:
            return _("You withdrew it.")


def _reached(ticket: Ticket) -> dict[Stage, datetime | None]:
    return {
        Stage.NEW: ticket.reported_at,
        Stage.DISPATCHED: ticket.dispatched_at,
        Stage.HANDLING: ticket.signed_at,
        Stage.RESOLVED: ticket.resolved_at,
        Stage.CLOSED: ticket.ended_at,
    }


def _label(stage: Stage, ticket: Ticket) -> str:
    if stage is Stage.CLOSED and ticket.state in _ENDED_EARLY:
        return str(State(ticket.state).label)
    # Short: five of them stand side by side on a phone.
    return {
        Stage.NEW: pgettext("step", "Reported"),
        Stage.DISPATCHED: pgettext("step", "Given"),
        Stage.HANDLING: pgettext("step", "In hand"),
        Stage.RESOLVED: pgettext("step", "Handled"),
        Stage.CLOSED: pgettext("step", "Closed"),
    }[stage]
