"""Loading a district pack: all of it or nothing, twice the same, and what changes is told."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from grids.datum import gcj02_of
from grids.management.commands import load_pack
from grids.models import Area, BoundaryVersion, District, PartyOrg, Unit
from grids.pack import is_loaded
from grids.packfile import Files
from tests.grids.spoiling import (
    AREAS,
    DEPARTMENTS,
    PARTY,
    TYPES,
    edit,
    edit_json,
    faults_of,
    outline_of,
    outlines,
)
from tests.land import DISTRICT, MILL, TINY, WILLOW_BRIDGE, WILLOW_GRIDS
from tickets.models import CalendarDay, CalendarYear, EventCategory, EventType, Limits, Phrase

TABLES = (
    District, Area, Unit, PartyOrg, EventCategory, EventType, CalendarYear, CalendarDay,
    BoundaryVersion, Limits, Phrase,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


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
    lines = capsys.readouterr().out.splitlines()
    second = lines[len(lines) // 2 :]
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
    words = ["有人打架", "robbed"]
    assert tiny.shown_emergency_numbers[0] == {"number": "110", "name": "Police", "words": words}
    with translation.override("zh-hans"):
        assert tiny.shown_emergency_numbers[0] == {"number": "110", "name": "报警", "words": words}


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
