"""Outlines: what is a good one, and the only place that writes Area.boundary.

A boundary is a GeoJSON Polygon or MultiPolygon in WGS 84, [lng, lat], with six decimals
(about 0.1 m), so that neighbours which share an edge share its very points.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
import shapely
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from grids.datum import wgs84_of
from grids.models import Area, BoundaryVersion
from people import audit
from people.models import User

DECIMALS = 6
# What nobody draws by hand and no survey of a village needs.
MOST_POINTS = 50_000
# Same datum for our purpose: they differ by centimetres.
WGS84_NAMES = frozenset({"WGS84", "CGCS2000", "EPSG4326", "EPSG4490"})
GCJ02_NAMES = frozenset({"GCJ02"})


class BadBoundary(Exception):
    """This is no usable outline; the message says why and where."""


class Overlap(NamedTuple):
    """Two areas of one level that both claim some land; `share` is of the smaller one, 0 to 1."""

    code: str
    other: str
    share: float


def checked(geojson: Any, datum: str = "WGS84") -> dict[str, Any]:
    """Return the outline as it is stored: Polygon or MultiPolygon, WGS 84, six decimals.

    :param geojson: a GeoJSON geometry, or a Feature with one
    :param datum: WGS84 (CGCS2000 counts as the same) or GCJ02, which is converted
    :raises BadBoundary: if it is not a valid outline
    """
    shape = _snapped(_in_wgs84(_parsed(geojson), datum))
    if not shapely.is_valid(shape):
        raise BadBoundary(_reason(shapely.is_valid_reason(shape)))
    if not shape.area:
        raise BadBoundary(_("The outline encloses nothing."))
    return stored(shape)


def stored(shape: BaseGeometry) -> dict[str, Any]:
    """Return a polygon as the GeoJSON that Area.boundary holds; outer rings run anticlockwise."""
    return _lists(shapely.orient_polygons(shape).__geo_interface__)


def shape_of(boundary: Any) -> BaseGeometry:
    """Return a stored boundary as a shapely geometry."""
    return shapely.geometry.shape(boundary)


def redraw(
    *,
    area: Area,
    geometry: dict[str, Any] | None,
    by: User | None,
    at: datetime,
    approximate: bool = False,
) -> Area:
    """Give an area this outline (None: none), with its point, and let every map know.

    :raises BadBoundary: if it is not a valid outline
    """
    outline = None if geometry is None else checked(geometry)
    with transaction.atomic():
        kept = Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
        kept.boundary, kept.approximate = outline, approximate
        _move_point_inside(kept)
        kept.save(update_fields=["boundary", "approximate", "lat", "lng"])
        _bump()
        audit.record(
            actor=by,
            action="area.redraw",
            subject=f"area:{kept.pk}",
            at=at,
            area_code=kept.code,
            data={"approximate": approximate, "drawn": outline is not None},
        )
    area.boundary, area.approximate = kept.boundary, kept.approximate
    area.lat, area.lng = kept.lat, kept.lng
    return area


def redraw_many(areas: Iterable[Area]) -> None:
    """Save the outlines set on these areas (already checked), in bulk: for pack loading."""
    drawn = list(areas)
    with transaction.atomic():
        for area in drawn:
            _move_point_inside(area)
        Area.objects.bulk_update(drawn, ["boundary", "approximate", "lat", "lng"], batch_size=100)
        _bump()


def land_changed() -> None:
    """Say that areas came, went or moved without a new outline, so that caches are made anew."""
    _bump()


def overlaps(outlines: Mapping[str, BaseGeometry], least_share: float = 1e-6) -> list[Overlap]:
    """Return the pairs of outlines, by code, that share more land than rounding explains."""
    if not outlines:
        return []
    codes = sorted(outlines)
    shapes = [outlines[code] for code in codes]
    found = []
    # "intersects" also finds mere neighbours, and they are most; exact areas only for these.
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        if i < j:
            shared = shapely.intersection(shapes[i], shapes[j]).area
            share = shared / min(shapes[i].area, shapes[j].area)
            if share > least_share:
                found.append(Overlap(codes[i], codes[j], share))
    return found


def conflicts(area: Area, least_share: float = 0.001) -> list[Overlap]:
    """Return the pairs of this area with others of its level that claim some of its land."""
    if area.boundary is None:
        return []
    others = Area.objects.filter(level=area.level, valid_to=None, boundary__isnull=False)
    drawn = near(others.exclude(pk=area.pk), area)
    outlines = {a.code: shape_of(a.boundary) for a in drawn} | {area.code: shape_of(area.boundary)}
    return [pair for pair in overlaps(outlines, least_share) if area.code in pair[:2]]


def near(areas: Iterable[Area], area: Area) -> list[Area]:
    """Return those of the areas, all with outlines, whose box touches this area's box."""
    box = shapely.box(*shape_of(area.boundary).bounds)
    return [a for a in areas if box.intersects(shapely.box(*shape_of(a.boundary).bounds))]


