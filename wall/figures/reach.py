"""Whose figures somebody may see: of the areas that their posts cover, or of their units."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from grids.models import Unit
from people.models import User
from tickets.querysets import sight_of

# Restricted reports are only told of as a number, and only over a whole town or more.
_TOWN = 9


@dataclass(frozen=True)
class Reach:
    """Areas (codes, with all beneath), or else units (codes): the outermost that may be asked."""

    user: User
    areas: tuple[str, ...]
    units: tuple[str, ...]

    def narrowed(self, area: str) -> tuple[str, ...]:
        """Return the areas to ask about; 404 for an area that is not theirs.

        A department's figures may be narrowed to any area: they stay what it did itself.
        """
        if not area:
            return self.areas
        if self.areas and not area.startswith(self.areas):
            raise Http404
        return (area,)

    def may_tell_restricted(self, areas: tuple[str, ...]) -> bool:
        """Whether the number of restricted reports may be told: of all that is theirs, at once."""
        return bool(areas) and areas == self.areas and all(len(a) <= _TOWN for a in areas)


def reach_of(user: User) -> Reach:
    """Return what this person may ask about; 403 if no post of theirs shows reports."""
    sight = sight_of(user)
    if not sight:
        raise PermissionDenied(_("None of your posts shows figures."))
    if sight.areas:
        return Reach(user, sight.areas, ())
    units = Unit.objects.filter(pk__in=sight.units | sight.centres).order_by("code")
    return Reach(user, (), tuple(units.values_list("code", flat=True)))
