"""Ten thousand tickets climb at once, beside bare SQL that writes the same rows.

The yardstick is told what ours has to find out: which centre stands above, until when it must
decide, who is told. It is one transaction of set-based statements: the tickets, the steps done and
void, the history, the new steps, the notices. Both are rolled back and the database is tidied
before the next, so that every round begins with the same ten thousand.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from bench.lines import QUICK, ROUNDS, Result
from grids.models import Unit
from grids.organisation import Tiers
from tickets import lifecycle
from tickets.models import DueStep, Ticket
from tickets.on_post import OnPost
from tickets.states import AT_WORK

CLIMBS = 50 if QUICK else 10_000
# Due within so many seconds: the centre above has ten minutes for the most urgent, and a sweep
# rightly does what falls due after its own climbs, too.
_LATE = 300
_TABLES = ("tickets_ticket", "tickets_duestep", "tickets_ticketevent", "notices_notice")
_CLOCK = {
    "limit": "4H", "start": "2026-03-04T02:00:00+00:00", "due": "2026-03-04T08:00:00+00:00",
    "total": 240.0, "marks": {}, "first_day": "2026-03-04", "skipped": [], "made_up": [],
    "provisional": False, "paused_at": None, "left": None, "steps": [],
}  # fmt: skip


def measure() -> Iterator[Result]:
    """Give the table's lines: the climb, and a sweep that finds nothing."""
    at = timezone.now()
    climbing = _prepared(at)
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(ROUNDS + 1):
        for work, times in ((lambda: _swept(at, climbing), ours), (lambda: _bare(at), theirs)):
            took = _rolled_back(work)
            if turn:
                times.append(took)
    yield Result(
        path="climb",
        what=f"{climbing:,} climbs due among {Ticket.objects.count():,} tickets, one sweep",
        ours=ours, yardstick="bare SQL of the same rows", theirs=theirs, unit="ms", goal=2,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_duestep SET void_at = now() WHERE due_at <= %s "
                       "AND done_at IS NULL AND void_at IS NULL", [at])  # fmt: skip
    _tidy()
    idle, scans = [], []
    for _ in range(ROUNDS):
        idle.append(_timed(lambda: lifecycle.sweep(at=at)))
        scans.append(_timed(_looked_without_an_index))
    yield Result(
        path="empty sweep", what="a sweep that finds nothing due", ours=idle,
        yardstick="the same look without the partial index", theirs=scans, unit="ms", goal=0.3,
    )  # fmt: skip


def _prepared(at: datetime) -> int:
    """Let exactly one climb of each of so many tickets be due; return how many there are."""
    waiting = DueStep.objects.filter(done_at=None, void_at=None)
    waiting.filter(due_at__lte=at).update(void_at=at)
    # Where nobody stands above, lateness is supervised instead: not what is measured here.
    below = Unit.objects.filter(tier__in=["village", "town"])
    found = Ticket.objects.filter(state__in=sorted(AT_WORK), paused_until=None, centre__in=below)
    chosen = list(found.order_by("pk").values_list("pk", flat=True)[:CLIMBS])
    assert chosen, "no ticket is at work below the district's centre"
    DueStep.objects.filter(ticket__in=chosen, done_at=None, void_at=None).update(void_at=at)
    DueStep.objects.bulk_create(
        [DueStep(ticket_id=pk, kind="climb", clock="decide", round=900,
                 due_at=at - timedelta(seconds=n % _LATE))
         for n, pk in enumerate(chosen)],
        batch_size=5_000,
    )  # fmt: skip
    _told_beforehand(at)
    _tidy()
    return len(chosen)


def _swept(at: datetime, climbing: int) -> None:
    swept = lifecycle.sweep(at=at, limit=CLIMBS)
    assert (swept.done, swept.failed) == (climbing, 0), swept


# --- The yardstick -------------------------------------------------------------------------------


