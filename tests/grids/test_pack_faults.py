"""Everything that can be wrong in a pack is listed with its file and place."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from grids.models import Area, District, PartyOrg, Unit
from grids.packfile import sentence
from tests.grids.spoiling import (
    AREAS,
    DEPARTMENTS,
    PARTY,
    TYPES,
    edit,
    faults_of,
    outline_of,
    outlines,
    set_cell,
    set_geometry,
    settings_with,
)
from tests.land import EAST_CREEK, MILL, WILLOW_BRIDGE, WILLOW_GRIDS
from tickets.models import CalendarDay, EventCategory, EventType


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


BOX = ((110.1, 25.05), (110.2, 25.05), (110.2, 25.1), (110.1, 25.1), (110.1, 25.05))
FAULTS = {
    "an unknown parent": (
        set_cell(AREAS, 8, "code", "990101999001"),
        "areas.csv: row 8: “990101999001” lies in “990101999”, which is not in the file.",
    ),
    "a code twice": (
        set_cell(AREAS, 8, "code", WILLOW_BRIDGE),
        f"areas.csv: row 8: “{WILLOW_BRIDGE}” stands in row 4 already.",
    ),
    "no code": (set_cell(AREAS, 8, "code", "99A"), "“99A” is no code: 6, 9, 12 or 15 digits."),
    "a level that the code is not": (set_cell(AREAS, 4, "level", "town"), "is that of a village"),
    "a kind of another level": (set_cell(AREAS, 4, "kind", "grid"), "are: community, village"),
    "no name": (set_cell(AREAS, 4, "name", ""), "areas.csv: row 4: “name” is empty."),
    "a name too long": (set_cell(AREAS, 4, "name", "长" * 61), "longer than 60 characters"),
    "people who are no number": (set_cell(AREAS, 4, "population", "-3"), "not a whole number"),
    "degrees that are none": (set_cell(AREAS, 4, "lat", "nan"), "“lat” is “nan”, not degrees"),
    "half a point": (set_cell(AREAS, 4, "lat", ""), "“lat” and “lng” go together."),
    "a date that is none": (
        set_cell(AREAS, 4, "valid_from", "2026-02-30"),
        "areas.csv: row 4: “valid_from” is “2026-02-30”, not a date like 2026-02-14.",
    ),
    "an end before the start": (
        lambda pack: edit(
            pack, AREAS,
            lambda rows: rows[2].update(valid_from="2026-02-02", valid_to="2026-02-02"),
        ),
        "“valid_to” is not after “valid_from”.",
    ),
    "two districts": (
        lambda pack: edit(
            pack, AREAS, lambda rows: rows.append({**rows[0], "code": "990102", "name": "另一区"})
        ),
        "There must be exactly one district; there are 2.",
    ),
    "an outline that crosses itself": (
        set_geometry(MILL, (110, 25.05), (110.1, 25.1), (110.1, 25.05), (110, 25.1), (110, 25.05)),
        f"boundaries/all.geojson: feature 7 ({MILL}): The outline crosses itself",
    ),
    "an outline of nobody": (
        outlines(lambda c: outline_of(c, MILL)["properties"].update(code="990101101299")),
        "“990101101299” is not in areas.csv.",
    ),
    "an outline twice": (
        outlines(lambda c: c["features"].append(outline_of(c, MILL))),
        f"“{MILL}” stands in boundaries/all.geojson feature 7 already.",
    ),
    "neighbours that overlap": (
        set_geometry(MILL, (110, 25.04), (110.1, 25.04), (110.1, 25.1), (110, 25.1), (110, 25.04)),
        f"“990101101201” and “{MILL}” overlap by 20.0 % of the smaller one.",
    ),
    "a village outside its town": (
        set_geometry(MILL, *BOX), f"100.0 % of “{MILL}” lie outside “990101101”.",
    ),
    "another datum": (outlines(lambda c: c.update(datum="BD09")), "Unknown datum “BD09”"),
    "no datum": (outlines(lambda c: c.pop("datum")), "The member “datum” is missing"),
    "no feature collection": (
        outlines(lambda c: c.update(features=None)), "is not a GeoJSON FeatureCollection",
    ),
    "a feature that is none": (
        outlines(lambda c: c["features"].append("a village")), "feature 13 (?)",
    ),
    "approximate, perhaps": (
        outlines(lambda c: outline_of(c, MILL)["properties"].update(approximate="perhaps")),
        "neither true nor false",
    ),
    "an unknown department": (
        set_cell(TYPES, 2, "lead", "NASA"),
        "event_types.csv: row 2: there is no department “NASA” in departments.csv.",
    ),
    "an unknown helper": (set_cell(TYPES, 2, "support", "WATER;NASA"), "no department “NASA”"),
    "an unknown category": (set_cell(TYPES, 2, "category", "77"), "there is no category “77”"),
    "an unknown level": (set_cell(TYPES, 2, "first_level", "X"), "known are: D, T, V"),
    "an unknown urgency": (set_cell(TYPES, 2, "urgency", "P9"), "known are: P1, P2, P3, P4"),
    "a limit that is none": (
        set_cell(TYPES, 2, "resolve_limit", "soon"),
        "event_types.csv: row 2: “resolve_limit”: “soon” is not a time limit.",
    ),
    "no time at all": (set_cell(TYPES, 2, "sign_limit", "0min"), "“0min” is not a time limit"),
    "calendar days for what is urgent": (
        set_cell(TYPES, 2, "resolve_limit", "3N"), "cannot have a limit in calendar days (N)",
    ),
    "neither yes nor no": (
        set_cell(TYPES, 2, "restricted", "maybe"), "“restricted” is “maybe”, not yes or no.",
    ),
    "a type twice": (set_cell(TYPES, 3, "code", "0101"), "“0101” stands in row 2 already."),
    "an unknown kind of department": (
        set_cell(DEPARTMENTS, 5, "kind", "ministry"), "“kind” is “ministry”; known are:",
    ),
    "a department's odd code": (set_cell(DEPARTMENTS, 5, "code", "roads"), "“roads” is no code"),
    "no town centres": (
        set_cell(DEPARTMENTS, 3, "kind", "department"),
        "exactly one row of the kind “centre_town”; there are 0.",
    ),
    "units of towns that all have one name": (
        set_cell(DEPARTMENTS, 10, "unit_name", "派出所"), "“unit_name” must contain {area}",
    ),
    "braces that mean nothing": (
        set_cell(DEPARTMENTS, 10, "unit_name_en", "{area} {town}"), "no other braces",
    ),
    "a name too long once put together": (
        set_cell(DEPARTMENTS, 10, "unit_name_en", "Post " * 22 + "{area}"), "is too long.",
    ),
    "a Party branch without land": (set_cell(PARTY, 9, "area", "42"), "there is no area “42”."),
    "a Party branch over two tiers": (
        set_cell(PARTY, 9, "parent", "P-990101001"), "is not an organisation one tier above.",
    ),
    "a Party branch on a town": (set_cell(PARTY, 9, "area", EAST_CREEK), "of tier 4 does not"),
    "a Party branch without parent": (set_cell(PARTY, 9, "parent", ""), "stand under another."),
    "two branches for one grid": (
        set_cell(PARTY, 10, "area", WILLOW_GRIDS[0]),
        f"party.csv: row 10: “{WILLOW_GRIDS[0]}” has the organisation",
    ),
    "a holiday of an unknown year": (
        set_cell("calendar_days.csv", 2, "date", "2031-01-01"), "the year 2031 is not in",
    ),
    "a day twice": (set_cell("calendar_days.csv", 3, "date", "2025-01-01"), "in row 2 already"),
    "a day of no known kind": (
        set_cell("calendar_days.csv", 2, "kind", "party"), "known are: holiday, makeup",
    ),
    "a year that is none": (set_cell("calendar_years.csv", 2, "year", "25"), "“25” is no year"),
    "an unknown setting": (settings_with(colour="red"), "district.json: colour: Unknown member."),
    "a prefix in small letters": (settings_with(number_prefix="ck"), "one to four capitals"),
    "office hours that overlap": (
        settings_with(work_sessions=[["09:00", "12:00"], ["11:00", "18:00"]]), "without overlap",
    ),
    "office hours in words": (settings_with(work_sessions="nine to five"), "pairs of times"),
    "an emergency number in words": (
        settings_with(emergency_numbers=[{"number": "one", "name": "x"}]), "a list is expected of",
    ),
    "an empty word for an emergency": (
        settings_with(emergency_numbers=[{"number": "119", "name": "x", "words": [" "]}]),
        "a list is expected of",
    ),
    "a language nobody speaks here": (settings_with(languages=["tlh"]), "a list is expected of"),
    "more than all of it": (settings_with(satisfaction_target=101), "from 0 to 100"),
    "another district's code": (settings_with(code="990199"), "not the district in areas.csv"),
    "no name of the district": (settings_with(name=" "), "district.json: name: a text"),
    "a missing column": (
        lambda pack: (pack / PARTY).write_text("code,tier\nP-1,1\n", encoding="utf-8"),
        "party.csv: row 1: Columns are missing: name, name_en, parent, area",
    ),
    "a missing file": (lambda pack: (pack / TYPES).unlink(), f"{TYPES}: The file is missing."),
    "a cell too many": (
        lambda pack: (pack / "event_categories.csv").write_text(
            "code,name,name_en,at_area_centre\n01,街面,Streets,no,\n", encoding="utf-8"
        ),
        "event_categories.csv: row 2: 5 cells instead of 4",
    ),
    "an encoding of before": (
        lambda pack: (pack / AREAS).write_bytes(
            (pack / AREAS).read_text(encoding="utf-8").encode("gb18030")
        ),
        "areas.csv: row 2: The text is not UTF-8; please save the file as UTF-8.",
    ),
    "a null byte": (
        lambda pack: (pack / TYPES).write_text("code\n\0\n", encoding="utf-8"),
        "event_types.csv: row 2: The text has a null byte.",
    ),
    "an open quote": (
        lambda pack: (pack / "calendar_years.csv").write_text(
            'year,announced,source\n2025,"yes\n', encoding="utf-8"
        ),
        "calendar_years.csv: row 2: This is not CSV",
    ),
    "broken JSON": (
        lambda pack: (pack / "district.json").write_text('{"name":\n oops', encoding="utf-8"),
        "district.json: row 2: This is not JSON",
    ),
    "JSON of another kind": (
        lambda pack: (pack / "district.json").write_text("[]", encoding="utf-8"),
        "district.json: This is not an object",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_listed_with_its_file_and_place(spoil, message, pack):
    spoil(pack)
    found = faults_of(pack)
    assert [fault for fault in found if message in fault] != [], found


def test_every_fault_is_listed_at_once_and_nothing_is_loaded(pack, db, capsys):
    wanted = (
        "an unknown parent", "an outline that crosses itself", "an unknown department",
        "a Party branch without parent", "a prefix in small letters", "a limit that is none",
    )  # fmt: skip
    for name in wanted:
        FAULTS[name][0](pack)
    with pytest.raises(CommandError, match=r"\d+ faults in the pack; nothing was loaded"):
        call_command("load_pack", pack)
    said = capsys.readouterr().err
    assert [name for name in wanted if FAULTS[name][1] not in said] == []
    tables = (District, Area, Unit, PartyOrg, EventCategory, EventType, CalendarDay)
    assert [model.objects.count() for model in tables] == [0] * len(tables)


@pytest.mark.parametrize("said", ["The line crosses itself", "The line crosses itself."])
def test_a_faults_sentence_ends_with_one_stop_of_its_language(said):
    with translation.override("zh-hans"):
        assert sentence(said) == "The line crosses itself。"
    with translation.override("en"):
        assert sentence(said) == "The line crosses itself."
