"""Who stands where in the organisation: the three tiers of command centres, and the departments."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone

from grids.handbook import Handbook
from grids.models import Unit, lineage


def centre_of(area_code: str) -> Unit | None:
    """Return the command centre of exactly this area."""
    return _in_force().exclude(tier="").filter(area__code=area_code).first()


def centre_above(unit: Unit) -> Unit | None:
    """Return the centre that stands over this unit: where its tickets climb to.

    Over a centre that is the nearest one of a higher area, over a department the nearest one
    of its own area or a higher one. None over the district's centre.
    """
    codes = lineage(unit.area.code)
    if unit.is_centre:
        codes = codes[:-1]
    return _nearest(_in_force().exclude(tier="").filter(area__code__in=codes))


class Around:
    """Who answers for one place, read once: its centres up to the district's, and some trades.

    It says of this place what centre_of(), centre_above() and unit_for() say of any. With the
    handbook of this moment nothing is read.
    """

    def __init__(self, area_code: str, *trades: str, book: Handbook | None = None) -> None:
        codes = lineage(area_code)
        wanted: Iterable[Unit]
        if book is None:
            here = _in_force().filter(area__code__in=codes)
            wanted = here.filter(~Q(tier="") | Q(trade__in=trades))
        else:
            known = book.keep("units", _by_area)
            wanted = [
                unit
                for code in codes
                for name in dict.fromkeys(("", *trades))
                for unit in known.get((code, name), ())
            ]
        # The nearest first.
        self.units = sorted(wanted, key=lambda unit: (-len(unit.area.code), unit.code))

    def centre_of(self, area_code: str) -> Unit | None:
        """Return the command centre of exactly this area."""
        return next((u for u in self.units if u.is_centre and u.area.code == area_code), None)

    def centre_above(self, centre: Unit) -> Unit | None:
        """Return the centre that stands over this one, None over the district's."""
        reach = len(centre.area.code)
        return next((u for u in self.units if u.is_centre and len(u.area.code) < reach), None)

    def unit_for(self, trade: str) -> Unit | None:
        """Return the unit of one of the trades asked for that serves this place."""
        return next((unit for unit in self.units if unit.trade == trade), None)


def _by_area() -> dict[tuple[str, str], list[Unit]]:
    """Return the units by their area's code and their trade; the centres under no trade."""
    found: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in _in_force():
        found[unit.area.code, "" if unit.is_centre else unit.trade].append(unit)
    return dict(found)


class Tiers:
    """The centres in force, read once: what centre_above() says of one unit, for many."""

    def __init__(self) -> None:
        self._centres: dict[str, Unit] = {}
        # Of several over one area the first by its code counts, as in _nearest().
        for centre in _in_force().exclude(tier="").order_by("-code"):
            self._centres[centre.area.code] = centre

    def above(self, unit: Unit) -> Unit | None:
        """Return the centre that stands over this unit, None over the district's."""
        codes = lineage(unit.area.code)
        for code in reversed(codes[:-1] if unit.is_centre else codes):
            if code in self._centres:
                return self._centres[code]
        return None


def unit_for(trade: str, area_code: str) -> Unit | None:
    """Return the unit of this trade that serves this place: the nearest one upwards.

    A trade that every village has (its centre, its mediators) is found at the village, one that
    every town has at the town, any other at the district. None if nobody there has the trade.
    """
    return _nearest(_in_force().filter(trade=trade, area__code__in=lineage(area_code)))


def _in_force(on: date | None = None):
    return (
        Unit.objects.in_force(on or timezone.localdate())
        .select_related("area")
        .defer("area__boundary")
    )


def _nearest(units):
    return units.order_by(Length("area__code").desc(), "code").first()
