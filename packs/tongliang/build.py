"""Make the files of this pack from sources/: python -m packs.tongliang.build, from the repository.

The result is committed; a test makes it again and compares. district.json is written by hand and
not touched.
"""

import json
import sys
from collections.abc import Mapping
from math import atan2
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from packs.build import english, partition
from packs.build.writing import read_table, shares, write_outlines, write_table
from packs.tongliang import tables

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
DISTRICT = "500151"
DISTRICT_SEAT = (106.053, 29.840)
HEPING = "500151001003"
GRIDS, GRIDS_OF_HEPING = 131, 7
# GeoNames counts the three central subdistricts as one town of 208,520.
POPULATIONS = {"500151001": 90_000, "500151002": 70_000, "500151003": 48_520}
# A community has three times the people of a village.
WEIGHT_OF_KIND = {"community": 3, "village": 1}
# Characters with several readings: the local one.
READINGS = {
    "长坡": "chang po",
    "长滩": "chang tan",
    "大佛": "da fo",
    "七佛": "qi fo",
    "羊咀": "yang zui",
}
AREA_COLUMNS = (
    "code",
    "level",
    "kind",
    "name",
    "full_name",
    "name_en",
    "population",
    "lat",
    "lng",
    "valid_from",
    "valid_to",
)


def build(out: Path) -> None:
    """Write the whole pack into this directory."""
    out.mkdir(parents=True, exist_ok=True)
    areas = named_areas()
    spread_people(areas)
    grids = make_grids(areas)
    shapes = draw(areas, grids)
    areas |= grids
    place(areas, shapes)
    write_table(out / "areas.csv", AREA_COLUMNS, (areas[code] for code in sorted(areas)))
    for level, length in (("district", 6), ("towns", 9), ("villages", 12), ("grids", 15)):
        of_level = {code: shape for code, shape in shapes.items() if len(code) == length}
        file = out / "boundaries" / f"{level}.geojson"
        write_outlines(file, of_level, approximate=level != "district")
    tables.write_party(out, areas)
    tables.write_departments(out)
    tables.write_events(out)
    tables.write_calendar(out)


def named_areas() -> dict[str, dict[str, Any]]:
    """The district, its towns and its villages with their names."""
    pinyin = {row["code"]: row["pinyin"] for row in read_table(SOURCES / "towns.csv")}
    areas = {}
    for row in read_table(SOURCES / "divisions.csv"):
        code, full = row["code"], row["name"]
        if len(code) == 6:
            kind, short, name_en = "district", full, "Tongliang District"
        elif len(code) == 9:
            kind = "subdistrict" if full.endswith("街道") else "town"
            short, name_en = full, f"{pinyin[code]} {kind.capitalize()}"
        else:
            kind = "community" if full.endswith("居民委员会") else "village"
            short = full.removesuffix("居民委员会").removesuffix("村民委员会")
            stem = short.removesuffix("社区").removesuffix("村")
            name_en = f"{english.romanised(stem, READINGS)} {kind.capitalize()}"
        level = {6: "district", 9: "town", 12: "village"}[len(code)]
        areas[code] = {
            "code": code,
            "level": level,
            "kind": kind,
            "name": short,
            "full_name": full,
            "name_en": name_en,
        }
    return areas


def spread_people(areas: dict[str, dict[str, Any]]) -> None:
    """Give every area its population: weights for spreading reports, not a census."""
    total = 0
    for town in read_table(SOURCES / "towns.csv"):
        code = town["code"]
        people = POPULATIONS.get(code) or int(town["geonames_population"])
        areas[code]["population"] = people
        total += people
        villages = children(areas, code)
        weights = [WEIGHT_OF_KIND[areas[village]["kind"]] for village in villages]
        for village, part in zip(villages, shares(people, weights), strict=True):
            areas[village]["population"] = part
    areas[DISTRICT]["population"] = total


