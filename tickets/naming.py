"""Names of units, types and areas by their codes, for sentences that keep only codes."""

from collections.abc import Callable

from django.core.cache import cache
from django.utils import translation

from grids.handbook import Handbook
from grids.models import Area, Unit
from tickets.models import EventType
from tickets.requests_table import RefusalReason

_KEPT_FOR = 60  # seconds: a renamed unit shows its new name within a minute


def _unit(code: str) -> Unit | None:
    return Unit.objects.filter(code=code).first()


def _units() -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.all()}


_FIND: dict[str, Callable[[str], Area | Unit | EventType | None]] = {
    "unit": _unit,
    "lead": _unit,
    "centre": _unit,
    "type": lambda code: EventType.objects.filter(code=code).first(),
    "area": lambda code: Area.objects.filter(code=code).first(),
}


def names(kind: str, code: str, language: str | None = None, book: Handbook | None = None) -> str:
    """Return the name of the unit, centre, type, area or reason with this code, else the code.

    `language` defaults to the reader's; with the handbook of this moment it is the reader's.
    """
    if book and kind in _FIND and code:
        # A unit is the same by whatever word the sentence calls it.
        found: Area | Unit | EventType | None
        if _FIND[kind] is _unit:
            found = book.keep("units by code", _units).get(code)
        else:
            found = book.keep((kind, code), lambda: _FIND[kind](code))
        return found.shown_name if found else code
    language = language or translation.get_language() or ""
    if kind == "reason" and code in RefusalReason.values:
        with translation.override(language):
            return str(RefusalReason(code).label)
    if kind not in _FIND or not code:
        return code
    place = f"name:{kind}:{code}:{language}"
    name = cache.get(place)
    if name is None:
        thing = _FIND[kind](code)
        with translation.override(language):
            name = thing.shown_name if thing else code
        cache.set(place, name, _KEPT_FOR)
    return name
