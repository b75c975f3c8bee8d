"""The tickets' part of a district pack: what is reported, its limits, which days count."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from grids.packfile import BadValue, Fault, Files, Row, check_unique, checking
from grids.packload import Changes, Tally, bring_up, end_missing
from tickets import lifecycle, pack_limits, pack_phrases
from tickets.deadlines import BadLimit, Limit
from tickets.models import (
    CalendarDay,
    CalendarYear,
    EventCategory,
    EventType,
    FirstLevel,
    Urgency,
)

CATEGORIES = "event_categories.csv"
CATEGORY_COLUMNS = ("code", "name", "name_en", "at_area_centre")
TYPES = "event_types.csv"
TYPE_COLUMNS = (
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
DAYS = "calendar_days.csv"
DAY_COLUMNS = ("date", "kind", "name", "name_en", "source")
YEARS = "calendar_years.csv"
YEAR_COLUMNS = ("year", "announced", "source")


def validate(files: Files) -> list[Fault]:
    """Return everything that is wrong with this part of the pack; remember what it says."""
    parsed, before = files.parsed, len(files.faults)
    parsed["categories"] = _rows(files, CATEGORIES, CATEGORY_COLUMNS, "code", _category)
    categories = {values["code"] for values in parsed["categories"]}
    trades = set(parsed.get("trades", {}))

    def event_type(row: Row) -> dict[str, Any]:
        return _type(row, categories, trades)

    parsed["types"] = _rows(files, TYPES, TYPE_COLUMNS, "code", event_type)
    parsed["years"] = _rows(files, YEARS, YEAR_COLUMNS, "year", _year)
    years = {values["year"] for values in parsed["years"]}

    def day(row: Row) -> dict[str, Any]:
        return _day(row, years)

    parsed["days"] = _rows(files, DAYS, DAY_COLUMNS, "date", day)
    pack_limits.validate(files)
    pack_phrases.validate(files)
    return files.faults[before:]


def _rows(
    files: Files,
    name: str,
    columns: Iterable[str],
    key: str,
    parse: Callable[[Row], dict[str, Any]],
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for row in files.table(name, columns):
        with checking(row):
            check_unique(row, key, seen)
            found.append(parse(row))
    return found


def _category(row: Row) -> dict[str, Any]:
    return {
        "code": row.needed("code", 4),
        "name": row.needed("name", 60),
        "name_en": row.text("name_en", 80),
        "at_area_centre": row.flag("at_area_centre"),
    }


def _type(row: Row, categories: set[str], trades: set[str]) -> dict[str, Any]:
    if row["category"] not in categories:
        row.bad(
            _("there is no category “%(code)s” in %(file)s")
            % {"code": row["category"], "file": CATEGORIES}
        )
    support = row.several("support")
    for trade in (row["lead"], *support):
        if trade not in trades:
            row.bad(_("there is no department “%s” in departments.csv") % trade)
    urgency, resolve = row.one_of("urgency", Urgency.values), _limit(row, "resolve_limit")
    if urgency in (Urgency.P1, Urgency.P2) and resolve.endswith("N"):
        # Calendar days end with the office hours of a working day: too late for what is urgent.
        row.bad(_("what is critical or urgent cannot have a limit in calendar days (N)"))
    return {
        "code": row.needed("code", 8),
        "name": row.needed("name", 60),
        "name_en": row.text("name_en", 80),
        "first_level": row.one_of("first_level", FirstLevel.values),
        "urgency": urgency,
        "sign_limit": _limit(row, "sign_limit"),
        "resolve_limit": resolve,
        "restricted": row.flag("restricted"),
        "lead": row["lead"],
        "support": support,
        "words": ";".join(row.several("words")),
        "standard_codes": row.text("standard_codes", 120),
        "note": row.text("note", 200),
        "in_use": True,
        "category": row["category"],
    }


def _limit(row: Row, column: str) -> str:
    try:
        return str(Limit.parse(row[column]))
    except BadLimit as bad:
        row.bad(f"“{column}”: {str(bad).rstrip('.')}")
        return ""


def _year(row: Row) -> dict[str, Any]:
    year = row.whole("year")
    if not 1949 <= year <= 2200:
        row.bad(_("“%s” is no year") % row["year"])
    return {
        "year": year,
        "announced": row.flag("announced"),
        "source": row.text("source", 120),
    }


def _day(row: Row, years: set[int]) -> dict[str, Any]:
    day = row.day("date")
    if day is None:
        raise BadValue(_("“%s” is empty") % "date")
    if day.year not in years:
        raise BadValue(
            _("the year %(year)d is not in %(file)s") % {"year": day.year, "file": YEARS}
        )
    return {
        "date": day,
        "kind": row.one_of("kind", CalendarDay.Kind.values),
        "name": row.text("name", 40),
        "name_en": row.text("name_en", 60),
        "source": row.text("source", 120),
    }


def load(files: Files, *, at: datetime) -> Changes:
    """Bring the tables up to a pack that was found without fault, inside the caller's transaction.

    Running deadlines that stood in a year which is now announced are reckoned again.
    """
    parsed, changes = files.parsed, Changes()
    categories = bring_up(
        EventCategory.objects.all(),
        parsed["categories"],
        key="code",
        tally=changes.tally(_("Event categories")),
    )
    types = [
        {name: value for name, value in values.items() if name != "category"}
        | {"category_id": categories[values["category"]].pk}
        for values in parsed["types"]
    ]
    tally = changes.tally(_("Event types"))
    end_missing(
        EventType.objects.all(),
        {values["code"] for values in types},
        key="code",
        ended={"in_use": False},
        tally=tally,
    )
    bring_up(EventType.objects.all(), types, key="code", tally=tally)
    pack_limits.load(files, changes)
    pack_phrases.load(files, changes)
    years = _load_calendar(parsed["years"], parsed["days"], changes)
    moved = lifecycle.recompute(years=years, at=at)
    if years:
        changes.tally(_("Deadlines")).changed.extend([_("recomputed")] * moved)
    return changes


def _load_calendar(
    years: list[dict[str, Any]], days: list[dict[str, Any]], changes: Changes
) -> set[int]:
    """Bring the calendar up to the pack; return the announced years in which anything changed."""
    announced = {values["year"] for values in years if values["announced"]}
    year_tally, day_tally = changes.tally(_("Calendar years")), changes.tally(_("Calendar days"))
    bring_up(CalendarYear.objects.all(), years, key="year", tally=year_tally)
    _drop_days({values["date"] for values in days}, {y["year"] for y in years}, day_tally)
    bring_up(CalendarDay.objects.all(), days, key="date", tally=day_tally)
    touched = {int(year) for year in (*year_tally.added, *year_tally.changed)}
    for text in (*day_tally.added, *day_tally.changed, *day_tally.ended):
        touched.add(date.fromisoformat(text).year)
    return touched & announced


def _drop_days(wanted: set[date], years: set[int], tally: Tally) -> None:
    # Nothing refers to a day. Those of years that the pack does not tell about stay.
    gone = [
        day
        for day in CalendarDay.objects.values_list("date", flat=True)
        if day.year in years and day not in wanted
    ]
    CalendarDay.objects.filter(date__in=gone).delete()
    tally.ended.extend(day.isoformat() for day in gone)