def make_grids(areas: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The grids of the communities of the subdistricts, by weight, without outlines yet."""
    urban = [
        code
        for code, area in areas.items()
        if area["kind"] == "community" and areas[code[:9]]["kind"] == "subdistrict"
    ]
    others = [code for code in urban if code != HEPING]
    weights = [areas[code]["population"] for code in others]
    counts = dict(zip(others, shares(GRIDS - GRIDS_OF_HEPING, weights, least=1), strict=True))
    counts[HEPING] = GRIDS_OF_HEPING
    grids = {}
    for village in sorted(urban):
        people = shares(areas[village]["population"], [1] * counts[village])
        for number, part in enumerate(people, start=1):
            code = f"{village}{number:03d}"
            grids[code] = {
                "code": code,
                "level": "grid",
                "kind": "grid",
                "name": f"{areas[village]['name']}第{number}网格",
                "name_en": f"{areas[village]['name_en']} Grid {number}",
                "population": part,
            }
    return grids


def children(areas: Mapping[str, Any], code: str) -> list[str]:
    """The codes one level below, in order."""
    return sorted(c for c in areas if len(c) == len(code) + 3 and c.startswith(code))


def draw(areas: Mapping[str, Any], grids: Mapping[str, Any]) -> dict[str, BaseGeometry]:
    """Outlines of everything, from the district's boundary and the seats of the towns."""
    feature = json.loads((SOURCES / "district_boundary.geojson").read_text(encoding="utf-8"))
    whole = shapely.geometry.shape(feature["geometry"])
    plane = partition.Plane(DISTRICT_SEAT[1])
    seats = {
        row["code"]: plane.flat(shapely.Point(float(row["lng"]), float(row["lat"])))
        for row in read_table(SOURCES / "towns.csv")
    }
    towns = sorted(seats)
    cells = partition.cells(plane.flat(whole), [(seats[t].x, seats[t].y) for t in towns])
    leaves: dict[str, BaseGeometry] = {}
    for town, land in zip(towns, cells, strict=True):
        for village, ground in villages_of(town, land, seats[town], areas).items():
            inside = children(grids, village)
            if not inside:
                leaves[village] = ground
                continue
            at = in_reading_order(partition.seeds(ground, len(inside)))
            leaves |= dict(zip(inside, partition.cells(ground, at), strict=True))
    shapes = partition.covering(whole, {code: plane.round(leaf) for code, leaf in leaves.items()})
    for length in (12, 9, 6):
        owned: dict[str, list[BaseGeometry]] = {}
        for code, shape in list(shapes.items()):
            if len(code) == length + 3:
                owned.setdefault(code[:length], []).append(shape)
        shapes |= {code: partition.merged(parts) for code, parts in owned.items()}
    return shapes


def villages_of(
    town: str, land: BaseGeometry, seat: BaseGeometry, areas: Mapping[str, Any]
) -> dict[str, BaseGeometry]:
    """Share a town's land: communities nearest to the seat, villages around, in order of codes."""
    villages = children(areas, town)
    at = partition.seeds(land, len(villages), (seat.x, seat.y))
    at.sort(key=lambda xy: (round((xy[0] - seat.x) ** 2 + (xy[1] - seat.y) ** 2, 6), xy))
    inner = [code for code in villages if areas[code]["kind"] == "community"]
    outer = [code for code in villages if areas[code]["kind"] != "community"]
    around = sorted(at[len(inner) :], key=lambda xy: atan2(xy[0] - seat.x, xy[1] - seat.y))
    return dict(
        zip([*inner, *outer], partition.cells(land, [*at[: len(inner)], *around]), strict=True)
    )


def in_reading_order(at: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """From north to south in rows, in each row from west to east (GB/T 47678.3)."""
    rows = max(1, round(len(at) ** 0.5))
    southward = sorted(at, key=lambda xy: (-xy[1], xy[0]))
    in_row = -(-len(at) // rows)
    return [
        seed
        for start in range(0, len(at), in_row)
        for seed in sorted(southward[start : start + in_row])
    ]


def place(areas: dict[str, dict[str, Any]], shapes: Mapping[str, BaseGeometry]) -> None:
    """Give every area its point: the real seat of a district or town, else well inside."""
    seats = {row["code"]: (row["lng"], row["lat"]) for row in read_table(SOURCES / "towns.csv")}
    seats[DISTRICT] = tuple(str(degrees) for degrees in DISTRICT_SEAT)
    for code, area in areas.items():
        if code in seats:
            area["lng"], area["lat"] = seats[code]
            continue
        middle = shapely.centroid(shapes[code])
        if not shapely.contains(shapes[code], middle):
            middle = shapely.point_on_surface(shapes[code])
        area["lng"], area["lat"] = f"{middle.x:.5f}", f"{middle.y:.5f}"


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
