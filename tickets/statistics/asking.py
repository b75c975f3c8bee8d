"""Questions to the figures: of which areas or units, of which days, by what, as known when.

Answers come from the daily summary. What the summary does not hold (a village by type, a past
day) is reckoned from the histories concerned, by the same fold.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from grids.models import Area
from people.scope import within
from tickets.models import Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.statistics import summaries, summary_sql
from tickets.statistics.facts import Fact, day_at
from tickets.statistics.measures import MEASURES
from tickets.statistics.spans import Span, cover, days_in, midnight, month_of

_TOWN, _GRID = 9, 15
_BEFORE_EVERYTHING = date(2000, 1, 1)
Counts = Counter[str]


class By(StrEnum):
    """What an answer has a row for. NOTHING: one row, under ""."""

    NOTHING = ""
    AREA = "area"
    UNIT = "unit"
    TYPE = "type"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Question:
    """What is asked. `until` is the first day that does not count any more.

    areas: codes, each with all beneath it; units: codes, only what they did. One of the two says
    whose figures these are; both together narrow each other. type: "" for all.
    until_known: what was known at this moment; None: what is known now.
    """

    since: date
    until: date
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    type: str = ""
    by: By = By.NOTHING
    until_known: datetime | None = None

    @property
    def needs_cells(self) -> bool:
        return bool(self.units or self.type) or self.by in (By.UNIT, By.TYPE)


def ask(question: Question) -> dict[str, Counts]:
    """Return the counts by what was asked, in the order of the keys; without rows of nothing."""
    question = _not_after_it_was_known(question)
    found: dict[str, Counts] = {}
    if _is_summed_up(question):
        _add(found, _summary(question))
        if question.until_known:
            _correct(found, question)
    else:
        days = set(days_in(question.since, question.until))
        _fold(found, question, _of_the_question(question), days, known=question.until_known)
    kept = {key: +counts for key, counts in sorted(found.items())}
    return {key: counts for key, counts in kept.items() if counts}


def total(question: Question) -> Counts:
    """Return the counts of all of it together."""
    return ask(replace(question, by=By.NOTHING)).get("", Counter())


class LeftOver(NamedTuple):
    """What is not done: in somebody's hands, and of that past its promise."""

    work: int
    late: int


def left_over(question: Question) -> dict[str, LeftOver]:
    """Return what is left at the end of the question's time: what came in and never left."""
    found = ask(replace(question, since=_BEFORE_EVERYTHING))
    return {
        key: LeftOver(c["work_in"] - c["work_out"], c["late_in"] - c["late_out"])
        for key, c in found.items()
    }


def _not_after_it_was_known(question: Question) -> Question:
    if question.until_known is None:
        return question
    last = day_at(question.until_known - timedelta(microseconds=1))
    return replace(question, until=min(question.until, last + timedelta(days=1)))


def _is_summed_up(question: Question) -> bool:
    """Whether the summary holds it: cells exist of towns, and of districts as their towns."""
    if not question.needs_cells:
        return not (question.by == By.AREA and any(len(a) >= _GRID for a in question.areas))
    longest = max((len(area) for area in question.areas), default=0)
    return longest < _TOWN or (longest == _TOWN and question.by != By.AREA)


def _summary(question: Question) -> Iterator[tuple[str, Counts]]:
    longest = {By.DAY: Span.DAY, By.WEEK: Span.DAY, By.MONTH: Span.MONTH}
    stretches = cover(question.since, question.until, longest=longest.get(question.by, Span.YEAR))
    if stretches:
        column = {By.NOTHING: "", By.AREA: "area", By.UNIT: "unit", By.TYPE: "type"}
        group = column.get(question.by, "day")
        for value, found in summary_sql.sums(group, stretches, _conditions(question)):
            yield _key(question.by, value), Counter(dict(zip(MEASURES, found, strict=True)))


