"""What part of the district somebody watches: what their posts show, or a part of that."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from grids.models import Area, Unit, lineage
from people.models import User, WallDevice
from people.scope import within
from tickets.dots import VILLAGE_CODE
from tickets.models import Ticket
from tickets.querysets import Sight, TicketQuerySet, sight_of


@dataclass(frozen=True)
class Scope:
    """Who watches, what that shows them, and the area that they narrowed it to ("": all).

    visitor: strangers look over their shoulder. No numbers, no names; places as far as the village.
    """

    watcher: User | WallDevice
    sight: Sight
    area: str
    visitor: bool = False

    @property
    def owner(self) -> str:
        """Return who watches as the audit names them: "user:7", "device:3"."""
        kind = "device" if self.by_device else "user"
        return f"{kind}:{self.watcher.pk}"

    @property
    def key(self) -> tuple:
        """Return what all share who are shown the same."""
        sight = self.sight
        return sight.areas, sight.units, sight.centres, self.area, self.visitor

    @property
    def by_device(self) -> bool:
        """Whether nobody is signed in: a screen on a wall."""
        return isinstance(self.watcher, WallDevice)

    def shown_area(self, code: str) -> str:
        """Return how much of a place's code this scope shows: visitors are told no grid."""
        return code[:VILLAGE_CODE] if self.visitor else code

    def tickets(self) -> TicketQuerySet:
        """Return the tickets that have a dot here: the ordinary door, without restricted ones."""
        tickets = Ticket.objects.in_sight(self.sight).on_the_wall()
        return tickets.filter(within([self.area], "area_code")) if self.area else tickets

    def counted(self) -> TicketQuerySet:
        """Return what the figures count of these: a department's are of what it leads.

        What it only helps with is on its map and in its list, and counts with whoever leads.
        """
        tickets = self.tickets()
        return tickets.filter(handler__in=self.sight.units) if self.by_hand else tickets

    def codes(self) -> list[str]:
        """Return the area codes that are watched as areas; [] for a department, which has none."""
        if not self.area:
            return list(self.sight.areas)
        return [self.area] if self.sight.areas else []

    @property
    def by_hand(self) -> bool:
        """Whether they see only what is in their units' hands: that changes with every dispatch."""
        return not self.sight.areas

    def topics(self) -> frozenset[str]:
        """Return what a socket listens to: the same door as tickets(), for frames."""
        return frozenset(
            [
                *self.sight.areas,
                *(f"unit.{unit}" for unit in self.sight.units),
                *(f"centre.{unit}" for unit in self.sight.centres),
            ]
        )

    def home(self) -> str:
        """Return the code of the smallest area that holds all they watch: what the map shows."""
        codes = [self.area] if self.area else self.reach()
        if not codes:
            return ""
        lines = [lineage(code) for code in codes]
        common = [step[0] for step in zip(*lines, strict=False) if len(set(step)) == 1]
        return common[-1] if common else ""

    def reach(self) -> list[str]:
        """Return the codes that this person's walls may show: each with all beneath it."""
        return list(self.sight.areas) or self._of_units()

    def _of_units(self) -> list[str]:
        units = Unit.objects.filter(pk__in=self.sight.units | self.sight.centres)
        return sorted(units.values_list("area__code", flat=True))


def scope_of(watcher: User | WallDevice, area: str = "", *, visitor: bool = False) -> Scope:
    """Return the scope of this person or device, narrowed to an area if they ask for one.

    A device for visitors stays one, whatever is asked.

    403 if no post of theirs shows tickets at all, 404 if the area is not theirs or does not exist.
    """
    if isinstance(watcher, WallDevice):
        sight = Sight(areas=(watcher.area.code,), units=frozenset(), centres=frozenset())
        visitor = visitor or watcher.visitor
    else:
        sight = sight_of(watcher)
    if not sight:
        raise PermissionDenied(_("None of your posts shows reports on the wall."))
    scope = Scope(watcher, sight, area, visitor)
    if area:
        known = area.startswith(tuple(scope.reach())) and Area.objects.filter(code=area).exists()
        if not known:
            raise Http404
    return scope


def signed_out_meanwhile(watcher: User | WallDevice) -> bool:
    """Whether the account was closed after it opened this door: then nothing is theirs any more.

    A request that came in before that and asks for its posts after it must not be told that a post
    is missing: the right answer is to sign in.
    """
    if isinstance(watcher, WallDevice):
        return not WallDevice.objects.filter(pk=watcher.pk, revoked_at=None).exists()
    return not User.objects.filter(pk=watcher.pk, is_active=True).exists()
