"""The daily summary kept true: what moved is noticed, its days are reckoned anew.

Nothing is counted while a report comes in. Every half minute a task looks which tickets have
moved, marks the days of their histories as dirty, and reckons those days again from the history
alone. So a lost or doubled run changes nothing, and rows that were spoilt heal with their day.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import add, itemgetter
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import (
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast

from grids.models import CODE_LENGTHS, Unit
from tickets.models import CountedTicket, DayFigures, DirtyDay, FiguresState, Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.statistics import summary_sql
from tickets.statistics.facts import (
    SILENT_KINDS,
    SILENT_MOVES,
    Case,
    Fact,
    Line,
    day_at,
    facts_of,
)
from tickets.statistics.measures import MEASURES
from tickets.statistics.spans import Span, end_of, end_of_year, midnight, month_of, year_of

logger = logging.getLogger(__name__)
Grain = DayFigures.Grain
# A line is seen this much later than it was written, at the latest: its transaction lasted.
_LATEST = timedelta(minutes=10)
# What is left after this comes with the next run.
_RUN_SECONDS = 20
_LEASE = timedelta(minutes=4)
_TICKETS_AT_ONCE = 1_000
_ROWS_AT_ONCE = 5_000

# (day, grain, area, unit, type) and what was counted there, in the order of the measures.
Key = tuple[date, str, str, str, str]
Tally = dict[Key, Sequence[int]]
# (day, area, unit, type): where something counts by itself.
_Leaf = tuple[date, str, str, str]
_PLACE = {name: place for place, name in enumerate(MEASURES)}


def refresh(*, at: datetime, seconds: float = _RUN_SECONDS) -> int:
    """Notice what moved and reckon its days anew; return how many days were reckoned.

    Only one at a time: whoever finds another at work leaves it to them.
    """
    if not _take(at):
        return 0
    try:
        _notice(at)
        done, failed, started = 0, set[date](), monotonic()
        while (days := _next_days(failed)) and monotonic() - started < seconds:
            try:
                done += reckon(days)
            except Exception:  # one bad day must not stop the others; it stays marked
                logger.exception("the figures of %s could not be reckoned", days)
                failed |= set(days)
        if not DirtyDay.objects.exists():
            FiguresState.objects.filter(pk=1).update(true_at=at)
        return done
    finally:
        FiguresState.objects.filter(pk=1).update(taken_until=None)


def reckon_everything(*, at: datetime) -> None:
    """Let all figures be reckoned anew by the next runs."""
    FiguresState.objects.filter(pk=1).update(upto=None)


def true_at() -> datetime | None:
    """Return the moment for which the summary was last known to be whole; None: never yet."""
    return FiguresState.objects.filter(pk=1).values_list("true_at", flat=True).first()


def _take(at: datetime) -> bool:
    FiguresState.objects.get_or_create(pk=1)
    free = Q(taken_until=None) | Q(taken_until__lt=at)
    mine = FiguresState.objects.filter(free, pk=1)
    return mine.update(taken_until=at + _LEASE) == 1


@transaction.atomic
def _notice(at: datetime) -> None:
    """Mark the days of every ticket that has moved since it was looked at."""
    upto = FiguresState.objects.get(pk=1).upto
    if upto is None:
        _mark(_all_days())
    else:
        lines = TicketEvent.objects.filter(recorded_at__gt=upto - _LATEST)
        lately = Ticket.objects.filter(pk__in=lines.values("ticket"))
        versions = dict(lately.values_list("pk", "version"))
        known = dict(
            CountedTicket.objects.filter(at__gt=upto - 2 * _LATEST).values_list("pk", "version")
        )
        moved = [pk for pk, version in versions.items() if known.get(pk) != version]
        for some in _in_parts(moved):
            _mark(_days_of(some))
            CountedTicket.objects.filter(pk__in=some).delete()
            CountedTicket.objects.bulk_create(
                CountedTicket(ticket_id=pk, version=versions[pk], at=at) for pk in some
            )
        CountedTicket.objects.filter(at__lt=at - 3 * _LATEST).delete()
    FiguresState.objects.filter(pk=1).update(upto=at)


def _mark(days: Iterable[date]) -> None:
    DirtyDay.objects.bulk_create([DirtyDay(day=day) for day in days], ignore_conflicts=True)


def _all_days() -> Iterator[date]:
    ends = TicketEvent.objects.aggregate(first=Min("at"), last=Max("at"))
    counted = DayFigures.objects.aggregate(first=Min("day"), last=Max("day"))
    days = [day_at(moment) for moment in ends.values() if moment]
    days += [day for day in counted.values() if day]
    if days:
        first, last = min(days), max(days)
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _days_of(ticket_ids: list[int]) -> set[date]:
    """Return the days of these tickets' histories: whatever counts of them is dated on one."""
    moments = TicketEvent.objects.filter(ticket__in=ticket_ids).values_list("at", flat=True)
    return {day_at(moment) for moment in moments}


