"""One sheet of figures: totals beside the period before, a trend, and a comparison."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grids.models import Area, Unit
from people.scope import within
from tickets import statistics
from tickets.models import EventType, Limits, Ticket
from tickets.statistics import COUNTS, HEADLINES, RATES, By, Counts, LeftOver, Question
from tickets.statistics.spans import midnight
from wall.figures.periods import Period, buckets
from wall.figures.reach import Reach
from wall.figures.scored import Scored, scored
from wall.figures.shown import Shown, shown

# Fewer than this many restricted reports are not told; more only as a round number.
_AT_LEAST = 5
_ROW_COUNTS = ("reported", "resolved", "closed")
_UNIT_COUNTS = ("received", "resolved", "closed")


@dataclass(frozen=True)
class Asked:
    """What the sheet is about: whose, where, when, of what type or unit, known when."""

    reach: Reach
    areas: tuple[str, ...]
    period: Period
    by: By
    at: datetime
    type: str = ""
    unit: str = ""
    as_of: date | None = None

    @property
    def known(self) -> datetime | None:
        """The moment after which nothing was known; None: all that is known now."""
        if self.as_of is None or self.as_of >= timezone.localdate(self.at):
            return None
        return midnight(self.as_of + timedelta(days=1))

    @property
    def today(self) -> date:
        """The last day that can hold anything."""
        today = timezone.localdate(self.at)
        return min(self.as_of or today, today)

    def question(self, **given: Any) -> Question:
        units = (self.unit,) if self.unit else self.reach.units
        usual: dict[str, Any] = {
            "since": self.period.since, "until": self.period.until, "areas": self.areas,
            "units": units, "type": self.type, "until_known": self.known,
        }  # fmt: skip
        return Question(**usual | given)


@dataclass(frozen=True)
class Row:
    """One row of a trend or comparison. `code` is what it is about, "" for what has no name."""

    code: str
    name: str
    counts: Counts
    rates: list[Shown]
    left: LeftOver | None = None
    score: Scored | None = None


@dataclass(frozen=True)
class Sheet:
    """The figures of one question."""

    asked: Asked
    where: str
    unit: str
    type: str
    before: Period
    counts: Counts
    headlines: list[Shown]
    rates: list[Shown]
    score: Scored
    numbers: list[dict[str, Any]]
    left: LeftOver
    trend: list[Row]
    rows: list[Row]
    row_counts: tuple[str, ...]
    restricted: str
    true_at: datetime | None
    demonstration: bool


def sheet_of(asked: Asked) -> Sheet:
    """Return the whole sheet, in a fixed number of queries."""
    counts = statistics.total(asked.question())
    passed = asked.period.cut(asked.today)
    before = asked.period.before()
    if passed != asked.period:
        before = before.as_long_as(passed)
    past = statistics.total(asked.question(since=before.since, until=before.until))
    rates = {key: shown(rate, counts, past) for key, rate in RATES.items()}
    left = statistics.left_over(asked.question()).get("", LeftOver(0, 0))
    return Sheet(
        asked=asked,
        where=where(asked),
        unit=_name_of(Unit, asked.unit),
        type=_name_of(EventType, asked.type),
        before=before,
        counts=counts,
        headlines=[rates[key] for key in HEADLINES],
        rates=list(rates.values()),
        score=scored(counts, Limits.current().score, past),
        numbers=_numbers(counts, past),
        left=left,
        trend=trend(asked),
        rows=rows(asked),
        row_counts=_ROW_COUNTS if asked.by != By.UNIT else _UNIT_COUNTS,
        restricted=restricted(asked, counts),
        true_at=statistics.true_at(),
        demonstration=_has_demonstration(asked),
    )


def where(asked: Asked) -> str:
    """Return the name of what the figures are of."""
    areas = Area.objects.filter(code__in=asked.areas).only("name", "name_en").order_by("code")
    places = _(", ").join(area.shown_name for area in areas)
    units = Unit.objects.filter(code__in=asked.reach.units).order_by("code")
    ours = _(", ").join(unit.shown_name for unit in units)
    return " · ".join(name for name in (ours, places) if name)


def _name_of(table: Any, code: str) -> str:
    thing = table.objects.filter(code=code).first() if code else None
    return thing.shown_name if thing else ""


def _numbers(counts: Counts, past: Counts) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "means": means, "count": counts[key], "before": past[key]}
        for key, (label, means) in COUNTS.items()
    ]


def trend(asked: Asked) -> list[Row]:
    """Return one row for each step of the period that has begun, also for empty ones."""
    period = asked.period.for_trend().cut(asked.today)
    step = period.steps()
    found = statistics.ask(asked.question(since=period.since, until=period.until, by=step))
    style = "YEAR_MONTH_FORMAT" if step == By.MONTH else pgettext("date format", "M j")
    return [
        _row(first.isoformat(), date_format(first, style), found.get(first.isoformat(), Counter()))
        for first in buckets(period, step)
    ]


def rows(asked: Asked) -> list[Row]:
    """Return one row for each area, unit or type; areas also where nothing happened."""
    question = asked.question(by=asked.by)
    found = statistics.ask(question)
    left = statistics.left_over(question)
    names = _names(asked, set(found))
    # What is done about a type has many hands: it has no score.
    weights = Limits.current().score if asked.by != By.TYPE else {}
    shown_rows = []
    for code, name in names.items():
        row = _row(code, name, found.get(code, Counter()), left.get(code))
        shown_rows.append(replace(row, score=scored(row.counts, weights)) if weights else row)
    if asked.by == By.AREA:
        return shown_rows
    first = "received" if asked.by == By.UNIT else "reported"
    return sorted(shown_rows, key=lambda row: (-row.counts[first], row.code))


def _row(code: str, name: str, counts: Counts, left: LeftOver | None = None) -> Row:
    return Row(code, name, counts, [shown(RATES[key], counts) for key in HEADLINES], left)


def _names(asked: Asked, codes: set[str]) -> dict[str, str]:
    """Return {code: name} of the rows, in the order of the codes."""
    if asked.by == By.AREA:
        beneath = Q(code__in=codes)
        if not asked.reach.units:
            for area in asked.areas:
                beneath |= Q(pk__in=Area.objects.children_of(area).in_force(asked.today))
        areas = Area.objects.filter(beneath).only("code", "name", "name_en").order_by("code")
        return {area.code: area.shown_name for area in areas}
    table = Unit if asked.by == By.UNIT else EventType
    things = table.objects.filter(code__in=codes).order_by("code")
    names = {thing.code: thing.shown_name for thing in things}
    if "" in codes:
        names[""] = _("Nobody's yet") if asked.by == By.UNIT else _("Not yet classified")
    return names


def restricted(asked: Asked, counts: Counts) -> str:
    """Say how many restricted reports there were, as far as that tells nothing of anybody."""
    alone = not (asked.type or asked.unit)
    if not (alone and asked.reach.may_tell_restricted(asked.areas)):
        return ""
    many = counts["restricted"] // _AT_LEAST * _AT_LEAST
    if many:
        return _("%(count)s or a few more") % {"count": many}
    return _("fewer than %(count)s") % {"count": _AT_LEAST}


def _has_demonstration(asked: Asked) -> bool:
    tickets = Ticket.objects.visible_to(asked.reach.user).filter(
        is_demonstration=True,
        reported_at__gte=midnight(asked.period.since),
        reported_at__lt=midnight(asked.period.until),
    )
    return tickets.filter(within(asked.areas, "area_code")).exists() if asked.areas else (
        tickets.exists()
    )  # fmt: skip


def of_day(asked: Asked, period: Period) -> Asked:
    """Return the same question about another period."""
    return replace(asked, period=period)
