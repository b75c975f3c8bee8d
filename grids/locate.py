"""From a point on the map to the village and grid that answer for it."""

import math
import threading
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

import shapely
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from grids.boundaries import shape_of
from grids.handbook import Handbook
from grids.models import Area, BoundaryVersion
from grids.querysets import AreaQuerySet


class NotLocated(Exception):
    """No village answers for this; the message is a sentence for the person who asked."""


class OutsideDistrict(NotLocated):
    """The point lies outside the district."""


class SwappedCoordinates(NotLocated):
    """The point lies in the district once latitude and longitude change places."""


class BadCoordinates(NotLocated):
    """These are no coordinates at all."""


class UnknownArea(NotLocated):
    """No village or grid has this code."""


class Place(NamedTuple):
    """Who answers for a place: always a village, and its grid where one holds the point."""

    village: Area
    grid: Area | None


def locate(*, lat: float, lng: float, book: Handbook | None = None) -> Place:
    """Return the village and grid that hold this WGS 84 point, in degrees.

    On a border the smallest code wins, so the same point has the same answer every time. A point
    of the district that a survey left between two villages belongs to the nearer one. Areas come
    without their boundaries.

    :param book: the handbook of this moment, if the caller has it: then nothing is asked twice
    :raises BadCoordinates, SwappedCoordinates, OutsideDistrict: with a sentence
    """
    lat, lng = _number(lat), _number(lng)
    day = book.day if book else timezone.localdate()
    land = book.keep("land", lambda: _land(day)) if book else _land(day)
    codes = land.codes_at(lng, lat)
    if codes is None:
        if land.is_about(lat, lng):
            raise SwappedCoordinates(
                _("Latitude and longitude seem to have changed places: %(lat)s, %(lng)s.")
                % {"lat": f"{lat:.5f}", "lng": f"{lng:.5f}"}
            )
        if abs(lat) > 90 or abs(lng) > 180:
            raise BadCoordinates(
                _("There is no such place: latitude goes to 90, longitude to 180 degrees.")
            )
        raise OutsideDistrict(
            _("This place (%(lat)s, %(lng)s) lies outside the district.")
            % {"lat": f"{lat:.5f}", "lng": f"{lng:.5f}"}
        )
    return _place(book, *codes)


def place_of_area(code: str, book: Handbook | None = None) -> Place:
    """Return the place that a village's or a grid's code names.

    :raises UnknownArea: if there is none, or if the code names a whole town or district
    """
    if len(code) in (6, 9) and Area.objects.filter(code=code).exists():
        raise UnknownArea(_("Please choose the village or community, not the whole town."))
    if len(code) not in (12, 15):
        raise UnknownArea(_("There is no village or grid with the code “%s”.") % code[:20])
    return _place(book, code[:12], code if len(code) == 15 else None)


def _place(book: Handbook | None, village_code: str, grid_code: str | None) -> Place:
    wanted = [village_code, grid_code] if grid_code else [village_code]
    if book is None:
        known = _by_code(_in_force().filter(code__in=wanted))
    else:
        known = book.keep("areas", lambda: _by_code(_in_force()))
    if not all(code in known for code in wanted):
        raise UnknownArea(
            _("There is no village or grid with the code “%s”.") % (grid_code or village_code)
        )
    return Place(known[village_code], known[grid_code] if grid_code else None)


def _in_force() -> AreaQuerySet:
    return Area.objects.in_force(timezone.localdate()).defer("boundary")


def _by_code(areas: Iterable[Area]) -> dict[str, Area]:
    return {area.code: area for area in areas}


def _number(value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise BadCoordinates(_("Latitude and longitude must be numbers."))
    return number


class _Land:
    """All outlines of one version, as trees: a point is looked up in microseconds."""

    def __init__(self, rows: list[tuple[str, str, dict]]) -> None:
        """Build from (code, level, boundary) rows in code order: ties go to the first."""
        shapes: dict[str, list[BaseGeometry]] = {level: [] for level in Area.Level.values}
        codes: dict[str, list[str]] = {level: [] for level in Area.Level.values}
        for code, level, boundary in rows:
            codes[level].append(code)
            shapes[level].append(shape_of(boundary))
        self.village_codes, self.grid_codes = codes["village"], codes["grid"]
        self.villages = shapely.STRtree(shapes["village"])
        self.grids = shapely.STRtree(shapes["grid"])
        whole = shapes["district"] or shapes["town"] or shapes["village"]
        self.district: BaseGeometry = shapely.union_all(whole)
        shapely.prepare(self.district)
        self.bounds = self.district.bounds if whole else None

    def codes_at(self, lng: float, lat: float) -> tuple[str, str | None] | None:
        """The village's code and the grid's, if any; None outside the district."""
        point = shapely.points((lng, lat))
        held = self.villages.query(point, predicate="intersects")
        if not held.size:
            if not shapely.intersects_xy(self.district, lng, lat):
                return None
            held = self.villages.query_nearest(point)
            if not held.size:
                return None
        village = self.village_codes[held.min()]
        grids = (self.grid_codes[i] for i in self.grids.query(point, predicate="intersects"))
        return village, min((code for code in grids if code.startswith(village)), default=None)

    def is_about(self, lng: float, lat: float) -> bool:
        """Whether the point lies in the box around the district."""
        if self.bounds is None:
            return False
        west, south, east, north = self.bounds
        return west <= lng <= east and south <= lat <= north


_kept: tuple[tuple[UUID, date], _Land] | None = None
_building = threading.Lock()


def _land(on: date) -> _Land:
    """The outlines in force, rebuilt when the boundary version says that they changed."""
    global _kept  # noqa: PLW0603  one value for the process, replaced as a whole
    stamp = BoundaryVersion.objects.values_list("stamp", flat=True).filter(pk=1).first()
    if stamp is None:
        return _read(on)
    kept = _kept
    if kept is None or kept[0] != (stamp, on):
        with _building:
            kept = _kept
            if kept is None or kept[0] != (stamp, on):
                kept = _kept = ((stamp, on), _read(on))
    return kept[1]


def _read(on: date) -> _Land:
    areas = Area.objects.in_force(on).filter(boundary__isnull=False).order_by("code")
    return _Land(list(areas.values_list("code", "level", "boundary")))