def _next_days(failed: set[date]) -> list[date]:
    """Return the dirty days of one month, the latest: people look at today."""
    waiting = DirtyDay.objects.exclude(day__in=failed).order_by("-day")
    latest = waiting.values_list("day", flat=True).first()
    if latest is None:
        return []
    # So even of years of days each month and its year are rolled up once.
    of_its_month = waiting.filter(day__gte=month_of(latest), day__lt=end_of(latest))
    return list(of_its_month.values_list("day", flat=True))


def reckon(days: list[date]) -> int:
    """Reckon these days, their months and years, anew from the history. Return how many days."""
    # Taken off the list first: what moves from here on marks its days again.
    DirtyDay.objects.filter(day__in=days).delete()
    try:
        _note_longest(days)
        tally = tallied(tickets_of(days), days=set(days))
        with transaction.atomic():
            _write(days, tally)
            for month in sorted({month_of(day) for day in days}):
                summary_sql.roll_up(Span.MONTH, month, end_of(month), of=Span.DAY)
            for year in sorted({year_of(day) for day in days}):
                summary_sql.roll_up(Span.YEAR, year, end_of_year(year), of=Span.MONTH)
    except Exception:
        # Whatever it was: what was not reckoned stays on the list.
        _mark(days)
        raise
    return len(days)


def reckon_day(day: date) -> None:
    """Reckon one day, its month and its year anew, whatever is marked."""
    reckon([day])


def tickets_of(days: list[date]) -> TicketQuerySet:
    """Return the tickets with a line of history on one of these days."""
    return Ticket.objects.filter(pk__in=_lines_of(days).values("ticket"))


def _lines_of(days: list[date]) -> QuerySet[TicketEvent]:
    on_them = Q(pk__in=[])
    for first, last in _runs(sorted(days)):
        on_them |= Q(at__gte=midnight(first), at__lt=midnight(last + timedelta(days=1)))
    return TicketEvent.objects.filter(on_them)


def _note_longest(days: list[date]) -> None:
    """Keep how far from its report a line lies at most. It only grows."""
    since = ExpressionWrapper(F("at") - F("ticket__reported_at"), DurationField())
    found = _lines_of(days).aggregate(longest=Max(since))["longest"]
    if found is not None:
        shorter = Q(longest=None) | Q(longest__lt=found)
        FiguresState.objects.filter(shorter, pk=1).update(longest=found)


def longest() -> timedelta | None:
    """Return how far from its report a line that counts lies at most; None: nothing counts yet."""
    return FiguresState.objects.filter(pk=1).values_list("longest", flat=True).first()


def _runs(days: list[date]) -> Iterator[tuple[date, date]]:
    """Give the first and last of each row of days without a gap."""
    for _place, found in groupby(enumerate(days), lambda pair: pair[1].toordinal() - pair[0]):
        row = [day for _n, day in found]
        yield row[0], row[-1]


