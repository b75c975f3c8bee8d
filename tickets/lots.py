"""Many tickets seen through several doors at once, each door by its own index.

"In my area, or with my unit, or helped by it" in one WHERE reads the whole table when few match
(limits.md D1); asked door by door, each for no more than is needed, it reads a page. What stands
in two parts is one ticket all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tickets import months_sql
from tickets.months_sql import Sought
from tickets.querysets import TicketQuerySet


@dataclass(frozen=True)
class Lot:
    """Tickets as the parts that make them up; parts may overlap."""

    parts: tuple[TicketQuerySet, ...]
    # Still to be looked for in them, month by month; without them the parts are all there is.
    words: Sought | None = None


def counts(lots: Sequence[Lot], *, at_most: int) -> list[int]:
    """Return how many tickets each lot holds, at most `at_most` + 1.

    One query for all of them, and one before it for each in which words are looked for. A part that
    has an order is counted in it.
    """
    columns: list[str] = []
    values: list = []
    for lot in lots:
        if lot.words:
            columns.append("%s")
            # By its own index, which the setting below takes away.
            values.append(len(_newest(lot, at_most + 1)))
            continue
        sql, params = _together([part.values("pk")[: at_most + 1] for part in lot.parts])
        columns.append(f"(SELECT COUNT(*) FROM ({sql}) counted)" if sql else "0")
        values += params
    if not columns:
        return []
    asked = f"SELECT {', '.join(columns)}"
    if connection.vendor == "postgresql":
        # It would gather all tickets of a queue in a bitmap before it counts the first of them. Two
        # statements sent as one are a transaction: what is set in it ends with it.
        asked = f"SET LOCAL enable_bitmapscan = off; {asked}"
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return [min(count, at_most + 1) for count in cursor.fetchone()]


def _newest(lot: Lot, size: int) -> list[int]:
    return ids(lot.parts, time="reported_at", down=True, size=size, words=lot.words)


def ids(
    parts: Sequence[QuerySet], *, time: str, down: bool, size: int, words: Sought | None = None
) -> list[int]:
    """Return the ids of the first `size` rows of all parts by (time, id), in that order.

    :param words: those in which these are found; `time` is that of the report then
    """
    sql, params = found(parts, time=time, down=down, size=size, words=words)
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def found(
    parts: Sequence[QuerySet], *, time: str, down: bool, size: int, words: Sought | None = None
) -> tuple[str, list]:
    """Return the statement of ids() with its params; "" if nothing can be found."""
    sign, way = ("-", "DESC") if down else ("", "ASC")
    ordered = [
        (part if words is None else months_sql.here(part))
        .order_by(f"{sign}{time}", f"{sign}pk")
        .values_list("pk", time)[:size]
        for part in parts
    ]
    sql, params = _together(ordered)
    if sql and words:
        sql, params = months_sql.walk(sql, params, words, down=down, size=size)
    ends = f"ORDER BY 2 {way}, 1 {way} LIMIT {size:d}"
    return (f"SELECT * FROM ({sql}) found {ends}", params) if sql else ("", [])


def having(parts: Sequence[QuerySet], words: str, *, at_most: int) -> list[int] | None:
    """Return those of all parts in which the words are found; None if the parts are too many.

    Each of them is looked at: what waits on a desk is little beside all that ever had the words.
    """
    mine, params = _together([part.order_by().values("pk")[: at_most + 1] for part in parts])
    if not mine:
        return []
    with connection.cursor() as cursor:
        # As for counts: else a whole queue is gathered before its first ticket is taken.
        cursor.execute(
            f"""
            SET LOCAL enable_bitmapscan = off;
            WITH mine AS MATERIALIZED (
                SELECT ARRAY(SELECT * FROM ({mine}) ids LIMIT {at_most + 1:d}) AS ids
            )
            SELECT cardinality(ids) > {at_most:d}, ARRAY(
                SELECT ticket_id FROM tickets_ticketsearch
                WHERE cardinality(ids) <= {at_most:d} AND ticket_id = ANY(ids)
                    AND found_by @@ %s::tsquery)
            FROM mine
            """,
            [*params, words],
        )
        too_many, found = cursor.fetchone()
    return None if too_many else found


def _together(parts: Sequence[QuerySet]) -> tuple[str, list]:
    """Return the union of the parts as SQL; "" if none of them can hold anything."""
    texts: list[str] = []
    values: list = []
    for part in parts:
        try:
            sql, params = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        # Within brackets of its own: a part may end with LIMIT.
        texts.append(f"SELECT * FROM ({sql}) part")
        values += params
    return " UNION ".join(texts), values
