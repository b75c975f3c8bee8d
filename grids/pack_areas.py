"""The pack's land: areas.csv and the outlines in boundaries/*.geojson."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from grids import boundaries
from grids.models import CODE_LENGTHS, Area
from grids.packfile import BadValue, Files, Row, check_unique, checking
from grids.packload import Changes, bring_up, end_missing

AREAS = "areas.csv"
COLUMNS = (
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
LEVEL_OF_LENGTH = dict(zip(CODE_LENGTHS, Area.Level.values, strict=True))
KINDS_OF_LEVEL = {
    "district": {"district"},
    "town": {"subdistrict", "town"},
    "village": {"community", "village"},
    "grid": {"grid", "special_grid"},
}
# Surveys of neighbours never agree to the last centimetre. Shares of the smaller outline.
OVERLAP_TOLERATED = 0.001
OUTSIDE_TOLERATED = 0.01


def areas(files: Files) -> dict[str, dict[str, Any]]:
    """Return the areas by code, as field values; note what is wrong with them."""
    found: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    rows = files.table(AREAS, COLUMNS)
    codes = {row["code"] for row in rows}
    for row in rows:
        with checking(row):
            check_unique(row, "code", seen)
            found[row["code"]] = _area(row, codes)
    districts = [code for code in found if len(code) == CODE_LENGTHS[0]]
    if rows and len(districts) != 1:
        message = _("There must be exactly one district; there are %d.") % len(districts)
        files.fault(AREAS, "", message)
    return found


def _area(row: Row, codes: set[str]) -> dict[str, Any]:
    code = row["code"]
    level = LEVEL_OF_LENGTH.get(len(code))
    if level is None or not (code.isascii() and code.isdigit()):
        raise BadValue(_("“%s” is no code: 6, 9, 12 or 15 digits") % code[:20])
    if row["level"] != level:
        raise BadValue(
            _("the code “%(code)s” is that of a %(level)s, not of a “%(given)s”")
            % {"code": code, "level": level, "given": row["level"]}
        )
    parent = code[: CODE_LENGTHS[CODE_LENGTHS.index(len(code)) - 1]] if level != "district" else ""
    if parent and parent not in codes:
        raise BadValue(
            _("“%(code)s” lies in “%(parent)s”, which is not in the file")
            % {"code": code, "parent": parent}
        )
    values = {
        "code": code,
        "level": level,
        "kind": row.one_of("kind", KINDS_OF_LEVEL[level]),
        "name": row.needed("name", 60),
        "full_name": row.text("full_name", 80),
        "name_en": row.text("name_en", 80),
        "population": row.whole("population"),
        **span(row),
    }
    lat, lng = row.degrees("lat", 90), row.degrees("lng", 180)
    if bool(row["lat"]) != bool(row["lng"]):
        row.bad(_("“lat” and “lng” go together"))
    # Without a point the outline's own is taken, and an earlier one is left.
    return values if lat is None or lng is None else {**values, "lat": lat, "lng": lng}


def span(row: Row) -> dict[str, date | None]:
    """Return valid_from and valid_to of a row: the first day, and the first day without."""
    first, end = row.day("valid_from"), row.day("valid_to")
    if first and end and end <= first:
        row.bad(_("“valid_to” is not after “valid_from”"))
    return {"valid_from": first, "valid_to": end}


def outlines(files: Files, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return code -> (boundary, approximate) of all outline files; note what is wrong with them."""
    found: dict[str, Any] = {}
    stands: dict[str, tuple[str, str]] = {}
    for name in files.names("boundaries/*.geojson"):
        content = files.json(name)
        if content is None:
            continue
        features = content.get("features") if isinstance(content, dict) else None
        if not isinstance(features, list):
            message = _("The file is not a GeoJSON FeatureCollection.")
            files.fault(name, "", message)
            continue
        datum = content.get("datum")
        if not datum:
            message = _("The member “datum” is missing: WGS84 or GCJ02.")
            files.fault(name, "", message)
            continue
        for number, feature in enumerate(features, start=1):
            try:
                code, outline = _outline(feature, datum, known)
                if code in stands:
                    raise BadValue(
                        _("“%(code)s” stands in %(place)s already")
                        % {"code": code, "place": " ".join(stands[code])}
                    )
            except (BadValue, boundaries.BadBoundary) as bad:
                message = str(bad).rstrip(".") + "."
                code = _code_of(feature)
                where = _("feature %(number)d (%(code)s)") % {"number": number, "code": code or "?"}
                files.fault(name, where, message)
                continue
            stands[code] = (name, _("feature %d") % number)
            found[code] = outline
    for (file, where), message in _misfits(found, known, stands):
        files.fault(file, where, message)
    return found


def _code_of(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return str(properties.get("code", ""))[:20] if isinstance(properties, dict) else ""


def _outline(feature: Any, datum: str, known: Mapping[str, Any]) -> tuple[str, Any]:
    code = _code_of(feature)
    if code not in known:
        raise BadValue(_("“%(code)s” is not in %(file)s") % {"code": code, "file": AREAS})
    approximate = feature["properties"].get("approximate", False)
    if not isinstance(approximate, bool):
        raise BadValue(_("“approximate” is neither true nor false"))
    return code, (boundaries.checked(feature.get("geometry"), datum), approximate)


def _misfits(
    found: Mapping[str, Any], known: Mapping[str, Any], stands: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield overlaps within a level and outlines that leave their parent's, with their places."""
    on = {code for code in found if known[code]["valid_to"] is None}
    shapes: dict[str, BaseGeometry] = {c: boundaries.shape_of(found[c][0]) for c in sorted(on)}
    for length in CODE_LENGTHS:
        level = {code: shape for code, shape in shapes.items() if len(code) == length}
        for overlap in boundaries.overlaps(level, OVERLAP_TOLERATED):
            message = _("“%(code)s” and “%(other)s” overlap by %(share).1f %% of the smaller one.")
            values = {**overlap._asdict(), "share": overlap.share * 100}
            yield stands[overlap.other], message % values
    for code, shape in shapes.items():
        parent = shapes.get(code[:-3])
        if parent is None:
            continue
        outside = shapely.difference(shape, parent).area / shape.area
        if outside > OUTSIDE_TOLERATED:
            message = _("%(share).1f %% of “%(code)s” lie outside “%(parent)s”.")
            values = {"share": outside * 100, "code": code, "parent": code[:-3]}
            yield stands[code], message % values


def load(
    wanted: Mapping[str, dict[str, Any]], drawn: Mapping[str, Any], *, on: date, changes: Changes
) -> dict[str, Area]:
    """Bring the areas and their outlines up to the pack; return all areas by code."""
    tally = changes.tally(_("Areas"))
    every = Area.objects.all()
    end_missing(every, wanted, key="code", ended={"valid_to": on}, tally=tally)
    by_code = bring_up(every.all(), wanted.values(), key="code", tally=tally)
    outlines_tally = changes.tally(_("Outlines"))
    redrawn = []
    for code, (boundary, approximate) in drawn.items():
        area = by_code[code]
        surveyed = area.boundary is not None and not area.approximate
        if (area.boundary, area.approximate) == (boundary, approximate) or (
            # What a rule drew never replaces what was surveyed.
            approximate and surveyed
        ):
            outlines_tally.unchanged += 1
            continue
        what = outlines_tally.added if area.boundary is None else outlines_tally.changed
        what.append(code)
        area.boundary, area.approximate = boundary, approximate
        redrawn.append(area)
    if redrawn:
        boundaries.redraw_many(redrawn)
    elif tally.added or tally.changed or tally.ended:
        boundaries.land_changed()
    return by_code
