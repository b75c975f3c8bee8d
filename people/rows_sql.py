"""Many rows in one statement, as the database takes them fastest. The one file of this SQL.

The rows go over as one JSON text, which the database takes apart itself: whatever their number,
it is one statement and one round trip, and Python builds no model objects. What the rows may
contain is the callers' business, as with bulk_create(). A test holds it to bulk_create() and
save(), on both databases.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from people import prepared_sql

Row = Mapping[str, Any]


def insert(table: type[models.Model], rows: Sequence[Row]) -> None:
    """Write the rows, each by the names of its columns; what is not named gets its default.

    Times are aware datetimes, JSON is as Python has it, a foreign key is named as its column.
    All rows name the same columns.
    """
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(*insertion(table, rows))


def insertion(table: type[models.Model], rows: Sequence[Row]) -> tuple[str, list[str]]:
    """Return the statement of insert() with its params: for a caller that sends several at once."""
    return _insertion(table, tuple(rows[0])), [as_json(rows)]


# Kept: to look up the columns' types costs as much as to write a row.
@lru_cache(maxsize=64)
def _insertion(table: type[models.Model], columns: tuple[str, ...]) -> str:
    name, listed = _quoted(table._meta.db_table), ", ".join(map(_quoted, columns))
    values = ", ".join(_value(column) for column in columns)
    return f"INSERT INTO {name} ({listed}) SELECT {values} FROM {_given(table, columns)}"


def insert_all(statements: Sequence[tuple[str, list[str]]]) -> None:
    """Run these insertions; on PostgreSQL as one statement, in one round trip.

    Rows that refer to each other may stand in any order: keys are checked at the end.
    """
    with connection.cursor() as cursor:
        if _is_sqlite():
            for statement, params in statements:
                cursor.execute(statement, params)
            return
        *others, (last, last_params) = statements
        ahead = ", ".join(f"part{n} AS ({sql})" for n, (sql, _params) in enumerate(others))
        params = [param for _sql, given in others for param in given]
        statement = f"WITH {ahead} {last}" if ahead else last
        prepared_sql.run(cursor, "many_rows", statement, [*params, *last_params])


def update(table: type[models.Model], rows: Sequence[Row]) -> None:
    """Change the columns that the rows name, each row found by its "id". Ids without a row: none.

    A column that is changed in some rows only keeps its value in the others if they name it.
    """
    if not rows:
        return
    name, columns = _quoted(table._meta.db_table), list(rows[0])
    changed = ", ".join(
        f"{_quoted(column)} = {_value(column)}" for column in columns if column != "id"
    )
    statement = (
        f"UPDATE {name} SET {changed} FROM {_given(table, columns)} "
        f"WHERE {name}.id = {_value('id')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [as_json(rows)])


def ids(table: type[models.Model], count: int) -> Iterator[int]:
    """Return so many ids, in order, that nobody else gets."""
    return iter(ids_of((table, count))[0])


def ids_of(*wanted: tuple[type[models.Model], int]) -> list[list[int]]:
    """Return for each table so many ids, in order, that nobody else gets; with one statement."""
    names = [_quoted(table._meta.db_table) for table, _count in wanted]
    with connection.cursor() as cursor:
        if not _is_sqlite():
            ever = "nextval(pg_get_serial_sequence(%s, 'id'))"
            each = f"ARRAY(SELECT {ever} FROM generate_series(1, %s))"
            counted = zip(names, (count for _table, count in wanted), strict=True)
            cursor.execute(
                f"SELECT {', '.join([each] * len(names))}",
                [one for pair in counted for one in pair],
            )
            return [list(found) for found in cursor.fetchone()]
        # The transaction is the only writer.
        last = ", ".join(f"(SELECT COALESCE(MAX(id), 0) FROM {name})" for name in names)
        cursor.execute(f"SELECT {last}")
        return [
            list(range(last + 1, last + 1 + count))
            for last, (_table, count) in zip(cursor.fetchone(), wanted, strict=True)
        ]


def as_json(rows: Iterable[Row]) -> str:
    """Return the rows as the JSON text that this module's statements take."""
    encoder = _FOR_SQLITE if _is_sqlite() else _ENCODER
    return encoder.encode(list(rows))


@cache
def _is_sqlite() -> bool:
    """Asked for every row's sake, and a process has one kind of database."""
    return connection.vendor == "sqlite"


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, UUID):
        return value.hex
    raise TypeError(f"{type(value).__name__} has no form in a row")


# Kept: rows that belong together name the same few moments again and again.
@lru_cache(maxsize=1024)
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _written_for_sqlite(value: Any) -> str:
    if isinstance(value, datetime):
        # As Django stores it.
        return str(connection.ops.adapt_datetimefield_value(value))
    return _written(value)


_ENCODER, _FOR_SQLITE = (
    # What a caller puts together has no circles to be looked for.
    json.JSONEncoder(
        default=default, ensure_ascii=False, separators=(",", ":"), check_circular=False
    )
    for default in (_written, _written_for_sqlite)
)


def _given(table: type[models.Model], columns: Sequence[str]) -> str:
    if _is_sqlite():
        return "json_each(%s) AS given"
    named = ", ".join(f"{_quoted(column)} {_type(table, column)}" for column in columns)
    return f"json_to_recordset(%s) AS given({named})"


def _value(column: str) -> str:
    if _is_sqlite():
        return f"json_extract(given.value, '$.{column}')"
    return f"given.{_quoted(column)}"


def _type(table: type[models.Model], column: str) -> str:
    field = next(one for one in table._meta.concrete_fields if one.column == column)
    return str(field.db_type(connection))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
