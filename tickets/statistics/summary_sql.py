"""The summary added up by the database. The one file of this SQL.

A question is one statement, however many stretches of years, months and days cover it: each is a
range of the index, and only sums leave the database. A month or year is rolled up where it stands:
what is right already is left alone, what is wrong or missing is mended. A test holds both to a
plain recount, on both databases.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_date

from people import rows_sql
from tickets.models import DayFigures
from tickets.statistics.measures import MEASURES
from tickets.statistics.spans import Span, Stretch

_TABLE = DayFigures._meta.db_table
# With `span` and `day` they name a row.
_KEYS = ("grain", "area", "unit", "type")
# A condition on the rows, with its params.
Condition = tuple[str, list[str]]


def sums(
    column: str, stretches: Sequence[Stretch], conditions: Sequence[Condition]
) -> Iterator[tuple[Any, list[int]]]:
    """Give the sums of all measures, in their order, by this column; "" for one sum of all."""
    where = "".join(f" AND {condition}" for condition, _params in conditions)
    one = _of_a_stretch(column) + where
    statement = _alone(
        f"SELECT key, {_SUMS} FROM ({' UNION ALL '.join([one] * len(stretches))}) AS parts "
        "GROUP BY key"
    )
    narrowed = [param for _condition, params in conditions for param in params]
    params = [
        param
        for stretch in stretches
        for param in (stretch.span, _stored(stretch.first), _stored(stretch.last), *narrowed)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for key, *found in cursor:
            # SQLite gives a date as it keeps it.
            yield parse_date(key) if column == "day" and isinstance(key, str) else key, found


def _alone(statement: str) -> str:
    """Return the statement so that the database sends for no helpers: a few hundred rows of an
    index are added up sooner than those have come.
    """
    if connection.vendor == "sqlite":
        return statement
    return f"SET LOCAL max_parallel_workers_per_gather = 0; {statement}"


def one_of(column: str, values: Sequence[str]) -> Condition:
    """Return the condition that the column has one of these values; none: no row has."""
    if not values:
        return "1 = 0", []
    return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)


def begins_with_one_of(column: str, beginnings: Sequence[str]) -> Condition:
    """Return the condition that the column's text begins with one of these codes."""
    each = " OR ".join([f"{column} LIKE %s"] * len(beginnings))
    return f"({each})", [f"{beginning}%" for beginning in beginnings]


def roll_up(span: Span, first: date, end: date, *, of: Span) -> None:
    """Let the rows of this month or year be the sums of its days or months, exactly.

    :param end: the first day that is not in it any more
    """
    inside = [of, _stored(first), _stored(end)]
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_PARTS, [span, _stored(first), *inside])
        cursor.execute(_ROLLED_UP, [span, _stored(first), *inside])


def insert_days(rows: Sequence[tuple[tuple[date, str, str, str, str], Sequence[int]]]) -> None:
    """Write rows of single days: ((day, grain, area, unit, type), all measures in their order)."""
    # Most measures of most rows are none: they need not go over.
    given = [
        dict(zip(("day", *_KEYS), (key[0].isoformat(), *key[1:]), strict=True))
        | {name: count for name, count in zip(MEASURES, counts, strict=True) if count}
        for key, counts in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_of_days(connection.vendor), [rows_sql.as_json(given)])


@lru_cache
def _of_days(vendor: str) -> str:
    value = "json_extract(given.value, '$.{}')" if vendor == "sqlite" else "given.{}"
    values = [value.format(name) for name in ("day", *_KEYS)]
    values += [f"COALESCE({value.format(name)}, 0)" for name in MEASURES]
    if vendor == "sqlite":
        source = "json_each(%s) AS given"
    else:
        columns = ["day date", *(f"{name} text" for name in _KEYS)]
        columns += [f"{name} bigint" for name in MEASURES]
        source = f"json_to_recordset(%s) AS given({', '.join(columns)})"
    return (
        f"INSERT INTO {_TABLE} (span, day, {', '.join((*_KEYS, *MEASURES))}) "
        f"SELECT '{Span.DAY.value}', {', '.join(values)} FROM {source}"
    )


@lru_cache
def _of_a_stretch(column: str) -> str:
    key = column or "''"
    return (
        f"SELECT {key} AS key, {', '.join(MEASURES)} FROM {_TABLE} "
        "WHERE span = %s AND day >= %s AND day <= %s"
    )


def _stored(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


# As integers: a sum of big ones is a decimal number elsewhere.
_SUMS = ", ".join(f"CAST(SUM({name}) AS bigint)" for name in MEASURES)
_SAME = " AND ".join(f"part.{name} = whole.{name}" for name in _KEYS)
_WITHOUT_PARTS = f"""DELETE FROM {_TABLE} AS whole WHERE span = %s AND day = %s AND NOT EXISTS (
    SELECT 1 FROM {_TABLE} AS part
    WHERE part.span = %s AND part.day >= %s AND part.day < %s AND {_SAME})"""
_ROLLED_UP = f"""INSERT INTO {_TABLE} AS kept (span, day, {", ".join((*_KEYS, *MEASURES))})
SELECT %s, %s, {", ".join(_KEYS)}, {", ".join(f"SUM({name})" for name in MEASURES)}
FROM {_TABLE} WHERE span = %s AND day >= %s AND day < %s GROUP BY {", ".join(_KEYS)}
ON CONFLICT (grain, span, area, day, unit, type)
DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in MEASURES)}
WHERE ({", ".join(f"kept.{name}" for name in MEASURES)})
   <> ({", ".join(f"excluded.{name}" for name in MEASURES)})"""
