"""Where the page of figures leads: up and down the areas, to a unit or type, to the tickets."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from grids.models import Area, lineage
from tickets.statistics import By
from wall.figures.sheet import Row, Sheet

_TOWN = 9
# Under which name a row's code goes into the question, and what is compared then.
_FIELD = {By.AREA: "area", By.UNIT: "unit", By.TYPE: "type"}
_THEN_BY = {By.UNIT: By.TYPE.value, By.TYPE: By.AREA.value}


def query(request: HttpRequest, **changed: str) -> str:
    """Return the question as it stands in the address, with something changed."""
    asked = {name: value for name, value in request.GET.items() if value} | changed
    return urlencode({name: value for name, value in asked.items() if value})


def crumbs(request: HttpRequest, sheet: Sheet) -> list[dict[str, str]]:
    """Return the way up from the area that is shown, as far as this person's posts reach."""
    asked = sheet.asked
    if len(asked.areas) != 1 or asked.areas == asked.reach.areas:
        return []
    above = [
        code
        for code in lineage(asked.areas[0])[:-1]
        if asked.reach.units or code.startswith(asked.reach.areas)
    ]
    areas = Area.objects.filter(code__in=above).only("code", "name", "name_en").order_by("code")
    return [{"name": a.shown_name, "query": query(request, area=a.code)} for a in areas]


def linked(request: HttpRequest, sheet: Sheet) -> list[dict[str, Any]]:
    """Return the rows with where each leads: `query` to its own figures, `list` to the tickets."""
    return [
        {"row": row, "query": _further(request, sheet, row), "list": _tickets(sheet, row)}
        for row in sheet.rows
    ]


def _further(request: HttpRequest, sheet: Sheet, row: Row) -> str:
    by = sheet.asked.by
    if not row.code or (by == By.AREA and sheet.asked.reach.units and len(row.code) > _TOWN):
        return ""
    return query(request, **{_FIELD[by]: row.code, "by": _THEN_BY.get(by, "")})


def _tickets(sheet: Sheet, row: Row) -> str:
    if sheet.asked.by == By.UNIT or not row.code or not row.counts["reported"]:
        return ""
    return list_query(sheet, **{_FIELD[sheet.asked.by]: row.code})


def list_query(sheet: Sheet, **more: str) -> str:
    """Return the question to the list of tickets: those that were reported in this time."""
    asked = sheet.asked
    units = (asked.unit,) if asked.unit else asked.reach.units
    given = {
        "queue": "all", "area": asked.areas[0] if len(asked.areas) == 1 else "",
        "handler": units[0] if len(units) == 1 else "",
        "type": asked.type, "since": f"{asked.period.since}", "until": f"{asked.period.last}",
    }  # fmt: skip
    return urlencode({name: value for name, value in (given | more).items() if value})