def tallied(tickets: TicketQuerySet, *, days: set[date]) -> Tally:
    """Return what counts of these tickets on these days."""
    leaves: dict[_Leaf, list[int]] = {}
    for code, kind, fact in facts(tickets):
        if fact.day in days:
            leaf = fact.day, code, fact.unit, kind
            counts = leaves.get(leaf)
            if counts is None:
                counts = leaves[leaf] = [0] * len(MEASURES)
            counts[_PLACE[fact.measure]] += fact.amount
    return _in_all_rows(leaves)


def _in_all_rows(leaves: dict[_Leaf, list[int]]) -> Tally:
    """Add up the rows in which these count: every area that holds them, and their town's cell."""
    tally: Tally = {}
    for (day, code, unit, kind), counts in leaves.items():
        keys = [(day, Grain.AREA.value, code[:n], "", "") for n in CODE_LENGTHS if n <= len(code)]
        for key in keys:
            tally[key] = _added(tally.get(key), counts)
        # What counts as restricted is in no cell, and nothing else of that ticket counts.
        told = [0 if name == "restricted" else n for name, n in zip(MEASURES, counts, strict=True)]
        if any(told):
            cell = day, Grain.CELL.value, code[:9], unit, kind
            tally[cell] = _added(tally.get(cell), told)
    return tally


def _added(sums: Sequence[int] | None, counts: Sequence[int]) -> Sequence[int]:
    return tuple(counts) if sums is None else tuple(map(add, sums, counts))


def facts(
    tickets: TicketQuerySet, *, until: datetime | None = None
) -> Iterator[tuple[str, str, Fact]]:
    """Give (area code, type, fact) of everything that counts of these tickets."""
    villages = frozenset(Unit.objects.filter(tier="village").values_list("code", flat=True))
    ids = list(tickets.order_by("pk").values_list("pk", flat=True))
    for some in _in_parts(ids):
        cases = {pk: Case(code, kind or "", handler or "", restricted)
                 for pk, code, kind, handler, restricted in Ticket.objects.filter(
                     pk__in=some).values_list("pk", "area_code", "event_type__code",
                                              "handler__code", "restricted")}  # fmt: skip
        for pk, lines in groupby(_lines(some), itemgetter(0)):
            case = cases[pk]
            history = map(_line, lines)
            kind, found = facts_of(case, history, villages=villages, until=until)
            for fact in found:
                yield case.area_code, kind, fact


def _lines(ticket_ids: list[int]) -> Iterator[tuple]:
    lines = TicketEvent.objects.filter(ticket__in=ticket_ids)
    lines = lines.exclude(kind__in=SILENT_KINDS).exclude(move__in=SILENT_MOVES)
    # As the text that it is: most are the same few.
    text = Cast("data", TextField())
    columns = ("ticket_id", "kind", "move", "at", "before", "after", "by_id", text)
    yield from lines.order_by("ticket_id", "pk").values_list(*columns).iterator()


def _line(row: tuple[Any, ...]) -> Line:
    _pk, kind, move, at, before, after, by, data = row
    return Line(kind, move, at, before, after, by is not None, _data(data))


@lru_cache(maxsize=10_000)
def _data(text: str) -> dict[str, Any]:
    return json.loads(text)


def _in_parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _TICKETS_AT_ONCE):
        yield ids[start : start + _TICKETS_AT_ONCE]


def _write(days: list[date], tally: Tally) -> None:
    """Let the rows of these days be exactly these; what is right already is left alone."""
    columns = ("day", "grain", "area", "unit", "type", *MEASURES)
    there = DayFigures.objects.filter(span=Span.DAY, day__in=days).values_list("pk", *columns)
    wanted = dict(tally)
    wrong = []
    for pk, *row in there.iterator():
        key = tuple(row[:5])
        if wanted.get(key) == tuple(row[5:]):
            del wanted[key]
        else:
            wrong.append(pk)
    for some in _in_parts(wrong):
        DayFigures.objects.filter(pk__in=some).delete()
    rows = list(wanted.items())
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        summary_sql.insert_days(rows[start : start + _ROWS_AT_ONCE])
