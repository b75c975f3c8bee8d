"""The daily brief and the monthly report: what stands on them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from grids.models import District
from people.models import User
from tickets import statistics
from tickets.statistics import By, Counts
from wall.figures import attention, charts
from wall.figures.periods import Kind, Period, holding
from wall.figures.reach import Reach
from wall.figures.sheet import Asked, Row, Sheet, rows, sheet_of

_MOST_TYPES, _MOST_UNITS = 10, 12


@dataclass(frozen=True)
class Paper:
    """One paper: its figures by area, unit and type, what needs attention, whose copy it is."""

    kind: str
    sheet: Sheet
    month: Sheet | None
    attention: list[str]
    rows: list[Row]
    quiet: int
    units: list[Row]
    types: list[dict[str, Any]]
    charts: list[dict[str, Any]]
    target: int
    by: User
    at: datetime
    previous: date
    following: date | None


def brief(reach: Reach, areas: tuple[str, ...], day: date, at: datetime) -> Paper:
    """Return the brief of one day, with the month so far beside it."""
    asked = _asked(reach, areas, holding(Kind.DAY, day), at)
    month = Period(Kind.RANGE, day.replace(day=1), day + timedelta(days=1))
    before = replace(asked, period=Period(Kind.RANGE, day - timedelta(days=1), day))
    paper = _paper("brief", asked, before, month=sheet_of(replace(asked, period=month)))
    return replace(paper, previous=day - timedelta(days=1), following=_next(paper, day))


def monthly(reach: Reach, areas: tuple[str, ...], day: date, at: datetime) -> Paper:
    """Return the report of the month that holds the day."""
    period = holding(Kind.MONTH, day)
    asked = _asked(reach, areas, period, at)
    before = replace(asked, period=period.before())
    paper = _paper("monthly", asked, before, month=None)
    return replace(paper, previous=period.before().since, following=_next(paper, period.last))


def _asked(reach: Reach, areas: tuple[str, ...], period: Period, at: datetime) -> Asked:
    by = By.AREA if any(len(area) < 15 for area in areas) or reach.units else By.TYPE
    # What was known by the end of the period, if it is over: a paper does not change any more.
    today = timezone.localdate(at)
    return Asked(
        reach=reach, areas=areas, period=period, by=by, at=at,
        as_of=period.last if period.last < today else None,
    )  # fmt: skip


def _paper(kind: str, asked: Asked, before: Asked, *, month: Sheet | None) -> Paper:
    sheet = sheet_of(asked)
    target = District.current().satisfaction_target
    units = rows(replace(asked, by=By.UNIT))
    types = rows(replace(asked, by=By.TYPE))
    types_before = statistics.ask(before.question(by=By.TYPE))
    told = month or sheet
    lively = [row for row in sheet.rows if _is_lively(row)]
    return Paper(
        kind=kind, sheet=sheet, month=month, target=target, by=asked.reach.user, at=asked.at,
        attention=attention.of(
            told.counts, sheet.left, areas=told.rows, units=units, types=types,
            types_before=types_before, target=target,
        ),
        rows=lively, quiet=len(sheet.rows) - len(lively),
        units=[row for row in units if row.code and row.counts["received"]][:_MOST_UNITS],
        types=_with_before(types[:_MOST_TYPES], types_before),
        charts=[c.drawn() for c in charts.of_trend(sheet.trend, target) if not c.is_empty],
        previous=asked.period.since, following=None,
    )  # fmt: skip


def _is_lively(row: Row) -> bool:
    """Whether anything came in, was done or is left there."""
    done = row.counts["reported"] or row.counts["resolved"] or row.counts["closed"]
    return bool(done or (row.left and row.left.work))


def _with_before(types: list[Row], before: dict[str, Counts]) -> list[dict[str, Any]]:
    return [
        {"row": row, "before": before.get(row.code, Counts())["reported"]}
        for row in types
        if row.counts["reported"]
    ]


def _next(paper: Paper, last: date) -> date | None:
    following = last + timedelta(days=1)
    return following if following <= timezone.localdate(paper.at) else None
