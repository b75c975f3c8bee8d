"""The pack's tables besides the land: Party organisations, departments, events, calendar."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packs.build import workdays
from packs.build.writing import read_table, shares, write_table

SOURCES = Path(__file__).parent / "sources"
PARTY_GROUPS = 226
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
        "01-01 元旦",
        "02-05 春节",
        "02-06 春节",
        "02-07 春节",
        "02-08 春节",
        "04-05 清明",
        "05-01 劳动节",
        "05-02 劳动节",
        "06-09 端午",
        "09-15 中秋",
        "10-01 国庆节",
        "10-02 国庆节",
        "10-03 国庆节",
    ),
    2028: (
        "01-01 元旦",
        "01-25 春节",
        "01-26 春节",
        "01-27 春节",
        "01-28 春节",
        "04-04 清明",
        "05-01 劳动节",
        "05-02 劳动节",
        "05-28 端午",
        "10-01 国庆节",
        "10-02 国庆节",
        "10-03 国庆节",
    ),
}
ENGLISH_DAYS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-autumn Festival",
    "国庆节": "National Day",
}


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
        "code",
        "kind",
        "name",
        "name_en",
        "unit_name",
        "unit_name_en",
        "aliases",
        "valid_from",
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
    write_table(
        out / "event_categories.csv", ("code", "name", "name_en", "at_area_centre"), categories
    )
    columns = (
        "code",
        "category",
        "name",
        "name_en",
        "first_level",
        "urgency",
        "sign_limit",
        "resolve_limit",
        "restricted",
        "lead",
        "support",
        "words",
        "standard_codes",
        "note",
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