def _told_beforehand(at: datetime) -> None:
    """Write down for the yardstick: which centre stands above which, and whom a climb tells."""
    tiers = Tiers()
    centres = list(Unit.objects.exclude(tier="").select_related("area").defer("area__boundary"))
    on_post = OnPost(units=[c.pk for c in centres], area_codes=[c.area.code for c in centres])
    rows, readers = [], []
    for centre in centres:
        above = tiers.above(centre)
        if above is None:
            continue
        rows.append((centre.pk, centre.code, above.pk, above.code))
        probe = Ticket(restricted=True, area_code=centre.area.code)
        people = {pk for unit in (centre, above) for pk in on_post.people_for(probe, unit, at=at)}
        readers += [(centre.pk, pk) for pk in people]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_above, bench_told")
        cursor.execute("CREATE TABLE bench_above (id bigint primary key, code text, above bigint, "
                       "above_code text)")  # fmt: skip
        cursor.execute("CREATE TABLE bench_told (centre bigint, reader bigint)")
        cursor.executemany("INSERT INTO bench_above VALUES (%s, %s, %s, %s)", rows)
        cursor.executemany("INSERT INTO bench_told VALUES (%s, %s)", readers)
        cursor.execute("CREATE INDEX ON bench_told (centre)")


def _bare(at: datetime) -> None:
    with connection.cursor() as cursor:
        for statement in _BARE:
            cursor.execute(statement, {"at": at, "clock": json.dumps(_CLOCK)})


_BARE = (
    """CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT s.id AS step, s.ticket_id, s.due_at, t.number, t.area_code, t.state, t.centre_id,
           a.code AS from_code, a.above, a.above_code,
           nextval(pg_get_serial_sequence('tickets_ticketevent', 'id')) AS event
    FROM tickets_duestep s JOIN tickets_ticket t ON t.id = s.ticket_id
    JOIN bench_above a ON a.id = t.centre_id
    WHERE s.done_at IS NULL AND s.void_at IS NULL AND s.due_at <= %(at)s""",
    """UPDATE tickets_ticket t
    SET centre_id = due.above, climbs = climbs + 1, version = version + 1,
    reason = jsonb_build_object('rule', 'climbed', 'params',
                                jsonb_build_object('unit', due.above_code)),
    clocks = jsonb_set(clocks, '{decide}', %(clock)s::jsonb)
    FROM due WHERE t.id = due.ticket_id""",
    "UPDATE tickets_duestep s SET done_at = %(at)s FROM due WHERE s.id = due.step",
    """INSERT INTO tickets_ticketevent (id, ticket_id, kind, move, hat, at, before, after, data,
                                     public, dot_was)
    SELECT event, ticket_id, 'moved', 'climb', 'system', due_at, state, state,
           jsonb_build_object('from', from_code, 'to', above_code, 'clock', 'decide'), true,
           '[1772605080, 1772607960, 1772609400, false, false]'::jsonb FROM due""",
    """INSERT INTO tickets_duestep (ticket_id, kind, clock, round, due_at, error)
    SELECT ticket_id, 'climb', 'decide', 901, due_at + interval '4 hours', '' FROM due""",
    """INSERT INTO notices_notice (happening, reader, user_id, channel, address, template, params,
                                link, language, posted_at, state, due_at, attempts, sent_at, error)
    SELECT 'event:' || event || ':climbed', 'user:' || reader, reader, 'inbox', '', 'climbed',
           jsonb_build_object('number', number, 'unit', above_code, 'area', area_code),
           '/tickets/' || number || '/', 'zh-hans', due_at, 'sent', due_at, 0, due_at, ''
    FROM due JOIN bench_told ON centre = centre_id""",
)


def _looked_without_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket_id FROM tickets_duestep WHERE (done_at IS NULL)::int = 1 "
                       "AND (void_at IS NULL)::int = 1 AND due_at + interval '0' <= now() "
                       "ORDER BY due_at, id")  # fmt: skip
        cursor.fetchall()


def _rolled_back(work: Callable[[], None]) -> float:
    """Return the milliseconds the work takes; the database is as before."""
    with transaction.atomic():
        took = _timed(work)
        # What the commit would check; then none of it happened.
        took += _timed(lambda: connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE"))
        transaction.set_rollback(True)
    _tidy()
    return took


def _tidy() -> None:
    with connection.cursor() as cursor:
        # The first time over a million tickets it takes longer than any request may.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"VACUUM ANALYZE {', '.join(_TABLES)}")
        cursor.execute("RESET statement_timeout")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
