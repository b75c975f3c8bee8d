"""The pack's organisation: departments.csv, from which every unit is made, and party.csv."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from grids.models import Area, PartyOrg, Unit
from grids.pack_areas import span
from grids.packfile import BadValue, Files, Row, check_unique, checking
from grids.packload import Changes, bring_up, end_missing

DEPARTMENTS = "departments.csv"
DEPARTMENT_COLUMNS = (
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
PARTY = "party.csv"
PARTY_COLUMNS = ("code", "tier", "name", "name_en", "parent", "area")
CENTRE_TIERS = {"centre_district": "district", "centre_town": "town", "centre_village": "village"}
# What the pack calls a kind -> the level of the areas that have one each.
LEVEL_OF_KIND = {
    **CENTRE_TIERS,
    "town_unit": "town",
    "village_unit": "village",
    "department": "district",
    "organisation": "district",
    "utility": "district",
    "channel": "district",
    "other": "district",
}
# Which area each tier of the Party organisation belongs to.
LEVELS_OF_TIER = {1: {"district"}, 2: {"town"}, 3: {"village"}, 4: {"grid"}, 5: {"grid", "village"}}


def departments(files: Files) -> dict[str, dict[str, Any]]:
    """Return the trades by code, as the pack describes them; note what is wrong with them."""
    found: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    rows = files.table(DEPARTMENTS, DEPARTMENT_COLUMNS)
    for row in rows:
        with checking(row):
            check_unique(row, "code", seen)
            found[row["code"]] = _department(row)
    for kind in CENTRE_TIERS:
        of_kind = [code for code, values in found.items() if values["kind"] == kind]
        if rows and len(of_kind) != 1:
            message = _(
                "There must be exactly one row of the kind “%(kind)s”; there are %(found)d."
            )
            counts = {"kind": kind, "found": len(of_kind)}
            files.fault(DEPARTMENTS, "", message % counts)
    return found


def _department(row: Row) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,11}", row["code"]):
        row.bad(_("“%s” is no code: capitals, digits, _, at most 12") % row["code"][:20])
    values: dict[str, Any] = {
        "kind": row.one_of("kind", LEVEL_OF_KIND),
        "name": row.needed("name", 80),
        "name_en": row.text("name_en", 120),
        "unit_name": row.text("unit_name", 80),
        "unit_name_en": row.text("unit_name_en", 120),
        "aliases": row.text("aliases", 200),
        **span(row),
    }
    many = LEVEL_OF_KIND[values["kind"]] != "district"
    if many and "{area}" not in values["unit_name"]:
        row.bad(_("“unit_name” must contain {area}, as every area has such a unit"))
    for column in ("unit_name", "unit_name_en"):
        if set(re.findall(r"\{[^}]*\}?", values[column])) - {"{area}"}:
            row.bad(_("“%s” may contain {area} and no other braces") % column)
    return values


def units(trades: Mapping[str, Any], lands: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every unit that the trades make in these areas, as field values with "area" a code."""
    made = []
    for trade, values in trades.items():
        level = LEVEL_OF_KIND[values["kind"]]
        tier = CENTRE_TIERS.get(values["kind"], "")
        for code, area in lands.items():
            if area["level"] != level:
                continue
            made.append(
                {
                    "code": trade if level == "district" else f"{trade}-{code}",
                    "trade": trade,
                    "kind": "centre" if tier else values["kind"],
                    "tier": tier,
                    "name": _named(values["unit_name"] or values["name"], area["name"]),
                    "name_en": _named(
                        values["unit_name_en"] or values["name_en"],
                        area["name_en"] or area["name"],
                    ),
                    "aliases": values["aliases"],
                    "area": code,
                    "valid_from": values["valid_from"],
                    "valid_to": values["valid_to"] or area["valid_to"],
                }
            )
    return made


def _named(pattern: str, area: str) -> str:
    return pattern.replace("{area}", area)


def check_lengths(files: Files, made: list[dict[str, Any]]) -> None:
    """Note every unit whose name, put together, is too long to be stored."""
    for unit in made:
        for column, most in (("name", 80), ("name_en", 120)):
            if len(unit[column]) > most:
                message = _("The name “%s” is too long.") % unit[column]
                files.fault(DEPARTMENTS, unit["trade"], message)


def party(files: Files, lands: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the Party organisations as field values, "parent" and "area" as codes; note faults."""
    found: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    holders: dict[str, str] = {}
    rows = files.table(PARTY, PARTY_COLUMNS)
    tiers = {row["code"]: row["tier"] for row in rows}
    for row in rows:
        with checking(row):
            check_unique(row, "code", seen)
            values = _party_org(row, tiers, lands)
            if values["tier"] < 5 and values["area"] in holders:
                raise BadValue(
                    _("“%(area)s” has the organisation “%(other)s” already")
                    % {"area": values["area"], "other": holders[values["area"]]}
                )
            if values["tier"] < 5:
                holders[values["area"]] = values["code"]
            found[values["code"]] = values
    return list(found.values())


def _party_org(row: Row, tiers: Mapping[str, str], lands: Mapping[str, Any]) -> dict[str, Any]:
    tier = int(row.one_of("tier", [str(tier) for tier in LEVELS_OF_TIER]))
    code, parent, area = row.needed("code", 24), row["parent"], row["area"]
    if area not in lands:
        raise BadValue(_("there is no area “%s”") % area)
    if lands[area]["level"] not in LEVELS_OF_TIER[tier]:
        row.bad(_("an organisation of tier %d does not belong to such an area") % tier)
    if (tier == 1) != (parent == ""):
        row.bad(_("all but the district committee stand under another"))
    if parent and tiers.get(parent) != str(tier - 1):
        row.bad(_("“%s” is not an organisation one tier above") % parent)
    return {
        "code": code,
        "tier": tier,
        "name": row.needed("name", 80),
        "name_en": row.text("name_en", 120),
        "parent": parent,
        "area": area,
        "valid_from": None,
        "valid_to": None,
    }


def load_units(
    wanted: list[dict[str, Any]], areas: Mapping[str, Area], *, on: date, changes: Changes
) -> None:
    """Bring command centres and departments up to the pack."""
    rows = [_with_ids(values, area=areas) for values in wanted]
    tally = changes.tally(_("Units"))
    # First the ends: a new unit may take an old one's place.
    end_missing(
        Unit.objects.all(),
        {values["code"] for values in rows},
        key="code",
        ended={"valid_to": on},
        tally=tally,
    )
    bring_up(Unit.objects.all(), rows, key="code", tally=tally)


def load_party(
    wanted: list[dict[str, Any]], areas: Mapping[str, Area], *, on: date, changes: Changes
) -> None:
    """Bring the Party organisations up to the pack, tier by tier, so that parents come first."""
    tally = changes.tally(_("Party organisations"))
    every = PartyOrg.objects.all()
    end_missing(
        every,
        {values["code"] for values in wanted},
        key="code",
        ended={"valid_to": on},
        tally=tally,
    )
    known: dict[str, Any] = {}
    for tier in LEVELS_OF_TIER:
        of_tier = [values for values in wanted if values["tier"] == tier]
        rows = [_with_ids(values, area=areas, parent=known) for values in of_tier]
        known |= bring_up(every.all(), rows, key="code", tally=tally)


def _with_ids(values: dict[str, Any], **known: Mapping[str, Any]) -> dict[str, Any]:
    ids = {
        f"{name}_id": by_code[values[name]].pk if values[name] else None
        for name, by_code in known.items()
    }
    return {name: value for name, value in values.items() if name not in known} | ids
