"""Very many tickets in minutes, for measuring: copies of demonstration tickets at other times.

Each copy has the whole of its original: words, history, limits, steps, requests, ratings; moved by
whole weeks, so that working hours stay working hours. All are marked as demonstration. Names and
telephone numbers, photos and notices are not copied.
"""

import io
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from grids.models import District
from people import rows_sql
from tickets import receipts, search
from tickets.lifecycle import finding
from tickets.models import (
    DueStep,
    EventWords,
    Helper,
    Question,
    Rating,
    Request,
    Ticket,
    TicketEvent,
    TicketSearch,
    TicketText,
)
from tickets.states import ENDED

SEEDED = "seeded"  # the fingerprint of copies: none is copied again
_TOGETHER = 5_000
# In whose order rows refer to each other.
_TABLES: tuple[type[models.Model], ...] = (
    Ticket, TicketText, Helper, TicketEvent, EventWords, Request, DueStep, Question, Rating,
)  # fmt: skip
_TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d[^"]*)"')
_NEVER_COPIED = {"dot_was"}
_METRES_50 = 0.0005  # degrees


@dataclass
class _Row:
    """A row as it was: what is moved with the time, and where other rows' ids stand."""

    table: type[models.Model]
    old_id: Any
    values: list[Any]
    times: list[int] = field(default_factory=list)
    texts: list[tuple[int, list[Any]]] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    # Of a step that falls due on a request: that one's id.
    request: int = 0


@dataclass
class Original:
    """A ticket with all its rows, and by what its copies are found but for their number."""

    rows: list[_Row]
    found_by: str
    is_open: bool


def originals(*, at_most: int) -> list[Original]:
    """Return demonstration tickets that verbs made, with their rows; the newest first."""
    made = Ticket.objects.filter(is_demonstration=True).exclude(fingerprint=SEEDED)
    found = list(made.select_related("handler").order_by("-pk")[:at_most])
    rows: dict[int, list[_Row]] = {ticket.pk: [] for ticket in found}
    for table in _TABLES:
        mine = _of_ticket(table)
        for thing in table._default_manager.filter(**{f"{mine}__in": list(rows)}).order_by("pk"):
            rows[_ticket_of(thing, mine)].append(_row(thing))
    words = dict(TicketText.objects.filter(ticket__in=rows).values_list("ticket_id", "words"))
    texts = finding.texts(found, words, numbers=False)
    ready = TicketSearch._meta.get_field("found_by").get_db_prep_save
    return [
        Original(rows[t.pk], ready(texts[t.pk], connection), t.state not in ENDED) for t in found
    ]


def multiply(
    kinds: Sequence[Original],
    *,
    count: int,
    years: int,
    open_share: float,
    dice: random.Random,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Write `count` copies, a few thousand in a transaction; return how many.

    :param years: over how many years back those are spread that have ended
    :param open_share: how many of all are open; they lie within the last weeks
    :param tell: called with how many there are, after each transaction
    """
    done = 0
    ended = [one for one in kinds if not one.is_open] or list(kinds)
    still_open = [one for one in kinds if one.is_open] or list(kinds)
    prefix = District.current().number_prefix
    while done < count:
        size = min(_TOGETHER, count - done)
        chosen = []
        for _ in range(size):
            is_open = dice.random() < open_share
            weeks = dice.randint(0, 2) if is_open else dice.randint(0, years * 52)
            kind = dice.choice(still_open if is_open else ended)
            chosen.append((kind, timedelta(weeks=-weeks, seconds=-dice.randint(0, 3_000))))
        with transaction.atomic():
            _without_asking()
            _write(chosen, prefix, dice)
        done += size
        tell(done)
    return done


def _without_asking() -> None:
    """Let PostgreSQL wait for rows, and take them unproved: they are copies of sound ones."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # Some thousand copies are thought out between two statements: on a busy machine for longer
        # than a page may leave its transaction idle.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        # Nobody else may; it then takes half as long again.
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _write(chosen: Sequence[tuple[Original, timedelta]], prefix: str, dice: random.Random) -> None:
    new: dict[type[models.Model], list[list[Any]]] = {table: [] for table in _TABLES}
    found: list[list[Any]] = []
    ids = {table: _ids(table, sum(_count(kind, table) for kind, _ in chosen)) for table in _TABLES}
    for kind, shift in chosen:
        ticket_id = 0
        named: dict[tuple[type[models.Model], Any], int] = {}
        for row in kind.rows:
            values = _moved(row, shift)
            own = next(ids[row.table]) if row.table in _NUMBERED else None
            if row.table is Ticket:
                ticket_id = own or 0
                number = _made_new(values, ticket_id, prefix, dice)
                reported_at = values[_PLACE[Ticket]["reported_at"]]
                found.append([ticket_id, _found_by(kind.found_by, number, reported_at)])
            elif own is not None:
                values[_PLACE[row.table]["id"]] = own
            named[row.table, row.old_id] = own or ticket_id
            for place in row.tickets:
                values[place] = ticket_id
            for place in row.events:
                values[place] = named[TicketEvent, values[place]]
            if row.request:
                values[_PLACE[DueStep]["clock"]] = f"request {named[Request, row.request]}"
            new[row.table].append(values)
    for table, rows in new.items():
        _insert(table, rows)
    _insert(TicketSearch, found)


def _made_new(values: list[Any], pk: int, prefix: str, dice: random.Random) -> str:
    """Make the copied ticket's own: id, key, code, number, a place some steps away."""
    place = _PLACE[Ticket]
    key = UUID(int=dice.getrandbits(128), version=4)
    day = timezone.localdate(values[place["reported_at"]])
    number = f"{prefix}-{day:%Y%m%d}-{pk:04d}"
    values[place["id"]] = pk
    values[place["key"]] = Ticket._meta.get_field("key").get_db_prep_save(key, connection)
    values[place["code"]] = receipts.code_of(key)
    values[place["number"]], values[place["fingerprint"]] = number, SEEDED
    for name in ("lat", "lng"):
        values[place[name]] += dice.uniform(-_METRES_50, _METRES_50)
    return number


def _found_by(rest: str, number: str, reported_at: datetime) -> str:
    if connection.vendor == "postgresql":
        # The same pair in both is one: PostgreSQL puts the places together.
        of_number = search.vector(number, after=search.LAST_PLACE - 100)
        return f"{search.month(reported_at)} {rest} {of_number}"
    return f"{rest} {' '.join(search.runs(number))}"


# --- Reading -------------------------------------------------------------------------------------


def _row(thing: models.Model) -> _Row:
    table = type(thing)
    row = _Row(table, thing.pk, [])
    if isinstance(thing, DueStep) and thing.clock.startswith("request "):
        row.request = int(thing.clock.split()[1])
    for place, column in enumerate(table._meta.concrete_fields):
        value = None if column.name in _NEVER_COPIED else getattr(thing, column.attname)
        points_at = column.remote_field.model if column.remote_field else None
        if points_at is TicketEvent and value is not None:
            row.events.append(place)
        elif points_at is Ticket and column.name == "ticket":
            row.tickets.append(place)
        elif isinstance(value, datetime):
            row.times.append(place)
        elif isinstance(column, models.JSONField) and value is not None:
            value = json.dumps(value, ensure_ascii=False)
            pieces = _pieces(value)
            if len(pieces) > 1:
                row.texts.append((place, pieces))
        else:
            value = column.get_db_prep_save(value, connection)
        row.values.append(value)
    return row


def _pieces(text: str) -> list[Any]:
    """Return the text cut at its times: text, time, text, …"""
    parts: list[Any] = _TIME.split(text)
    parts[1::2] = [parse_datetime(one) or one for one in parts[1::2]]
    return parts


def _moved(row: _Row, shift: timedelta) -> list[Any]:
    values = row.values.copy()
    for place in row.times:
        values[place] = values[place] + shift
    for place, pieces in row.texts:
        values[place] = "".join(
            one if turn % 2 == 0 else f'"{_later(one, shift)}"' for turn, one in enumerate(pieces)
        )
    return values


def _later(moment: Any, shift: timedelta) -> str:
    return (moment + shift).isoformat() if isinstance(moment, datetime) else moment


def _of_ticket(table: type[models.Model]) -> str:
    return {Ticket: "pk", EventWords: "event__ticket"}.get(table, "ticket")


def _ticket_of(thing: Any, mine: str) -> int:
    if mine == "event__ticket":
        return thing.event.ticket_id
    return thing.pk if mine == "pk" else thing.ticket_id


# --- Writing -------------------------------------------------------------------------------------

_PLACE = {
    table: {column.name: place for place, column in enumerate(table._meta.concrete_fields)}
    for table in _TABLES
}
# Those that have a number of their own.
_NUMBERED = {table for table in _TABLES if "id" in _PLACE[table]}


def _count(kind: Original, table: type[models.Model]) -> int:
    return sum(1 for row in kind.rows if row.table is table)


def _ids(table: type[models.Model], count: int) -> Iterator[int]:
    return rows_sql.ids(table, count) if table in _NUMBERED else iter(())


def _insert(table: type[models.Model], rows: list[list[Any]]) -> None:
    name = connection.ops.quote_name(table._meta.db_table)
    columns = ", ".join(
        connection.ops.quote_name(str(column.column)) for column in table._meta.concrete_fields
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO("".join(_line(row) for row in rows))
            cursor.copy_expert(f"COPY {name} ({columns}) FROM STDIN", lines)
        elif rows:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(
                f"INSERT INTO {name} ({columns}) VALUES ({places})",
                [[_plain(value) for value in row] for row in rows],
            )


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _line(row: list[Any]) -> str:
    return "\t".join(_copied(value) for value in row) + "\n"


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPED)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _plain(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
