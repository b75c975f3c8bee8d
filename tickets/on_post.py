"""Who works for many units: what routing.people_for() says of one ticket, with one query."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from grids.models import Unit
from people.models import Post
from people.roles import GRID_ROLES, HANDLING_ROLES
from tickets.models import Ticket

# From, until (the last day), who.
_Held = tuple[date | None, date | None, int]


class OnPost:
    """The people of these units, and of the grids and villages of these areas, on any day."""

    def __init__(self, *, units: Iterable[int], area_codes: Iterable[str]) -> None:
        posts = Post.objects.filter(
            Q(unit__in=set(units), role__in=HANDLING_ROLES)
            | Q(area__code__in=set(area_codes), role__in=GRID_ROLES),
            user__is_active=True,
        ).order_by("user_id")
        columns = ("unit_id", "area__code", "starts", "ends", "user_id")
        self._take(posts.values_list(*columns))

    @classmethod
    def of(cls, rows: Iterable[tuple]) -> "OnPost":
        """Return what these rows say: unit, area's code, first and last day, who, in that order."""
        made = cls.__new__(cls)
        made._take(rows)
        return made

    def _take(self, rows: Iterable[tuple]) -> None:
        self._in_unit: dict[int, list[_Held]] = defaultdict(list)
        self._over_area: dict[str, list[_Held]] = defaultdict(list)
        self._zone = timezone.get_current_timezone()
        self._known: dict[tuple[int, str, date], list[int]] = {}
        for unit_id, area_code, starts, ends, user_id in rows:
            held = (starts, ends, user_id)
            if unit_id:
                self._in_unit[unit_id].append(held)
            else:
                self._over_area[area_code].append(held)

    def people_for(self, ticket: Ticket, unit: Unit, *, at: datetime) -> list[int]:
        """Return the ids of who in the unit is told about the ticket, each once."""
        # A restricted ticket is not for the grid's workers: their door does not show it.
        area_code = "" if ticket.restricted else ticket.area_code
        key = (unit.pk, area_code, self._day_of(at))
        if key not in self._known:
            self._known[key] = self._people(unit, area_code, key[2])
        return self._known[key]

    def staffed(self, unit: Unit, *, at: datetime) -> bool:
        """Tell whether anybody works in the unit itself."""
        return bool(_there(self._in_unit.get(unit.pk, ()), self._day_of(at)))

    def _day_of(self, at: datetime) -> date:
        # Not localdate(): it looks the zone up each time, for tens of thousands.
        return at.astimezone(self._zone).date()

    def _people(self, unit: Unit, area_code: str, day: date) -> list[int]:
        held = list(self._in_unit.get(unit.pk, ()))
        if unit.tier == Unit.Tier.VILLAGE and len(area_code) > len(unit.area.code):
            for code in (area_code, unit.area.code):
                held += self._over_area.get(code, ())
        return list(dict.fromkeys(_there(held, day)))


def _there(held: Iterable[_Held], day: date) -> list[int]:
    return [
        who
        for starts, ends, who in held
        if (starts is None or starts <= day) and (ends is None or ends >= day)
    ]
