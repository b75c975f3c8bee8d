"""Canned sentences: whose a person may use, and whose they look after.

One uses those of one's own units and of the command centres above: the district's are everybody's.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from grids.models import Unit, lineage
from people.models import User
from people.roles import CENTRE_ROLES, HEAD_ROLES
from people.scope import posts_of, units_of
from tickets.models import Phrase

# More than one unit's people can keep in mind.
AT_MOST = 100
_VILLAGE = 12


def visible(user: User) -> QuerySet[Phrase]:
    """Return the sentences that this person may use, the nearest unit's first."""
    units = units_of(user)
    own = Unit.objects.filter(pk__in=units).values_list("area__code", flat=True)
    codes = {*own, *(held.code for held in posts_of(user) if held.code)}
    above = {step for code in codes for step in lineage(code)}
    theirs = Q(unit__in=units) | Q(unit__area__code__in=above) & ~Q(unit__tier="")
    found = Phrase.objects.filter(theirs).select_related("unit__area").defer("unit__area__boundary")
    return found.order_by("-unit__area__code", "unit__code", "pk")


def looked_after(user: User) -> QuerySet[Unit]:
    """Return the units whose sentences this person may change: as their head.

    A village's centre has no head of its own: there those on duty are.
    """
    villages = {
        held.unit_id
        for held in posts_of(user)
        if held.is_centre and held.role in CENTRE_ROLES and len(held.code) == _VILLAGE
    }
    return Unit.objects.filter(pk__in=units_of(user, HEAD_ROLES) | villages).order_by("code")


def to_change(user: User, phrase_id: int) -> Phrase:
    """Return the sentence if this person looks after its unit: else 404."""
    return get_object_or_404(Phrase.objects.filter(unit__in=looked_after(user)), pk=phrase_id)


def room_for_one_more(unit: Unit) -> bool:
    """Whether the unit may keep another sentence."""
    return Phrase.objects.filter(unit=unit).count() < AT_MOST


def begin_with(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Keep those of units that have none yet, and return them: what a unit has is its own."""
    new = list(phrases)
    begun = set(Phrase.objects.values_list("unit", flat=True))
    return Phrase.objects.bulk_create(one for one in new if one.unit_id not in begun)
