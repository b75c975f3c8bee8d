"""The console's maps, drawn on the server as SVG: a ticket in its grid, and a queue over its land.

No library and no second source of truth: the map is painted by the same request as the list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language
from shapely.geometry.base import BaseGeometry

from grids.boundaries import shape_of
from grids.models import Area, BoundaryVersion
from people.models import User
from people.scope import areas_of
from tickets.light import light_of
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.states import STAGE_OF, State

# A map of more dots is no map; the list has them all.
DOTS_AT_MOST = 500
# In units of a drawing that is a thousand wide: half a pixel on most screens.
_ROUGH = 0.8
_WIDE = 1000
_KEPT_FOR = 3600  # seconds; a redrawn outline changes the key at once
_BELOW = {6: 9, 9: 12, 12: 15}


@dataclass(frozen=True)
class Spot:
    """A dot: where it stands in the drawing, and what it stands for."""

    x: float
    y: float
    ticket: Ticket | None = None
    stage: str = ""
    light: str = ""


@dataclass(frozen=True)
class Drawn:
    """An area's outline as the `d` of a path; its name and where that is written."""

    path: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Sketch:
    """A drawing of some land with dots on it. `box` is its viewBox."""

    box: str
    areas: list[Drawn]
    spots: list[Spot]
    more: bool = False


class _Paper:
    """From degrees to a drawing that is a thousand wide, north up."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.west, self.north = west, north
        self._shrink = cos(radians((south + north) / 2))
        self._scale = _WIDE / max((east - west) * self._shrink, (north - south) * 1.2, 1e-5)
        self.box = f"0 0 {(east - west) * self._shrink * self._scale:.0f} " + (
            f"{(north - south) * self._scale:.0f}"
        )

    def at(self, lng: float, lat: float) -> tuple[float, float]:
        x = (lng - self.west) * self._shrink * self._scale
        return round(x, 1), round((self.north - lat) * self._scale, 1)

    def path(self, shape: BaseGeometry) -> str:
        simple = shape.simplify(_ROUGH / self._scale)
        polygons = getattr(simple, "geoms", [simple])
        rings = [ring for one in polygons for ring in (one.exterior, *one.interiors)]
        return "".join(
            "M" + "L".join("{:g},{:g}".format(*self.at(x, y)) for x, y in ring.coords) + "Z"
            for ring in rings
        )


def sketch(ticket: Ticket, near: Iterable[Ticket]) -> Sketch | None:
    """Return the ticket in its grid and village, with its neighbours; None without an outline."""
    codes = [ticket.area_code, ticket.area_code[:12]]
    shapes = {
        area.code: (area, shape_of(area.boundary))
        for area in Area.objects.filter(code__in=codes).exclude(boundary=None)
    }
    if not shapes:
        return None
    inner = shapes.get(ticket.area_code) or next(iter(shapes.values()))
    paper = _Paper(*_around(inner[1].bounds, ticket))
    # The village first: the grid lies on it.
    areas = [
        Drawn(paper.path(shape), area.shown_name, 0, 0)
        for _code, (area, shape) in sorted(shapes.items())
    ]
    spots = [_spot(paper, one, None) for one in near]
    return Sketch(paper.box, areas, [*spots, _spot(paper, ticket, None)])


def overview(person: User, tickets: TicketQuerySet, at: datetime) -> Sketch | None:
    """Return the tickets over the land of this person's centre; None without an outline."""
    home = min(areas_of(person), key=len, default="")
    base = _land(home)
    if base is None:
        return None
    paper, areas = base
    # By id: the marks of a page hide nothing of a map.
    found = list(
        tickets.select_related("text").defer("text__words").order_by("-pk")[: DOTS_AT_MOST + 1]
    )
    spots = [_spot(paper, ticket, at) for ticket in reversed(found[:DOTS_AT_MOST])]
    return Sketch(paper.box, areas, spots, more=len(found) > DOTS_AT_MOST)


def _spot(paper: _Paper, ticket: Ticket, at: datetime | None) -> Spot:
    x, y = paper.at(ticket.lng, ticket.lat)
    light = light_of(ticket, at or timezone.now())
    return Spot(x, y, ticket, str(STAGE_OF[State(ticket.state)]), str(light))


def _land(home: str) -> tuple[_Paper, list[Drawn]] | None:
    """Return the drawing of an area and of what lies in it, kept until a boundary changes."""
    version = BoundaryVersion.objects.first()
    stamp = version.stamp if version else ""
    key = f"console:land:{home}:{get_language()}:{stamp}:{timezone.localdate()}"
    kept = cache.get(key)
    if kept is None:
        kept = _drawn(home) or ()
        cache.set(key, kept, _KEPT_FOR)
    return kept or None


def _drawn(home: str) -> tuple[_Paper, list[Drawn]] | None:
    inside = Area.objects.in_force(timezone.localdate()).under(home).exclude(boundary=None)
    below = [area for area in inside if len(area.code) == _BELOW.get(len(home))]
    whole = [area for area in inside if area.code == home]
    shown = below or whole
    if not shown:
        return None
    shapes = [shape_of(area.boundary) for area in shown]
    bounds = [shape.bounds for shape in shapes]
    edges = [f(b[n] for b in bounds) for n, f in enumerate((min, min, max, max))]
    paper = _Paper(*edges)
    return paper, [_named(paper, area, shape) for area, shape in zip(shown, shapes, strict=True)]


def _named(paper: _Paper, area: Area, shape: BaseGeometry) -> Drawn:
    inside = shape.representative_point()
    x, y = paper.at(area.lng or inside.x, area.lat or inside.y)
    return Drawn(paper.path(shape), area.shown_name, x, y)


def _around(bounds: Any, ticket: Ticket) -> tuple[float, float, float, float]:
    """Return a box that holds the grid and the dot, with a little room, a third wider than high."""
    west, south, east, north = bounds
    west, east = min(west, ticket.lng), max(east, ticket.lng)
    south, north = min(south, ticket.lat), max(north, ticket.lat)
    shrink = cos(radians((south + north) / 2))
    high, wide = (north - south) or 1e-3, ((east - west) or 1e-3) * shrink
    # The box of the column: 5 to 3.
    more_wide = max(0.0, high * 5 / 3 - wide) / shrink / 2
    more_high = max(0.0, wide * 3 / 5 - high) / 2
    room = 0.06
    dx = more_wide + (east - west) * room
    dy = more_high + high * room
    return west - dx, south - dy, east + dx, north + dy
