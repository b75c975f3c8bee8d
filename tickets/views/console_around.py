"""What stands beside an opened ticket: its place, who would get it, who would be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grids.models import Unit
from tickets import duplicates, foretold
from tickets.forms.units import Candidates, candidates
from tickets.models import Ticket
from tickets.states import Move
from tickets.views import console_map


@dataclass(frozen=True)
class Proposed:
    """A unit that would get the ticket: what it has in hand, who is there, how far its seat is."""

    unit: Unit
    in_hand: int
    people: int
    metres: int | None

    @property
    def kilometres(self) -> str:
        """The distance as one says it, "" if the unit's seat is not on the map."""
        return "" if self.metres is None else f"{self.metres / 1000:.1f}"


def around(ticket: Ticket, page: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Return what the context column shows; `page` is what detail.shown() returned."""
    dispatch = Move.DISPATCH in page["moves"] and ticket.event_type is not None
    likely = Move.DISPATCH if dispatch else page["main_move"]
    told = foretold.foretell(ticket, likely, at=at) if likely else None
    near = [one.ticket for one in page["near"]]
    return {
        "sketch": console_map.sketch(ticket, near),
        "proposed": proposed(ticket, at=at) if dispatch else None,
        "likely": likely,
        "move": likely,
        "foretold": told,
    }


def proposed(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """Return who would get the ticket: {"lead": Proposed or None, "help": [Proposed, …]}."""
    found = candidates(ticket, at=at)
    by_id = {unit.pk: _proposed(unit, found, ticket) for unit in found.units}
    return {
        "lead": by_id.get(found.proposed or 0),
        "help": [by_id[pk] for pk in found.supports if pk in by_id],
    }


def _proposed(unit: Unit, found: Candidates, ticket: Ticket) -> Proposed:
    seat = unit.area
    known = ticket.exact and seat.lat is not None and seat.lng is not None
    return Proposed(
        unit=unit,
        in_hand=found.loads.get(unit.pk, 0),
        people=found.people.get(unit.pk, 0),
        metres=round(duplicates.metres_between(ticket, seat)) if known else None,
    )
