"""Pages of a long list, each found by where the last one ended instead of by counting rows.

The page a million rows down costs what the first one costs (row comparison, limits.md D2), and
rows that arrive while somebody reads move nothing. `Tuple…` of Django 5.2 is no documented API:
it is used here and nowhere else, and a test looks at the plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from tickets import lots
from tickets.months_sql import Sought


class BadMark(Exception):
    """The mark in the address is none that this list gave out."""


@dataclass(frozen=True)
class Order:
    """By a time that is never null, then by id, so that equal times have one order."""

    time: str
    newest_first: bool


@dataclass(frozen=True)
class Page:
    """Some rows, and the marks with which the pages beside this one are asked for ("": none)."""

    rows: list[Any]
    after: str = ""
    before: str = ""


def page(
    rows: QuerySet | Sequence[QuerySet],
    order: Order,
    *,
    size: int,
    after: str = "",
    before: str = "",
    words: Sought | None = None,
    load: Callable[[QuerySet], QuerySet] = lambda rows: rows,
) -> Page:
    """Return up to `size` rows that follow the mark `after`, or that precede the mark `before`.

    :param rows: all of them, or the parts that make them up (lots.py)
    :param words: only those in which these are found, in the order of the report (lots.py)
    :param load: adds to the rows of the page what is shown of them
    :raises BadMark: if a mark was not made by an earlier page
    """
    mark = after or before
    backwards = bool(before) and not after
    down = order.newest_first != backwards
    parts = [rows] if isinstance(rows, QuerySet) else list(rows)
    if mark:
        beyond = TupleLessThan if down else TupleGreaterThan
        place = _read(mark)
        parts = [part.filter(beyond(Tuple(F(order.time), F("pk")), place)) for part in parts]
        since, until = (None, place[0]) if down else (place[0], None)
        words = words and words.within(since, until)
    found = _first(parts, order, down=down, size=size + 1, words=words, load=load)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_after, has_before = (True, more) if backwards else (more, bool(mark))
    return Page(
        rows=found,
        after=_write(found[-1], order) if has_after else "",
        before=_write(found[0], order) if has_before else "",
    )


def _first(
    parts: list[QuerySet],
    order: Order,
    *,
    down: bool,
    size: int,
    words: Sought | None,
    load: Callable[[QuerySet], QuerySet],
) -> list[Any]:
    sign = "-" if down else ""
    by = (f"{sign}{order.time}", f"{sign}pk")
    if len(parts) == 1 and words is None:
        return list(load(parts[0]).order_by(*by)[:size])
    if not parts:
        return []
    pks = lots.ids(parts, time=order.time, down=down, size=size, words=words)
    whole = parts[0].model._default_manager.filter(pk__in=pks)
    return sorted(load(whole), key=lambda row: pks.index(row.pk))


def _write(row: Any, order: Order) -> str:
    moment = getattr(row, order.time).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%S.%f}-{row.pk}"


def _read(mark: str) -> tuple[datetime, int]:
    moment, _, pk = mark.partition("-")
    try:
        when = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            raise BadMark(mark)
    except ValueError as fault:
        raise BadMark(mark) from fault
    return when, int(pk)
