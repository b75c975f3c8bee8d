"""The pack's limits.csv: the limits that hang on no event type. A pack may leave it out."""

from typing import Any

from django.utils.translation import gettext as _

from grids.packfile import Fault, Files, Row, check_unique, checking
from grids.packload import Changes, bring_up
from tickets.deadlines import BadLimit, Limit
from tickets.models import Limits, Urgency
from tickets.requests_table import RequestKind
from tickets.statistics import WEIGHED, WHOLE

FILE = "limits.csv"
COLUMNS = ("what", "limit", "number")
# What a row may be about, and where its limit or number goes.
_LIMITS = {"unclear": "resolve_unclear", "rating": "rating", "return within": "return_within"}
_NUMBERS = {
    "suspension days": "suspension_days",
    "words years": "keep_words_years",
    "photos years": "keep_photos_years",
}
_SCORES = {f"score {rate.replace('_', ' ')}": rate for rate in WEIGHED}


def validate(files: Files) -> list[Fault]:
    """Return everything that is wrong with the file; remember what it says."""
    before = len(files.faults)
    if FILE not in files.names(FILE):
        return []
    values: dict[str, Any] = {"id": 1, "accept": {}, "decide": {}, "requests": {}, "score": {}}
    seen: dict[str, int] = {}
    for row in files.table(FILE, COLUMNS):
        with checking(row):
            check_unique(row, "what", seen)
            _read(row, values)
    missing = [what for what in _known() if what not in seen]
    if missing and len(files.faults) == before:
        files.fault(FILE, _("the end"), _("Rows are missing: %s") % ", ".join(missing))
    if len(files.faults) == before and sum(values["score"].values()) != WHOLE:
        files.fault(FILE, _("the end"), _("The weights of the score do not add up to 100"))
    files.parsed["limits"] = values
    return files.faults[before:]


def load(files: Files, changes: Changes) -> None:
    """Bring the row of limits up to the pack; running tickets keep theirs."""
    if "limits" in files.parsed:
        tally = changes.tally(_("Limits"))
        bring_up(Limits.objects.all(), [files.parsed["limits"]], key="id", tally=tally)


def _known() -> list[str]:
    urgencies = [f"{table} {u}" for table in ("accept", "decide") for u in Urgency.values]
    return [*urgencies, *_LIMITS, *RequestKind.values, *_NUMBERS, *_SCORES]


def _read(row: Row, values: dict[str, Any]) -> None:
    what = row.one_of("what", _known())
    table, _space, urgency = what.partition(" ")
    if table in ("accept", "decide"):
        values[table][urgency] = _limit(row)
    elif what in _LIMITS:
        values[_LIMITS[what]] = _limit(row)
    elif what in _NUMBERS:
        values[_NUMBERS[what]] = _number(row)
    elif what in _SCORES:
        values["score"][_SCORES[what]] = _number(row)
    else:
        values["requests"][what] = {"decide": _limit(row), "at_most": _number(row)}


def _limit(row: Row) -> str:
    try:
        return str(Limit.parse(row["limit"]))
    except BadLimit as bad:
        row.bad(f"“limit”: {str(bad).rstrip('.')}")
        return ""


def _number(row: Row) -> int:
    if not row["number"]:
        row.bad(_("“%s” is empty") % "number")
    return row.whole("number", 1000)
