"""Ways to spoil a copy of the tiny pack."""

import csv
import io
import json
from pathlib import Path

from grids.management.commands import load_pack
from grids.packfile import Files

AREAS, TYPES, DEPARTMENTS, PARTY = (
    "areas.csv", "event_types.csv", "departments.csv", "party.csv",
)  # fmt: skip


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
