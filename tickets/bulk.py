"""Before many tickets are dispatched at once: who would get each, their load, how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grids.models import Unit, lineage
from people.models import User
from tickets import routing
from tickets.duplicates import metres_between
from tickets.lifecycle.bulk import unit_by_rule
from tickets.lifecycle.dispatch import may_be_given
from tickets.models import Ticket
from tickets.querysets import in_hand_of
from tickets.states import Move, MoveRefused, State, after


@dataclass(frozen=True)
class Planned:
    """What would become of one ticket.

    unit: who would get it; None if that cannot be said. load: open tickets it has in hand now.
    metres: from the ticket to the unit's seat, None where either is unknown. people: how many
    would be told. refused: the sentence, "" if it can be dispatched.
    """

    ticket: Ticket
    unit: Unit | None
    load: int
    metres: int | None
    people: int
    refused: str


def plan(tickets: Sequence[Ticket], *, unit: Unit | None, by: User, at: datetime) -> list[Planned]:
    """Return what dispatching each of the tickets to the unit (None: by the rules) would do now.

    Nothing is changed. What is asked of the database grows with the units and places concerned,
    hardly with the tickets.
    """
    found = _Once(by, at)
    chosen = [found.unit_or_refusal(ticket, unit) for ticket in tickets]
    loads = in_hand_of({gets.pk for gets, _refused in chosen if gets})
    return [
        Planned(
            ticket=ticket,
            unit=gets,
            load=loads.get(gets.pk, 0) if gets else 0,
            metres=_metres(ticket, gets),
            people=found.people(ticket, gets) if gets else 0,
            refused=refused,
        )
        for ticket, (gets, refused) in zip(tickets, chosen, strict=True)
    ]


def units_for(tickets: Sequence[Ticket]) -> list[Unit]:
    """Return the units that serve the place of at least one of the tickets, from the top down."""
    codes = {code for ticket in tickets for code in lineage(ticket.area_code)}
    here = Unit.objects.filter(area__code__in=codes, valid_to=None)
    here = here.exclude(kind=Unit.Kind.CHANNEL).select_related("area").defer("area__boundary")
    return list(here.order_by("area__code", "code"))


class _Once:
    """Asks each question once: a hundred tickets are of a few types in a few villages."""

    def __init__(self, by: User, at: datetime) -> None:
        self.by, self.at = by, at
        self._units: dict[tuple, tuple[Unit | None, str]] = {}
        self._people: dict[tuple, int] = {}
        self._checked: dict[tuple, str] = {}

    def unit_or_refusal(self, ticket: Ticket, unit: Unit | None) -> tuple[Unit | None, str]:
        try:
            after(State(ticket.state), Move.DISPATCH)
        except MoveRefused as refusal:
            return unit, str(refusal)
        refused = ""
        if unit is None:
            unit, refused = self._by_rule(ticket)
        return unit, refused or (self._fault(ticket, unit) if unit else "")

    def people(self, ticket: Ticket, unit: Unit) -> int:
        place = (unit.pk, ticket.area_code, ticket.restricted)
        if place not in self._people:
            self._people[place] = len(routing.people_for(ticket, unit, at=self.at))
        return self._people[place]

    def _by_rule(self, ticket: Ticket) -> tuple[Unit | None, str]:
        what = (ticket.event_type_id, ticket.village_id)
        if what not in self._units:
            try:
                self._units[what] = unit_by_rule(ticket, at=self.at), ""
            except MoveRefused as refusal:
                self._units[what] = None, str(refusal)
        return self._units[what]

    def _fault(self, ticket: Ticket, unit: Unit) -> str:
        what = (
            unit.pk, ticket.event_type_id, ticket.area_code, ticket.centre_id, ticket.restricted,
        )  # fmt: skip
        if what not in self._checked:
            try:
                may_be_given(ticket, unit, by=self.by, at=self.at)
                self._checked[what] = ""
            except MoveRefused as refusal:
                self._checked[what] = str(refusal)
        return self._checked[what]


def _metres(ticket: Ticket, unit: Unit | None) -> int | None:
    if unit is None or unit.area.lat is None or unit.area.lng is None:
        return None
    return round(metres_between(ticket, unit.area))