def _conditions(question: Question) -> list[summary_sql.Condition]:
    """Return which rows of the summary count: of what, and of which areas, units and type."""
    if not question.needs_cells:
        areas = _beneath_all(question) if question.by == By.AREA else question.areas
        return [("grain = %s", ["area"]), summary_sql.one_of("area", areas)]
    found: list[summary_sql.Condition] = [("grain = %s", ["cell"])]
    if question.units:
        found.append(summary_sql.one_of("unit", question.units))
    if question.type:
        found.append(summary_sql.one_of("type", [question.type]))
    if question.areas:
        found.append(summary_sql.begins_with_one_of("area", question.areas))
    return found


def _beneath_all(question: Question) -> list[str]:
    """Return the codes of the level beneath: a range of codes would hold every level."""
    beneath = Area.objects.none()
    for area in question.areas:
        beneath |= Area.objects.children_of(area)
    return list(beneath.values_list("code", flat=True))


def _key(by: By, value: str | date) -> str:
    if isinstance(value, str):
        return "" if by == By.NOTHING else value
    return _bucket(by, value).isoformat()


def _bucket(by: By, day: date) -> date:
    """Return the first day of the week or month in which it is counted."""
    if by == By.WEEK:
        return day - timedelta(days=day.weekday())
    return month_of(day) if by == By.MONTH else day


def _add(found: dict[str, Counts], rows: Iterator[tuple[str, Counts]], sign: int = 1) -> None:
    for key, counts in rows:
        into = found.setdefault(key, Counter())
        for name, count in counts.items():
            into[name] += sign * count


def _correct(found: dict[str, Counts], question: Question) -> None:
    """Take back what became known later: of those that were reported before and moved after."""
    known = question.until_known
    assert known is not None
    later = TicketEvent.objects.filter(ticket=OuterRef("pk"), at__gte=known)
    moved = _of_the_question(question).filter(Exists(later), reported_at__lt=known)
    longest = summaries.longest()
    if longest is not None:
        moved = moved.filter(reported_at__gte=known - longest)
    moved = Ticket.objects.filter(pk__in=list(moved.values_list("pk", flat=True)))
    days = set(days_in(question.since, question.until))
    _fold(found, question, moved, days, known=None, sign=-1)
    _fold(found, question, moved, days, known=known)


def _of_the_question(question: Question) -> TicketQuerySet:
    """Return the tickets that may count: in the areas; units and types show in the fold."""
    since, until = midnight(question.since), midnight(question.until)
    lines = TicketEvent.objects.filter(ticket=OuterRef("pk"), at__gte=since, at__lt=until)
    tickets = Ticket.objects.filter(Exists(lines), reported_at__lt=until)
    return tickets.filter(within(question.areas, "area_code")) if question.areas else tickets


def _fold(
    found: dict[str, Counts],
    question: Question,
    tickets: TicketQuerySet,
    days: set[date],
    *,
    known: datetime | None,
    sign: int = 1,
) -> None:
    group = _grouping(question)
    for code, kind, fact in summaries.facts(tickets, until=known):
        if fact.day not in days or not _counts(question, kind, fact):
            continue
        key = group(code, kind, fact)
        if key is not None:
            found.setdefault(key, Counter())[fact.measure] += sign * fact.amount


def _counts(question: Question, kind: str, fact: Fact) -> bool:
    if question.needs_cells and fact.measure == "restricted":
        return False
    if question.units and fact.unit not in question.units:
        return False
    return not question.type or question.type == kind


def _grouping(question: Question) -> Callable[[str, str, Fact], str | None]:
    """Return what gives a fact's key in the answer; None where it stands in no row."""
    if question.by == By.AREA:
        cells = question.needs_cells and all(len(area) < _TOWN for area in question.areas)
        return _town if cells else lambda code, kind, fact: _beneath(question.areas, code)
    if question.by == By.UNIT:
        return lambda code, kind, fact: fact.unit
    if question.by == By.TYPE:
        return lambda code, kind, fact: kind
    if question.by == By.NOTHING:
        return lambda code, kind, fact: ""
    return lambda code, kind, fact: _bucket(question.by, fact.day).isoformat()


def _town(code: str, kind: str, fact: Fact) -> str:
    return code[:_TOWN]


def _beneath(areas: tuple[str, ...], code: str) -> str | None:
    for area in areas:
        length = len(area) + 3
        if code.startswith(area) and len(code) >= length:
            return code[:length]
    return None
