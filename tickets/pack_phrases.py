"""The pack's phrases.csv: sentences with which units begin. A pack may leave it out."""

from typing import Any

from django.utils.translation import gettext as _

from grids.models import Area, Unit
from grids.packfile import Fault, Files, Row, checking
from grids.packload import Changes
from tickets import phrases
from tickets.models import Phrase

FILE = "phrases.csv"
COLUMNS = ("trade", "name", "words")


def validate(files: Files) -> list[Fault]:
    """Return everything that is wrong with the file; remember what it says."""
    before = len(files.faults)
    if FILE not in files.names(FILE):
        return []
    seen: set[tuple[str, str]] = set()
    rows: list[dict[str, Any]] = []
    for row in files.table(FILE, COLUMNS):
        with checking(row):
            rows.append(_read(row, set(files.parsed.get("trades", {})), seen))
    files.parsed["phrases"] = rows
    return files.faults[before:]


def load(files: Files, changes: Changes) -> None:
    """Give the district's units of each trade their sentences, where they have none yet."""
    if "phrases" not in files.parsed:
        return
    tally = changes.tally(_("Canned sentences"))
    rows = files.parsed["phrases"]
    units = Unit.objects.filter(
        trade__in={row["trade"] for row in rows}, area__level=Area.Level.DISTRICT, valid_to=None
    )
    by_trade = {unit.trade: unit for unit in units}
    wanted = [
        Phrase(unit=by_trade[row["trade"]], name=row["name"], words=row["words"])
        for row in rows
        if row["trade"] in by_trade
    ]
    new = phrases.begin_with(wanted)
    tally.added.extend(one.name for one in new)
    tally.unchanged += len(wanted) - len(new)


def _read(row: Row, trades: set[str], seen: set[tuple[str, str]]) -> dict[str, Any]:
    if row["trade"] not in trades:
        row.bad(_("there is no department “%s” in departments.csv") % row["trade"])
    name = row.needed("name", 20)
    if (row["trade"], name) in seen:
        row.bad(_("the unit has “%s” twice") % name)
    seen.add((row["trade"], name))
    return {"trade": row["trade"], "name": name, "words": row.needed("words", 500)}
