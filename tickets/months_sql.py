"""Words looked for month by month: a list in the order of time reads little more than it shows.

Every search row has a term for the month of its ticket. The words together with the newest month's
term are few rows; where they do not fill the page, the month before is asked, then four months, a
year, three years, all in one statement that ends when the page is full. The one file of this SQL.
On PostgreSQL only: SQLite looks at every row anyway. A test holds both to what the words find.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Func, QuerySet

from tickets import search

# Only then may it be asked for in a list of its own, which is empty but after an upgrade.
_WITHOUT_MONTH = f"NOT (found_by @@ '''{search.MONTH_MARK}'':*'::tsquery)"
_BOUNDS = f"""
    SELECT (SELECT MIN(reported_at) FROM tickets_ticket),
        (SELECT MAX(reported_at) FROM tickets_ticket),
        ARRAY(SELECT ticket_id FROM tickets_ticketsearch
              WHERE {_WITHOUT_MONTH} AND found_by @@ %s::tsquery)
"""
# OFFSET 0: gathered once for all doors.
_WALK = """
    SELECT hit.* FROM (VALUES {spans}) AS span (since, until, words)
    CROSS JOIN LATERAL (
        SELECT ARRAY(SELECT ticket_id FROM tickets_ticketsearch WHERE found_by @@ span.words)
            || ARRAY(SELECT id FROM tickets_ticket WHERE id = ANY(%s::bigint[])
                     AND reported_at >= span.since AND reported_at < span.until)
            AS ids OFFSET 0
    ) AS gathered
    CROSS JOIN LATERAL (SELECT * FROM ({found}) found ORDER BY 2 {way}, 1 {way} LIMIT {size:d}) hit
    LIMIT {size:d}
"""


@dataclass(frozen=True)
class Sought:
    """Words still to be looked for, in the months from the first to the last."""

    query: str
    # Where they are found too: in rows that do not say their month yet.
    unmarked: tuple[int, ...]
    first: int
    last: int

    def within(self, since: datetime | None, until: datetime | None) -> "Sought":
        """Return the same, no further than from the month of one moment to that of the other."""
        first = max(self.first, _number(since)) if since else self.first
        return replace(
            self, first=first, last=min(self.last, _number(until)) if until else self.last
        )


def sought(terms: list[str]) -> Sought:
    """Return the words as what is still to be looked for; one query."""
    query = search.query(terms)
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [query])
        oldest, newest, unmarked = cursor.fetchone()
    first, last = (_number(oldest), _number(newest)) if oldest else (0, -1)
    return Sought(query, tuple(unmarked), first, last)


def here(part: QuerySet) -> QuerySet:
    """Return those of the part that the span of the walk has found.

    Nothing else of the span is said: the database would guess that few are so new, and look the
    others up among them instead of the other way round.
    """
    template = "%(expressions)s = ANY(gathered.ids)"
    return part.filter(Func("pk", template=template, output_field=BooleanField()))


def walk(found: str, params: list, words: Sought, *, down: bool, size: int) -> tuple[str, list]:
    """Return the statement that finds the first rows (id, time) of `found` in the order of time.

    :param found: SQL of tickets as here() chooses them; `params` are its own
    """
    asked: list[Any] = []
    for since, until in spans(words, down=down):
        months = " | ".join(search.month(_start(n)) for n in range(since, until))
        asked += [_start(since), _start(until), f"{words.query} & ({months})"]
    if not asked:
        return "", []
    each = ", ".join(["(%s::timestamptz, %s::timestamptz, %s::tsquery)"] * (len(asked) // 3))
    way = "DESC" if down else "ASC"
    statement = _WALK.format(spans=each, found=found, way=way, size=size)
    return statement, [*asked, list(words.unmarked), *params]


def spans(words: Sought, *, down: bool) -> Iterator[tuple[int, int]]:
    """Give the spans from the near end to the far one: 1, 1, 4, 12, 36, … months."""
    width, done, whole = 1, 0, words.last + 1 - words.first
    while done < whole:
        there = min(done + width, whole)
        yield (
            (words.last + 1 - there, words.last + 1 - done)
            if down
            else (words.first + done, words.first + there)
        )
        width, done = (2 * there if there > 1 else 1), there


def _number(moment: datetime) -> int:
    at = moment.astimezone(UTC)
    return at.year * 12 + at.month - 1


def _start(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
