"""Who acts for a unit, and to which unit a centre would give a ticket. Reads the roster, once."""

import random
from collections.abc import Iterable
from datetime import datetime

from grids import organisation
from grids.locate import Place
from grids.models import Unit
from people.models import User
from people.roles import GRID_ROLES, HANDLING_ROLES, HEAD_ROLES, Role
from people.scope import holders
from tickets import routing
from tickets.models import Ticket


class Desk:
    """The people on post during one simulation, remembered: the roster does not change in it."""

    def __init__(self, at: datetime) -> None:
        """Take the roster as it is at `at`."""
        self.at = at
        self._people: dict[tuple, list[User]] = {}

    def officer(self, unit: Unit | None, chance: random.Random) -> User | None:
        """Return a duty officer of the centre, else whoever else works its queue."""
        return self._one(unit, ({Role.DUTY_OFFICER}, {Role.SHIFT_SUPERVISOR}), chance)

    def supervisor(self, unit: Unit | None, chance: random.Random) -> User | None:
        """Return a shift supervisor of the centre."""
        return self._one(unit, ({Role.SHIFT_SUPERVISOR},), chance)

    def head(self, unit: Unit | None, chance: random.Random) -> User | None:
        """Return who answers for the unit."""
        return self._one(unit, (HEAD_ROLES,), chance)

    def hand(self, ticket: Ticket, chance: random.Random) -> User | None:
        """Return somebody who does the work: in a village mostly a grid worker, else a handler."""
        unit = ticket.handler
        if unit is None:
            return None
        if unit.tier == Unit.Tier.VILLAGE and not ticket.restricted and chance.random() < 0.75:
            codes = [ticket.area_code]
            if ticket.area_code != unit.area.code:
                codes.append(unit.area.code)
            workers = [person for code in codes for person in self._over(code)]
            if workers:
                return chance.choice(workers)
        return self._one(unit, ({Role.HANDLER, Role.DUTY_OFFICER}, HANDLING_ROLES), chance)

    def worker(self, area_code: str, chance: random.Random) -> User | None:
        """Return a grid worker or grid leader over exactly this area."""
        people = self._over(area_code)
        return chance.choice(people) if people else None

    def unit_for(self, ticket: Ticket, centre: Unit, *, prefer_itself: bool) -> Unit | None:
        """Return to whom this centre gives the ticket: who routing names, who leads, or itself.

        Never to the unit that just gave it back; None if nobody may have it.
        """
        kind = ticket.event_type
        if kind is None:
            return None
        place = Place(village=ticket.village, grid=ticket.grid)
        village = ticket.village.code
        usual = [
            routing.choose(event_type=kind, certain=True, place=place, at=self.at).handler,
            organisation.unit_for(kind.lead, village),
        ]
        candidates = [centre, *usual] if prefer_itself else [*usual, centre]
        candidates += [organisation.unit_for(trade, village) for trade in kind.support]
        returned_by = _returned_by(ticket)
        for unit in candidates:
            if unit and unit.code != returned_by and self._may_have(unit, centre, ticket):
                return unit
        return centre if self._may_have(centre, centre, ticket) else None

    def helpers_for(self, ticket: Ticket, lead: Unit) -> list[Unit]:
        """Return the supporting units with people, without the lead itself, two at most."""
        trades = ticket.event_type.support if ticket.event_type else []
        found = [organisation.unit_for(trade, ticket.village.code) for trade in trades]
        return [
            unit for unit in dict.fromkeys(found) if unit and unit != lead and self._staff(unit)
        ][:2]

    def _may_have(self, unit: Unit, centre: Unit, ticket: Ticket) -> bool:
        if ticket.event_type is None or not self._staff(unit):
            return False
        return not routing.may_be_given(
            unit=unit, centre=centre, event_type=ticket.event_type, area_code=ticket.area_code
        )

    def _staff(self, unit: Unit) -> list[User]:
        return self._in(unit, HANDLING_ROLES)

    def _one(
        self, unit: Unit | None, wishes: Iterable[Iterable[Role]], chance: random.Random
    ) -> User | None:
        for roles in wishes if unit else ():
            people = self._in(unit, roles)
            if people:
                return chance.choice(people)
        return None

    def _in(self, unit: Unit | None, roles: Iterable[Role]) -> list[User]:
        key = ("unit", unit.pk if unit else 0, frozenset(roles))
        if key not in self._people:
            found = holders(at=self.at, roles=roles, unit_id=unit.pk) if unit else ()
            self._people[key] = list(found)
        return self._people[key]

    def _over(self, area_code: str) -> list[User]:
        key = ("area", area_code)
        if key not in self._people:
            self._people[key] = list(holders(at=self.at, roles=GRID_ROLES, area_code=area_code))
        return self._people[key]


def _returned_by(ticket: Ticket) -> str:
    reason = ticket.reason
    return reason["params"].get("lead", "") if reason.get("rule") == "returned" else ""
