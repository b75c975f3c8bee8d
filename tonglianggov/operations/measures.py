"""The numbers of the whole platform: what waits, for how long, and who was seen.

Few short questions, each answered by a partial index; asked by /readyz, /metrics and the page.
"""

import shutil
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q, QuerySet

from notices import outbox
from people.seals import sealing
from tickets.models import DueStep, Photo, Ticket
from tonglianggov.operations import signs
from wall import hub

_HOUR = timedelta(hours=1)
_migrated = False


@dataclass(frozen=True)
class Waiting:
    """Something that a worker shall do: how many wait, and the seconds of the oldest."""

    count: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Work:
    """What the database knows of work done and not yet done."""

    reports: int  # of the last hour
    outbox: outbox.Lag
    steps: Waiting  # reminders, climbs, endings that are due
    steps_failed: int  # of them those that failed and are tried again later
    photos: Waiting
    unsealed_seconds: float  # since the oldest row was recorded that no seal covers


@dataclass(frozen=True)
class Measured:
    """Everything at one moment. None: not known, because the part that knows is away."""

    at: datetime
    database: bool
    migrated: bool
    redis: bool
    worker_seen: datetime | None
    queued: int | None
    sockets: dict[str, int] | None
    work: Work | None
    disk_free: int  # bytes where photos are kept
    disk_size: int


def measure(*, at: datetime) -> Measured:
    """Ask every part. Does not raise when one is away: it says so."""
    database, client = _database(), signs.server()
    disk = shutil.disk_usage(_that_exists(settings.DATA_DIR))
    with closing(client) if client else nullcontext():
        return Measured(
            at=at,
            database=database,
            migrated=database and _migrations_applied(),
            redis=client is not None or settings.EMBEDDED,
            worker_seen=signs.worker_seen(client),
            queued=signs.queued(client),
            sockets=_sockets_here() if settings.EMBEDDED else signs.sockets(client),
            work=_work(at) if database else None,
            disk_free=disk.free,
            disk_size=disk.total,
        )


def _sockets_here() -> dict[str, int]:
    found = hub.measured_here()
    return found | {"processes": 1}


def _that_exists(place: Path) -> Path:
    """Return the place, or the nearest above it that is there already."""
    return next(each for each in (place, *place.parents) if each.exists())


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _migrations_applied() -> bool:
    # Asked once: what this process's code needs does not go away again.
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _work(at: datetime) -> Work | None:
    failed = DueStep.objects.filter(done_at=None, void_at=None, retry_at__gt=at)
    # A step that failed holds up the later ones of its own ticket: it is counted by itself.
    due = DueStep.objects.filter(done_at=None, void_at=None, due_at__lte=at).exclude(
        ticket__in=failed.values("ticket")
    )
    photos = Photo.objects.filter(state=Photo.State.WAITING)
    lately = Q(reported_at__gt=at - _HOUR, reported_at__lte=at)
    try:
        return Work(
            reports=Ticket.objects.filter(lately).count(),
            outbox=outbox.lag(at=at),
            steps=_waiting(due, "due_at", at),
            steps_failed=failed.count(),
            photos=_waiting(photos, "added_at", at),
            unsealed_seconds=sealing.behind(at=at),
        )
    except DatabaseError:
        # It answered a moment ago and does no more; or a migration is missing.
        return None


def _waiting(rows: QuerySet[Any], since: str, at: datetime) -> Waiting:
    oldest, count = rows.aggregate(oldest=Min(since))["oldest"], rows.count()
    return Waiting(count, max(0.0, (at - oldest).total_seconds()) if oldest else 0.0)
