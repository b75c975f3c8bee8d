"""Loading a district pack: every fault listed, all of it or nothing, twice the same."""

import csv
import io
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from grids.datum import gcj02_of
from grids.management.commands import load_pack
from grids.models import Area, BoundaryVersion, District, PartyOrg, Unit
from grids.pack import is_loaded
from grids.packfile import Files
from tests.land import DISTRICT, EAST_CREEK, MILL, TINY, WILLOW_BRIDGE, WILLOW_GRIDS
from tickets.models import CalendarDay, CalendarYear, EventCategory, EventType

TABLES = (
    District, Area, Unit, PartyOrg, EventCategory, EventType, CalendarYear, CalendarDay,
    BoundaryVersion,
)  # fmt: skip


@pytest.fixture
def pack(tmp_path) -> Path:
    """A copy of the tiny pack to spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "pack"))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def edit(pack: Path, name: str, change) -> None:
    """Rewrite a table: `change` gets its rows as dicts, to alter in place."""
    with (pack / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    change(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (pack / name).write_text(out.getvalue(), encoding="utf-8")


def edit_json(pack: Path, name: str, change) -> None:
    content = json.loads((pack / name).read_text(encoding="utf-8"))
    change(content)
    (pack / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def set_cell(name: str, row: int, column: str, value: str):
    """Return a spoiler that writes a value into a row (the first after the header is 2)."""
    return lambda pack: edit(pack, name, lambda rows: rows[row - 2].update({column: value}))


def outlines(change):
    return lambda pack: edit_json(pack, "boundaries/all.geojson", change)


def outline_of(content, code):
    return next(f for f in content["features"] if f["properties"]["code"] == code)


def settings_with(**members):
    return lambda pack: edit_json(pack, "district.json", lambda given: given.update(members))


def faults_of(pack: Path) -> list[str]:
    return [str(fault) for fault in load_pack.find_faults(Files(pack))]


def set_geometry(code, *ring):
    def change(content):
        outline_of(content, code)["geometry"]["coordinates"] = [[list(p) for p in ring]]

    return outlines(change)


AREAS, TYPES, DEPARTMENTS, PARTY = (
    "areas.csv", "event_types.csv", "departments.csv", "party.csv",
)  # fmt: skip
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
    for name in ("an unknown department", "a Party branch without parent"):
        FAULTS[name][0](pack)
    for name in wanted:
        FAULTS[name][0](pack)
    with pytest.raises(CommandError, match=r"\d+ faults in the pack; nothing was loaded"):
        call_command("load_pack", pack)
    said = capsys.readouterr().err
    assert [name for name in wanted if FAULTS[name][1] not in said] == []
    assert {model.__name__: model.objects.count() for model in TABLES} == {
        model.__name__: 0 for model in TABLES
    }


def test_a_failure_in_the_middle_leaves_the_old_pack_whole(pack, tiny, monkeypatch):
    edit(pack, AREAS, lambda rows: rows[2].update(name="新名"))

    def fail(*_args, **_named):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("tickets.pack._load_calendar", fail)
    with pytest.raises(RuntimeError):
        call_command("load_pack", pack)
    assert Area.objects.get(code=WILLOW_BRIDGE).name == "柳桥社区"
    assert is_loaded(TINY)
    assert not is_loaded(pack)


def test_loading_twice_changes_nothing(pack, db, capsys):
    call_command("load_pack", pack)
    first = snapshot()
    call_command("load_pack", pack)
    second = capsys.readouterr().out.splitlines()[10:]
    assert snapshot() == first
    assert [line for line in second if "0 added, 0 changed, 0 ended" not in line] == []
    assert is_loaded(pack)


def snapshot():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_what_changed_is_printed(pack, tiny, capsys):
    edit(pack, AREAS, lambda rows: rows[2].update(population="5000"))
    edit(pack, TYPES, lambda rows: rows.pop())
    edit(pack, "calendar_days.csv", lambda rows: rows.pop(0))
    call_command("load_pack", pack)
    said = capsys.readouterr().out
    assert f"Areas: 0 added, 1 changed, 0 ended, 11 unchanged\n  changed: {WILLOW_BRIDGE}\n" in said
    assert "Event types: 0 added, 0 changed, 1 ended, 10 unchanged\n  ended: 0304\n" in said
    assert "Calendar days: 0 added, 0 changed, 1 ended, 72 unchanged\n  ended: 2025-01-01" in said


def test_a_dry_run_prints_the_changes_and_makes_none(pack, tiny, capsys):
    before = snapshot()
    edit(pack, AREAS, lambda rows: rows[2].update(population="5000"))
    call_command("load_pack", pack, dry_run=True)
    assert "1 changed" in capsys.readouterr().out
    assert snapshot() == before


def test_what_is_gone_from_the_pack_ends_and_comes_back(pack, tiny):
    files = Files(pack)
    at = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    last_grid = WILLOW_GRIDS[2]
    edit(pack, AREAS, lambda rows: rows.pop(5))
    edit(pack, PARTY, lambda rows: rows.pop())
    edit(pack, DEPARTMENTS, lambda rows: rows.pop(4))
    edit(pack, TYPES, lambda rows: [row.update(lead="DC", support="") for row in rows])
    edit_json(
        pack, "boundaries/all.geojson",
        lambda c: c["features"].remove(outline_of(c, last_grid)),
    )  # fmt: skip
    assert load_pack.find_faults(files) == []
    for part in load_pack.parts():
        part.load(files, at=at)
    day = date(2026, 3, 4)
    assert Area.objects.get(code=last_grid).valid_to == day
    assert Unit.objects.get(code="FIRE").valid_to == day
    assert PartyOrg.objects.filter(valid_to=day).count() == 1
    assert not Area.objects.in_force(day).filter(code=last_grid).exists()
    call_command("load_pack", TINY)
    assert Area.objects.get(code=last_grid).valid_to is None
    assert Unit.objects.get(code="FIRE").valid_to is None


def test_an_organisation_may_take_the_place_of_one_that_ended(pack, tiny):
    edit(pack, PARTY, lambda rows: rows[7].update(code="P-NEW"))
    edit(pack, PARTY, lambda rows: [r.update(parent="P-NEW") for r in rows if r["tier"] == "5"])
    call_command("load_pack", pack)
    assert PartyOrg.objects.get(code="P-NEW", valid_to=None).children.count() == 2
    edit(pack, DEPARTMENTS, lambda rows: rows[1].update(code="TOWNC"))
    edit(
        pack, TYPES,
        lambda rows: [
            row.update({n: row[n].replace("TC", "TOWNC") for n in ("lead", "support")})
            for row in rows
        ],
    )  # fmt: skip
    call_command("load_pack", pack)
    assert Unit.objects.filter(tier="town", valid_to=None).count() == 2


def test_an_outline_by_rule_never_replaces_a_surveyed_one(pack, tiny):
    surveyed = Area.objects.get(code=MILL).boundary

    def change(content):
        feature = outline_of(content, MILL)
        feature["properties"]["approximate"] = True
        feature["geometry"]["coordinates"][0][2] = [110.1, 25.09]

    outlines(change)(pack)
    call_command("load_pack", pack)
    assert Area.objects.get(code=MILL).boundary == surveyed
    Area.objects.filter(code=MILL).update(approximate=True)
    call_command("load_pack", pack)
    assert Area.objects.get(code=MILL).boundary != surveyed


def test_a_pack_in_gcj02_lies_where_it_should(pack, db):
    def shift(content):
        content["datum"] = "GCJ02"
        for feature in content["features"]:
            ring = feature["geometry"]["coordinates"][0]
            feature["geometry"]["coordinates"] = [[list(gcj02_of(*point)) for point in ring]]

    outlines(shift)(pack)
    call_command("load_pack", pack)
    found = Area.objects.get(code=DISTRICT).boundary["coordinates"][0]
    # A millionth of a degree is a tenth of a metre.
    assert all(
        min(abs(x - 110), abs(x - 110.2)) < 2e-6 and min(abs(y - 25), abs(y - 25.1)) < 2e-6
        for x, y in found
    )


def test_a_byte_order_mark_and_windows_lines_are_taken(pack):
    text = (pack / AREAS).read_text(encoding="utf-8")
    (pack / AREAS).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert faults_of(pack) == []


def test_only_checking_loads_nothing(db, capsys):
    call_command("load_pack", TINY, check=True)
    assert "without fault" in capsys.readouterr().out
    assert not is_loaded(TINY)


def test_a_directory_that_is_not_there_is_named(db, tmp_path):
    with pytest.raises(CommandError, match="no-such-pack"):
        call_command("load_pack", tmp_path / "no-such-pack")


def test_areas_without_an_outline_are_told(pack, db, capsys):
    outlines(lambda c: c["features"].remove(outline_of(c, MILL)))(pack)
    call_command("load_pack", pack)
    assert "1 area has no outline" in capsys.readouterr().out


def test_the_settings_of_the_district_are_those_of_its_pack(tiny):
    assert (tiny.code, tiny.number_prefix, tiny.shown_name, tiny.satisfaction_target) == (
        DISTRICT, "CK", "Creekside District", 90,
    )  # fmt: skip
    assert tiny.shown_emergency_numbers[0] == {"number": "110", "name": "Police"}
    with translation.override("zh-hans"):
        assert tiny.shown_emergency_numbers[0] == {"number": "110", "name": "报警"}


def test_before_any_pack_there_are_plain_settings(db):
    district = District.current()
    assert (district.number_prefix, district.work_sessions, district.shown_service_name) == (
        "T", [["09:00", "12:00"], ["14:00", "18:00"]], "",
    )  # fmt: skip


def test_a_year_that_is_announced_counts_from_then_on(pack, tiny):
    assert not CalendarYear.objects.get(year=2027).announced
    edit(pack, "calendar_years.csv", lambda rows: rows[2].update(announced="yes"))
    call_command("load_pack", pack)
    assert CalendarYear.objects.get(year=2027).announced
