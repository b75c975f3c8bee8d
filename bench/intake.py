"""Reports over the API, through the real web processes, beside pgbench writing the same rows.

Ours passes everything: throttle, checks, locating, routing, deadlines, history, notices. The
yardstick is pgbench with four clients: in a transaction, the rows that one such report has made,
with keys of their own, an INSERT for each table. Web, database and senders share the machine.
"""

import json
import re
import selectors
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection

from bench import processes
from bench.lines import QUICK, ROUNDS, Result
from deploy.native.servers import program
from grids.models import Area
from notices.models import Notice
from tickets.models import DueStep, EventType, Ticket, TicketEvent, TicketSearch, TicketText

SECONDS = 1 if QUICK else 6
CLIENTS = 4
SENDERS = 8
APART = 0.1  # seconds between the first words of two senders
# Beyond what any machine takes in: so many requests are made beforehand.
MOST_A_SECOND = 1_500
# In the order in which the rows are written.
_TABLES = (Ticket, TicketText, TicketSearch, TicketEvent, DueStep, Notice)
_turn = count()


def measure() -> Iterator[Result]:
    """Give the table's line."""
    ours, theirs = [], []
    with processes.part("web") as port:
        # Until each process has the handbook's villages and kinds, and its statements ready.
        _sent(port, SECONDS / 2)
        script = _script()
        for _ in range(ROUNDS):
            ours.append(_sent(port, SECONDS))
            theirs.append(_pgbench(script))
    yield Result(
        path="intake",
        what=f"reports taken in over the API by the web processes, {SENDERS} senders",
        ours=ours,
        yardstick=f"pgbench, {CLIENTS} clients, the same rows in a transaction",
        theirs=theirs,
        unit="a second",
        goal=0.25,
        at_least=True,
    )


def _sent(port: int, seconds: float) -> float:
    """Send reports for so long; return how many a second were taken in.

    As lean as pgbench is: plain sockets in one thread, requests made beforehand. What the senders
    burn is taken from the same processors, and is none of the platform's work.
    """
    ahead = deque(islice(_requests(), int((seconds + SENDERS * APART) * MOST_A_SECOND)))
    waiting, taken = selectors.DefaultSelector(), 0
    start, lines = time.monotonic(), 0
    while lines < SENDERS or waiting.get_map():
        # One after the other, while those before it are served, as a proxy opens them: all at once
        # they may be taken by one of the processes, with which they stay.
        if lines < SENDERS and time.monotonic() >= start + lines * APART:
            _Line(port).send(ahead.popleft(), waiting)
            lines += 1
            if lines == SENDERS:
                start, taken = time.monotonic(), 0
        ready = waiting.select(timeout=30 if lines == SENDERS else APART / 4)
        assert ready or lines < SENDERS, "nothing was answered for half a minute"
        for key, _events in ready:
            line: _Line = key.data
            if not line.answered():
                continue
            taken += 1
            waiting.unregister(line.socket)
            if time.monotonic() < start + seconds:
                line.send(ahead.popleft(), waiting)
            else:
                line.socket.close()
    return taken / (time.monotonic() - start)


def _requests() -> Iterator[bytes]:
    villages = list(Area.objects.filter(level="village").exclude(lat=None))
    kinds = list(EventType.objects.filter(in_use=True, restricted=False))
    while True:
        nth = next(_turn)
        village, kind = villages[nth % len(villages)], kinds[nth % len(kinds)]
        body = json.dumps({
            "key": str(uuid4()), "text": "楼下的垃圾堆了三天，气味很大，请来看看",
            "lat": village.lat, "lng": village.lng, "event_type": kind.code,
        }).encode()  # fmt: skip
        head = (
            "POST /api/v1/reports/ HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: identity",
            "Content-Type: application/json", f"Content-Length: {len(body)}",
            # Each from an address of its own: one alone would be held to what one person sends.
            f"X-Forwarded-For: 10.{nth >> 16 & 255}.{nth >> 8 & 255}.{nth & 255}",
        )  # fmt: skip
        yield "\r\n".join([*head, "", ""]).encode() + body


