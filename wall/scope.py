"""What part of the district somebody watches: what their posts show, or a part of that."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from grids.models import Area, Unit, lineage
from people.models import User
from people.scope import within
from tickets.models import Ticket
from tickets.querysets import Sight, TicketQuerySet, sight_of


@dataclass(frozen=True)
class Scope:
    """A person, what their posts show them, and the area that they narrowed it to ("": all)."""

    user: User
    sight: Sight
    area: str

    def tickets(self) -> TicketQuerySet:
        """Return the tickets that have a dot here: the ordinary door, without restricted ones."""
        tickets = Ticket.objects.visible_to(self.user).on_the_wall()
        return tickets.filter(within([self.area], "area_code")) if self.area else tickets

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
        codes = [self.area] if self.area else list(self.sight.areas) or self._of_units()
        if not codes:
            return ""
        lines = [lineage(code) for code in codes]
        common = [step[0] for step in zip(*lines, strict=False) if len(set(step)) == 1]
        return common[-1] if common else ""

    def _of_units(self) -> list[str]:
        units = Unit.objects.filter(pk__in=self.sight.units | self.sight.centres)
        return sorted(units.values_list("area__code", flat=True))


def scope_of(user: User, area: str = "") -> Scope:
    """Return the scope of this person, narrowed to an area if they ask for one.

    403 if no post of theirs shows tickets at all, 404 if the area is not theirs or does not exist.
    """
    sight = sight_of(user)
    if not sight:
        raise PermissionDenied(_("None of your posts shows reports on the wall."))
    scope = Scope(user, sight, area)
    if area:
        mine = sight.areas or tuple(Scope(user, sight, "")._of_units())
        known = area.startswith(mine) and Area.objects.filter(code=area).exists()
        if not known:
            raise Http404
    return scope


def signed_out_meanwhile(user: User) -> bool:
    """Whether the account was closed after it opened this door: then nothing is theirs any more.

    A request that came in before that and asks for its posts after it must not be told that a post
    is missing: the right answer is to sign in.
    """
    return not User.objects.filter(pk=user.pk, is_active=True).exists()
