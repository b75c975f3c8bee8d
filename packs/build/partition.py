"""Approximate outlines where no surveyed ones are public: a partition by rule, the same every time.

Land is cut level by level (a town into villages, a village into grids) by Voronoi cells around
seeds. At the end all lines are put together, rounded to six decimals and cut into faces once, so
that neighbours share their very points and each level covers the one above without gap or overlap.
"""

from collections.abc import Mapping, Sequence
from math import cos, radians

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

GRID = 1e-6
KM_PER_DEGREE = 111.32


class Plane:
    """Degrees <-> kilometres around a latitude; small districts are flat enough for that."""

    def __init__(self, lat: float) -> None:
        """Take the district's middle latitude, in degrees."""
        self.east = KM_PER_DEGREE * cos(radians(lat))

    def flat(self, shape: BaseGeometry) -> BaseGeometry:
        """Degrees to kilometres."""
        return shapely.transform(shape, lambda xy: xy * [self.east, KM_PER_DEGREE])

    def round(self, shape: BaseGeometry) -> BaseGeometry:
        """Kilometres to degrees."""
        return shapely.transform(shape, lambda xy: xy / [self.east, KM_PER_DEGREE])


def seeds(
    land: BaseGeometry, count: int, centre: tuple[float, float] | None = None
) -> list[tuple[float, float]]:
    """Return `count` points that share the land evenly; around a centre they stand closer together.

    :param land: polygon in kilometres
    :param centre: where people live densely, in kilometres
    """
    points = _lattice(land, 600 + 120 * count)
    weights = np.ones(len(points))
    if centre is not None:
        weights = (0.7 + np.hypot(*(points - centre).T)) ** -1.6
    chosen = _spread(points, weights, count)
    # Lloyd's rounds: each seed moves to the weighted middle of what is nearest to it.
    for _round in range(60):
        nearest = _nearest(points, chosen)
        sums = np.zeros((count, 3))
        np.add.at(sums, nearest, np.column_stack([points * weights[:, None], weights]))
        moved = np.where(sums[:, 2:] > 0, sums[:, :2] / np.maximum(sums[:, 2:], 1e-12), chosen)
        if np.abs(moved - chosen).max() < 1e-4:
            break
        chosen = moved
    # Rounded to a metre, so that the last bits of another processor change nothing.
    return [(round(x, 3), round(y, 3)) for x, y in chosen.tolist()]


def _lattice(land: BaseGeometry, wanted: int) -> np.ndarray:
    west, south, east, north = land.bounds
    step = (land.area / wanted) ** 0.5
    xs, ys = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    return points[shapely.contains_xy(land, points[:, 0], points[:, 1])]


def _spread(points: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """First the densest point, then again and again the one that is served worst."""
    chosen = [int(np.argmax(weights))]
    far = np.hypot(*(points - points[chosen[0]]).T)
    while len(chosen) < count:
        chosen.append(int(np.argmax(weights * far**2)))
        far = np.minimum(far, np.hypot(*(points - points[chosen[-1]]).T))
    return points[chosen]


def _nearest(points: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.argmin(np.hypot(*(points[:, None] - chosen[None]).transpose(2, 0, 1)), axis=1)


def cells(land: BaseGeometry, at: Sequence[tuple[float, float]]) -> list[BaseGeometry]:
    """Return the part of the land nearest to each seed, each in one piece.

    A piece that a bend of the border cuts off goes to the neighbour it shares most border with.
    """
    if len(at) == 1:
        return [land]
    raw = shapely.voronoi_polygons(shapely.MultiPoint(at), extend_to=land.buffer(1))
    tree = shapely.STRtree(list(raw.geoms))
    held = [int(tree.query(shapely.Point(seed), predicate="intersects")[0]) for seed in at]
    parts = [shapely.get_parts(raw.geoms[i].intersection(land)).tolist() for i in held]
    mains, loose = [], []
    for seed, pieces in zip(at, parts, strict=True):
        solid = [piece for piece in pieces if piece.area > 0]
        main = min(solid, key=lambda p, s=seed: (p.distance(shapely.Point(s)), -p.area))
        mains.append(main)
        loose += [piece for piece in solid if piece is not main]
    for piece in sorted(loose, key=lambda p: -p.area):
        shared = [piece.intersection(main).length for main in mains]
        best = int(np.argmax(shared))
        mains[best] = shapely.union(mains[best], piece)
    return mains


def covering(whole: BaseGeometry, leaves: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Return the leaves, by code, as a clean cover of the whole, in degrees with six decimals.

    :param whole: the district's outline, in degrees
    :param leaves: the smallest areas, which nearly cover it, in degrees
    """
    codes = sorted(leaves)
    lines = [shapely.boundary(shape) for shape in (whole, *(leaves[code] for code in codes))]
    faces = shapely.get_parts(shapely.polygonize([shapely.unary_union(lines, grid_size=GRID)]))
    tree = shapely.STRtree([leaves[code] for code in codes])
    owners: dict[str, list[BaseGeometry]] = {code: [] for code in codes}
    for face in faces.tolist():
        inside = shapely.point_on_surface(face)
        if shapely.intersects(whole, inside):
            nearest = tree.query_nearest(inside)
            owners[codes[int(nearest.min())]].append(face)
    shapes = {code: merged(owned) for code, owned in owners.items()}
    broken = [code for code, shape in shapes.items() if shape.geom_type != "Polygon"]
    if broken:
        raise ValueError(f"not in one piece: {broken}")
    return shapes


def merged(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return neighbours as one outline, without their inner borders, rounded as stored."""
    union = shapely.coverage_union_all(shapes)
    parts = shapely.get_parts(union)
    one = parts[0] if len(parts) == 1 else union
    return shapely.normalize(shapely.transform(one, lambda xy: np.round(xy, 6)))
