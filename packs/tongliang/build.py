"""Make the files of this pack from sources/. Run it from the repository: python -m packs.tongliang.build

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

from packs.build import english, partition, workdays
from packs.build.writing import read_table, shares, write_outlines, write_table

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
DISTRICT = "500151"
DISTRICT_SEAT = (106.053, 29.840)
HEPING = "500151001003"
GRIDS, GRIDS_OF_HEPING, PARTY_GROUPS = 131, 7, 226
# GeoNames counts the three central subdistricts as one town of 208,520.
POPULATIONS = {"500151001": 90_000, "500151002": 70_000, "500151003": 48_520}
# A community has three times the people of a village.
WEIGHT_OF_KIND = {"community": 3, "village": 1}
# Characters with several readings: the local one.
READINGS = {
    "长坡": "chang po", "长滩": "chang tan", "大佛": "da fo", "七佛": "qi fo", "羊咀": "yang zui",
}
AREA_COLUMNS = (
    "code", "level", "kind", "name", "full_name", "name_en", "population", "lat", "lng",
    "valid_from", "valid_to",
)
# Units that every town or village has: how its name is put together.
UNIT_NAMES = {
    "ZX": ("{area}社会治理指挥中心", "{area} Social Governance Command Centre"),
    "ZJ": ("{area}指挥中心", "{area} Command Centre"),
    "CS": ("{area}指挥室", "{area} Command Centre"),
    "PCS": ("{area}派出所", "{area} Police Station"),
    "SFS": ("{area}司法所", "{area} Justice Office"),
    "ZF": ("{area}综合行政执法大队", "{area} Law Enforcement Team"),
    "TJW": ("{area}人民调解委员会", "{area} People's Mediation Committee"),
}
# Disputes, civil affairs and campus: the exact place says too much about people.
AT_AREA_CENTRE = {"05", "06", "09"}
# The proposal says 0 minutes for enquiries, to be answered at once: no clock can run for that.
SIGN_LIMITS = {"1011": "10min"}
# Statutory days of years whose notice is not out yet (domain 2.11): date, Chinese, English.
PROVISIONAL = {
    2027: (
        "01-01 元旦", "02-05 春节", "02-06 春节", "02-07 春节", "02-08 春节", "04-05 清明",
        "05-01 劳动节", "05-02 劳动节", "06-09 端午", "09-15 中秋", "10-01 国庆节", "10-02 国庆节",
        "10-03 国庆节",
    ),
    2028: (
        "01-01 元旦", "01-25 春节", "01-26 春节", "01-27 春节", "01-28 春节", "04-04 清明",
        "05-01 劳动节", "05-02 劳动节", "05-28 端午", "10-01 国庆节", "10-02 国庆节", "10-03 国庆节",
    ),
}
ENGLISH_DAYS = {
    "元旦": "New Year's Day", "春节": "Spring Festival", "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day", "端午": "Dragon Boat Festival", "中秋": "Mid-autumn Festival",
    "国庆节": "National Day",
}


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
    write_party(out, areas)
    write_departments(out)
    write_events(out)
    write_calendar(out)


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
            "code": code, "level": level, "kind": kind, "name": short, "full_name": full,
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
        code for code, area in areas.items()
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
                "code": code, "level": "grid", "kind": "grid",
                "name": f"{areas[village]['name']}第{number}网格",
                "name_en": f"{areas[village]['name_en']} Grid {number}", "population": part,
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


def write_party(out: Path, areas: Mapping[str, dict[str, Any]]) -> None:
    """Five tiers: one organisation for each area, and groups under the branches of the grids."""
    titles = {
        "district": ("{}委", "{} Party Committee"),
        "subdistrict": ("{}党工委", "{} Party Working Committee"),
        "town": ("{}党委", "{} Party Committee"),
        "community": ("{}党委", "{} Party Committee"),
        "village": ("{}党总支", "{} General Party Branch"),
        "grid": ("{}党支部", "{} Party Branch"),
    }
    rows = []
    for code, area in sorted(areas.items()):
        title, title_en = titles[area["kind"]]
        rows.append({
            "code": f"P-{code}", "tier": len(code) // 3 - 1, "area": code,
            "name": title.format(area["name"]), "name_en": title_en.format(area["name_en"]),
            "parent": f"P-{code[:-3]}" if len(code) > 6 else "",
        })  # fmt: skip
    grids = [code for code in sorted(areas) if len(code) == 15]
    counts = shares(PARTY_GROUPS, [areas[code]["population"] for code in grids], least=1)
    for code, count in zip(grids, counts, strict=True):
        for number in range(1, count + 1):
            rows.append({
                "code": f"P-{code}-{number}", "tier": 5, "area": code, "parent": f"P-{code}",
                "name": f"{areas[code]['name']}第{number}党小组",
                "name_en": f"{areas[code]['name_en']} Party Group {number}",
            })  # fmt: skip
    write_table(out / "party.csv", ("code", "tier", "name", "name_en", "parent", "area"), rows)


def write_departments(out: Path) -> None:
    """Departments, utilities and centres, with how the units of towns and villages are named."""
    rows = []
    for row in read_table(SOURCES / "departments.csv"):
        unit, unit_en = UNIT_NAMES.get(row["code"], ("", ""))
        rows.append({
            "code": row["code"], "kind": row["kind"], "name": row["name_zh"],
            "name_en": row["name_en"], "unit_name": unit, "unit_name_en": unit_en,
            "aliases": row["aliases"],
        })  # fmt: skip
    columns = (
        "code", "kind", "name", "name_en", "unit_name", "unit_name_en", "aliases", "valid_from",
        "valid_to",
    )
    write_table(out / "departments.csv", columns, rows)


def write_events(out: Path) -> None:
    """Categories and types of events, with the words that suggest them."""
    words = {row["code"]: row["words"] for row in read_table(SOURCES / "event_words.csv")}
    categories, types = [], []
    for row in read_table(SOURCES / "event_types.csv"):
        common = {"code": row["code"], "name": row["name_zh"], "name_en": row["name_en"]}
        if not row["first_level"]:
            at_centre = "yes" if row["code"] in AT_AREA_CENTRE else "no"
            categories.append({**common, "at_area_centre": at_centre})
            continue
        types.append({
            **common, "category": row["code"][:2], "first_level": row["first_level"],
            "urgency": row["urgency"],
            "sign_limit": SIGN_LIMITS.get(row["code"], row["ack_limit"]),
            "resolve_limit": row["resolve_limit"],
            "restricted": "yes" if row["restricted"] == "1" else "no", "lead": row["lead_dept"],
            "support": row["co_dept"], "words": words[row["code"]],
            "standard_codes": row["gb47678_5"], "note": row["note"],
        })  # fmt: skip
    write_table(out / "event_categories.csv", ("code", "name", "name_en", "at_area_centre"), categories)
    columns = (
        "code", "category", "name", "name_en", "first_level", "urgency", "sign_limit",
        "resolve_limit", "restricted", "lead", "support", "words", "standard_codes", "note",
    )
    write_table(out / "event_types.csv", columns, types)


def write_calendar(out: Path) -> None:
    """The announced years, and the statutory days of the next ones until they are announced."""
    rows = list(workdays.days(2004, 2026))
    years = [
        {"year": year, "announced": "yes", "source": workdays.SOURCE} for year in range(2004, 2027)
    ]
    for year, days in PROVISIONAL.items():
        source = "Statutory days only; the State Council's notice is not out"
        years.append({"year": year, "announced": "no", "source": source})
        for text in days:
            day, name = text.split()
            rows.append({
                "date": f"{year}-{day}", "kind": "holiday", "name": name,
                "name_en": ENGLISH_DAYS[name], "source": source,
            })  # fmt: skip
    write_table(out / "calendar_days.csv", ("date", "kind", "name", "name_en", "source"), rows)
    write_table(out / "calendar_years.csv", ("year", "announced", "source"), years)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
