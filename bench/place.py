"""Point → village and grid, among the pack's grids and among about 5,000."""

import random
from collections.abc import Iterator

import shapely

from bench.lines import Result, in_turns
from grids import boundaries
from grids.locate import _Land
from grids.models import Area

POINTS = 2_000
STRIPS = 15  # grids that each village is cut into for the large case


def measure() -> Iterator[Result]:
    """Give the table's line: the large case beside the pack as it is."""
    rows = list(
        Area.objects.filter(boundary__isnull=False)
        .order_by("code")
        .values_list("code", "level", "boundary")
    )
    few = _Land(rows)
    many = _Land([row for row in rows if row[1] != "grid"] + list(_strips(rows)))
    points = _points_in(few.district)

    def walk(land: _Land) -> None:
        for lng, lat in points:
            land.codes_at(lng, lat)

    small, large = in_turns(lambda: walk(few), lambda: walk(many))
    yield Result(
        path="locate",
        what=f"locate a point among {len(many.grid_codes):,} grids",
        ours=[took / POINTS * 1e6 for took in large],
        yardstick=f"among {len(few.grid_codes)}",
        theirs=[took / POINTS * 1e6 for took in small],
        unit="µs",
        goal=2,
    )


def _strips(rows: list[tuple[str, str, dict]]) -> Iterator[tuple[str, str, dict]]:
    """Cut every village into strips: (code, "grid", boundary), in code order."""
    for code, level, boundary in rows:
        if level != "village":
            continue
        village = boundaries.shape_of(boundary)
        west, south, east, north = village.bounds
        width = (east - west) / STRIPS
        for number in range(STRIPS):
            box = shapely.box(west + number * width, south, west + (number + 1) * width, north)
            strip = village.intersection(box)
            if strip.geom_type in {"Polygon", "MultiPolygon"}:
                yield f"{code}{number + 1:03}", "grid", shapely.geometry.mapping(strip)


def _points_in(district: shapely.Geometry) -> list[tuple[float, float]]:
    dice = random.Random(20191217)
    west, south, east, north = district.bounds
    points: list[tuple[float, float]] = []
    while len(points) < POINTS:
        lng, lat = dice.uniform(west, east), dice.uniform(south, north)
        if shapely.intersects_xy(district, lng, lat):
            points.append((lng, lat))
    return points