def _bump() -> None:
    row, _made = BoundaryVersion.objects.get_or_create(pk=1)
    BoundaryVersion.objects.filter(pk=row.pk).update(number=F("number") + 1, stamp=uuid4())


def _move_point_inside(area: Area) -> None:
    """Keep the area's point where it is if its outline holds it, else put it well inside."""
    if area.boundary is None:
        return
    shape = shape_of(area.boundary)
    if area.lat is None or area.lng is None or not shapely.intersects_xy(shape, area.lng, area.lat):
        point = shapely.point_on_surface(shape)
        area.lng, area.lat = round(point.x, DECIMALS), round(point.y, DECIMALS)


def _parsed(geojson: Any) -> BaseGeometry:
    if isinstance(geojson, Mapping) and geojson.get("type") == "Feature":
        geojson = geojson.get("geometry")
    if not isinstance(geojson, Mapping) or geojson.get("type") not in {"Polygon", "MultiPolygon"}:
        raise BadBoundary(_("An outline is a GeoJSON Polygon or MultiPolygon."))
    _check_numbers(geojson.get("coordinates"))
    try:
        return shapely.force_2d(shapely.geometry.shape(geojson))
    except (GEOSException, ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        raise BadBoundary(_unreadable()) from error


def _check_numbers(coordinates: Any) -> None:
    """Check that what looks like points holds finite numbers, and that they are not too many."""
    points, waiting = 0, [coordinates]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, (list, tuple)):
            raise BadBoundary(_unreadable())
        if item and isinstance(item[0], (list, tuple)):
            waiting.extend(item)
            continue
        points += 1
        if points > MOST_POINTS:
            raise BadBoundary(_("The outline has more than %d points.") % MOST_POINTS)
        if any(isinstance(n, bool) or not isinstance(n, (int, float)) for n in item):
            raise BadBoundary(_unreadable())
        # Far beyond any degree, and false for what is no number at all.
        if not all(abs(n) < 1e9 for n in item):
            raise BadBoundary(_("A coordinate is not a number."))


def _unreadable() -> str:
    return _("The coordinates cannot be read: rings of at least four [longitude, latitude] pairs.")


def _in_wgs84(shape: BaseGeometry, datum: str) -> BaseGeometry:
    name = re.sub(r"[^A-Z0-9]", "", str(datum).upper())
    points = shapely.get_coordinates(shape)
    if (np.abs(points[:, 0]) > 180).any() or (np.abs(points[:, 1]) > 90).any():
        raise BadBoundary(
            _("A coordinate lies off the globe: the order is longitude, latitude, in degrees.")
        )
    if name in WGS84_NAMES:
        return shape
    if name not in GCJ02_NAMES:
        raise BadBoundary(_("Unknown datum “%s”: WGS84 and GCJ02 are understood.") % datum)
    return shapely.transform(shape, lambda xy: np.array([wgs84_of(x, y) for x, y in xy.tolist()]))


def _snapped(shape: BaseGeometry) -> BaseGeometry:
    # Point by point, never "to valid output": a shared edge must stay shared.
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DECIMALS))
    try:
        return shapely.remove_repeated_points(rounded)
    except GEOSException as error:
        raise BadBoundary(_("A ring has fewer than three different points.")) from error


def _reason(text: str) -> str:
    """GEOS's reason, such as "Self-intersection[106.05 29.84]", as a sentence."""
    what, _bracket, where = text.partition("[")
    place = ", ".join(f"{float(number):.5f}" for number in where.rstrip("]").split()[:2])
    sentences = {
        "Self-intersection": _(
            "The outline crosses itself, or its parts touch along a line, near %s."
        ),
        "Ring Self-intersection": _("The outline touches itself near %s."),
        "Hole lies outside shell": _("A hole lies outside the outline near %s."),
        "Holes are nested": _("A hole lies inside another hole near %s."),
        "Nested shells": _("A part of the outline lies inside another part near %s."),
        "Interior is disconnected": _("A hole cuts the outline in two near %s."),
        "Too few points in geometry component": _("A ring has too few different points near %s."),
    }
    return sentences.get(what.strip(), _("The outline is not valid near %s.")) % place


def _lists(value: Any) -> Any:
    """Tuples as lists, as JSON gives them back: a stored outline then equals itself read again."""
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_lists(item) for item in value]
    return value