class _Line:
    """A kept connection of one sender."""

    def __init__(self, port: int) -> None:
        self.port, self.came = port, b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)

    def send(self, request: bytes, waiting: selectors.BaseSelector) -> None:
        if b"\r\nConnection: close" in self.came:
            self.socket.close()
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.came = b""
        self.socket.sendall(request)
        waiting.register(self.socket, selectors.EVENT_READ, self)

    def answered(self) -> bool:
        """Read what has come; tell whether it is the whole answer. Every one must be 201."""
        came = self.socket.recv(65536)
        assert came, "the line was closed before the answer"
        self.came += came
        head, end, body = self.came.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        if not end or (length and len(body) < int(length[1])):
            return False
        assert head.startswith(b"HTTP/1.1 201 "), self.came[:500]
        return True


# --- The yardstick -------------------------------------------------------------------------------


def _script() -> str:
    """Return for pgbench what a report has written: the newest with the usual number of notices."""
    ticket = Ticket.objects.filter(state="dispatched").order_by("-pk")[0]
    lines = list(ticket.events.order_by("pk"))
    ids = ", ".join(
        [_next(Ticket, "ticket"), *(_next(TicketEvent, f"line{n}") for n in range(len(lines)))]
    )
    named = {str(line.pk): f":line{n}" for n, line in enumerate(lines)}
    inserts = [_insert(table, ticket, named) for table in _TABLES]
    return "\n".join(["BEGIN;", rf"SELECT {ids} \gset", *inserts, "COMMIT;"])


def _next(table: Any, name: str) -> str:
    return f"nextval(pg_get_serial_sequence('{table._meta.db_table}', 'id')) AS {name}"


def _insert(table: Any, ticket: Ticket, named: dict[str, str]) -> str:
    """Return an INSERT of this table's rows, with ids, keys and numbers of their own."""
    happenings = "|".join(re.escape(f"event:{pk}:") + ".*" for pk in named)
    where = {
        Ticket: f"id = {ticket.pk}", Notice: f"happening ~ '^({happenings})'",
    }.get(table, f"ticket_id = {ticket.pk}")  # fmt: skip
    name = table._meta.db_table
    left_out = {"recorded_at"} | (set() if table in (Ticket, TicketEvent) else {"id"})
    columns = [c.column for c in table._meta.concrete_fields if c.column not in left_out]
    texts = ", ".join(f"quote_nullable({column}::text)" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM {name} WHERE {where} ORDER BY 1")
        rows = cursor.fetchall()
    own = {"key": "gen_random_uuid()", "code": "left(gen_random_uuid()::text, 10)",
           "number": "left(gen_random_uuid()::text, 24)"}  # fmt: skip
    written = []
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        if table is Ticket:
            values |= own | {"id": ":ticket"}
        if table is TicketEvent:
            values["id"] = named[values["id"].strip("'")]
        if "ticket_id" in values:
            values["ticket_id"] = ":ticket"
        if "happening" in values:
            pk, rest = values["happening"].removeprefix("'event:").split(":", 1)
            values["happening"] = f"concat('event:', {named[pk]}::text, ':{rest})"
        written.append(f"({', '.join(values.values())})")
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES {', '.join(written)};"


def _pgbench(script: str) -> float:
    """Return how many transactions a second pgbench makes of it."""
    where = settings.DATABASES["default"]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "report.sql"
        file.write_text(script, encoding="utf-8")
        command = [
            program("pgbench"), "-n", "-c", str(CLIENTS), "-j", "1", "-T", str(int(SECONDS)),
            "-M", "simple", "-f", str(file), "-h", where["HOST"], "-p", str(where["PORT"]),
            "-U", where["USER"], where["NAME"],
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert done.returncode == 0, done.stderr[-500:]
    assert found, done.stdout
    return float(found[1])
