"""What a report asks the database before it is written, on PostgreSQL with one statement.

Whether the same form came before, the ids of what will be written, and who is on post where it
may go. The one file of this SQL; a test holds it to the questions asked one by one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db import connection

from people import prepared_sql
from people.models import Post, User
from people.roles import GRID_ROLES, HANDLING_ROLES
from people.rows_sql import ids_of
from tickets.models import Ticket, TicketEvent
from tickets.on_post import OnPost

_HANDLING, _GRID = sorted(HANDLING_ROLES), sorted(GRID_ROLES)


@dataclass(frozen=True)
class Seen:
    """What was found. No ids if the form came before: then nothing will be written."""

    came_before: bool
    on_post: OnPost
    ticket_id: int = 0
    event_ids: tuple[int, ...] = ()


def look(
    key: UUID, *, code: str, units: Iterable[int], area_codes: Iterable[str], lines: int
) -> Seen:
    """Look once. On SQLite inside the transaction that writes: there it alone gives out ids.

    :param code: the receipt's, by which a report is found
    :param units: whose people shall be known, by id; and those of which grids and villages
    :param lines: how many lines of history there will be, at most
    """
    if connection.vendor == "postgresql":
        return _at_once(key, code, list(units), list(area_codes), lines)
    on_post = OnPost(units=units, area_codes=area_codes)
    if Ticket.objects.filter(code=code, key=key).exists():
        return Seen(True, on_post)
    (ticket_id,), event_ids = ids_of((Ticket, 1), (TicketEvent, lines))
    return Seen(False, on_post, ticket_id, tuple(event_ids))


def _at_once(key: UUID, code: str, units: list[int], area_codes: list[str], lines: int) -> Seen:
    with connection.cursor() as cursor:
        prepared_sql.run(
            cursor,
            "first_look",
            _statement(),
            {
                "code": code, "key": key, "lines": lines, "units": units,
                "areas": area_codes, "handling": _HANDLING, "grid": _GRID,
            },
        )  # fmt: skip
        came_before, ticket_id, event_ids, posts = cursor.fetchone()
    on_post = OnPost.of(
        (unit, area, _day(starts), _day(ends), user)
        for unit, area, starts, ends, user in json.loads(posts or "[]")
    )
    if came_before:
        return Seen(True, on_post)
    return Seen(False, on_post, ticket_id, tuple(event_ids))


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


@cache
def _statement() -> str:
    tickets, events, posts, people = (
        connection.ops.quote_name(model._meta.db_table)
        for model in (Ticket, TicketEvent, Post, User)
    )
    areas = connection.ops.quote_name(Post._meta.get_field("area").related_model._meta.db_table)
    # Two questions put together, not one with OR: each finds its posts by an index. And those of an
    # area area by area (OFFSET 0: it is planned by itself), each person by the key: a plan made for
    # any arrays would expect so many, most of all where nothing was counted yet (ANALYZE), that it
    # read all posts and all people.
    return f"""
        WITH known AS MATERIALIZED (
            SELECT EXISTS (
                SELECT 1 FROM {tickets} WHERE code = %(code)s AND key = %(key)s
            ) AS before
        ), held AS (
            SELECT unit_id, NULL::text AS area, starts, ends, user_id FROM {posts}
            WHERE unit_id = ANY(%(units)s) AND role = ANY(%(handling)s)
            UNION ALL
            SELECT NULL, area.code, post.starts, post.ends, post.user_id
            FROM (SELECT id, code FROM {areas} WHERE code = ANY(%(areas)s)) AS area
            CROSS JOIN LATERAL (
                SELECT starts, ends, user_id FROM {posts}
                WHERE area_id = area.id AND role = ANY(%(grid)s) OFFSET 0
            ) AS post
        )
        SELECT known.before,
            CASE WHEN NOT known.before THEN nextval(pg_get_serial_sequence('{tickets}', 'id')) END,
            CASE WHEN NOT known.before THEN ARRAY(
                SELECT nextval(pg_get_serial_sequence('{events}', 'id'))
                FROM generate_series(1, %(lines)s::int)
            ) END,
            (
                SELECT json_agg(
                    json_build_array(held.unit_id, held.area, held.starts, held.ends, held.user_id)
                    ORDER BY held.user_id
                )::text
                FROM held
                WHERE (SELECT person.is_active FROM {people} AS person WHERE person.id = user_id)
            )
        FROM known
    """
