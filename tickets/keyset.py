"""Pages of a long list, each found by where the last one ended instead of by counting rows.

The page a million rows down costs what the first one costs (row comparison, limits.md D2), and
rows that arrive while somebody reads move nothing. `Tuple…` of Django 5.2 is no documented API:
it is used here and nowhere else, and a test looks at the plan.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan


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


def page(rows: QuerySet, order: Order, *, size: int, after: str = "", before: str = "") -> Page:
    """Return up to `size` rows that follow the mark `after`, or that precede the mark `before`.

    :raises BadMark: if a mark was not made by an earlier page
    """
    mark = after or before
    backwards = bool(before) and not after
    down = order.newest_first != backwards
    if mark:
        beyond = TupleLessThan if down else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(F(order.time), F("pk")), _read(mark)))
    sign = "-" if down else ""
    found = list(rows.order_by(f"{sign}{order.time}", f"{sign}pk")[: size + 1])
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
