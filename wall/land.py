"""The outlines of the map: simplified so that neighbours still fit, and light to send."""

from datetime import date
from typing import Any

import numpy as np
import shapely
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from shapely.geometry.base import BaseGeometry

from grids.boundaries import shape_of
from grids.models import Area, BoundaryVersion, lineage

# Degrees; about 40 m in the district, a pixel on a wall of 4K.
TOLERANCE = 0.0004
# Five decimals are about a metre.
_DECIMALS = 5
_BELOW = {6: 9, 9: 12, 12: 15}
_KEPT_FOR = 300  # seconds; a redrawn outline changes the key at once
# An inset is worth its place where subdistricts are this much more crowded than the district.
_CROWDED, _MOST_IN_INSET = 3.0, 4


def outlines(home: str) -> dict[str, Any]:
    """Return the map of an area: its towns (or villages, or grids), its outline, and all names.

    {"home": code, "outline": GeoJSON | None, "parts": [{"code", "name", "lat", "lng", "outline"}],
    "urban": [code], "inset": [west, south, east, north] | None, "names": {code: name}},
    names in the reader's language.
    """
    version = BoundaryVersion.objects.first()
    key = f"wall:land:{home}:{get_language()}:{version.stamp if version else ''}"
    kept = cache.get(key)
    if kept is None:
        kept = _outlines(home, timezone.localdate())
        cache.set(key, kept, _KEPT_FOR)
    return kept


def _outlines(home: str, day: date) -> dict[str, Any]:
    areas = list(Area.objects.in_force(day).under(home).defer("boundary").order_by("code"))
    above = Area.objects.in_force(day).filter(code__in=lineage(home)).defer("boundary")
    below = _BELOW.get(len(home), 0)
    drawn = dict(
        Area.objects.in_force(day)
        .filter(code__in=[home, *(area.code for area in areas if len(area.code) == below)])
        .exclude(boundary=None)
        .values_list("code", "boundary")
    )
    shapes = {code: shape_of(boundary) for code, boundary in drawn.items()}
    whole = shapes.pop(home, None)
    simple = _simplified(shapes)
    parts = [area for area in areas if len(area.code) == below]
    urban = _urban(parts, shapes) if len(home) == 6 else []
    return {
        "home": home,
        "outline": _json(_whole(whole, simple, everywhere=len(simple) == len(parts))),
        "parts": [
            {
                "code": area.code,
                "name": area.shown_name,
                "lat": area.lat,
                "lng": area.lng,
                "outline": _json(simple.get(area.code)),
            }
            for area in parts
        ],
        "urban": urban,
        "inset": _box([shapes[code] for code in urban]),
        "names": {area.code: area.shown_name for area in [*above, *areas]},
    }


def _simplified(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Simplify neighbours together: a shared border stays shared."""
    if not shapes:
        return {}
    simple = shapely.coverage_simplify(np.array(list(shapes.values())), TOLERANCE)
    return dict(zip(shapes, simple, strict=True))


def _whole(
    outline: BaseGeometry | None, parts: dict[str, BaseGeometry], *, everywhere: bool
) -> BaseGeometry | None:
    """Return the outline around the parts: theirs where they cover it, so that lines coincide."""
    if parts and everywhere:
        return shapely.union_all(list(parts.values()))
    return outline.simplify(TOLERANCE) if outline is not None else None


def _json(shape: BaseGeometry | None) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    rounded = shapely.transform(shape, lambda xy: np.round(xy, _DECIMALS))
    return shapely.geometry.mapping(rounded)


def _urban(parts: list[Area], shapes: dict[str, BaseGeometry]) -> list[str]:
    """Return the few crowded subdistricts: half of all reports may come from there."""
    people = {a.code: a.population for a in parts if a.code in shapes and a.population}
    land = sum(shapes[code].area for code in people)
    if not land:
        return []
    usual = sum(people.values()) / land
    density = {
        area.code: people[area.code] / shapes[area.code].area
        for area in parts
        if area.code in people and area.kind == Area.Kind.SUBDISTRICT
    }
    crowded = [code for code in density if density[code] > _CROWDED * usual]
    chosen = sorted(crowded, key=lambda code: density[code])[-_MOST_IN_INSET:]
    return sorted(chosen) if len(chosen) < len(people) else []


def _box(shapes: list[BaseGeometry]) -> list[float] | None:
    """Return [west, south, east, north] around them, None if there are none."""
    if not shapes:
        return None
    return [round(float(edge), _DECIMALS) for edge in shapely.total_bounds(shapes)]
