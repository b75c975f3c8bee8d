"""Is the platform alive, and is each of its parts ready?"""

from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notices.models import Notice

# How old the worker's last sign, and the oldest undelivered notice, may be.
WORKER_SILENT_AFTER = timedelta(seconds=60)
OUTBOX_LATE_AFTER = timedelta(minutes=2)

SIGN = "tonglianggov:worker-seen"
# In the one-process platform the worker is a thread of this very process.
_last_sign: datetime | None = None
_migrated = False


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Each part's state. 503 only without database or migrations; else 200, ok or degraded."""
    parts = state(at=timezone.now())
    if not (parts["database"]["ok"] and parts["migrations"]["ok"]):
        return JsonResponse({"status": "unavailable", "parts": parts}, status=503)
    whole = "ok" if all(part["ok"] for part in parts.values()) else "degraded"
    return JsonResponse({"status": whole, "parts": parts})


def state(*, at: datetime) -> dict[str, dict]:
    """Return {part: {"ok": bool, ...}} for the six parts."""
    database = _database()
    server = _server()
    broker_ok = server is not None or settings.EMBEDDED
    seen = _worker_seen(server)
    worker = {
        "ok": seen is not None and at - seen <= WORKER_SILENT_AFTER,
        "last_seen": seen.isoformat() if seen else None,
    }
    return {
        "database": {"ok": database},
        "migrations": {"ok": database and _migrations_applied()},
        "channel_layer": {"ok": broker_ok},
        "broker": {"ok": broker_ok},
        "worker": worker,
        "outbox": _outbox(at) if database else {"ok": False, "lag_seconds": None},
    }


def worker_was_here(*, at: datetime) -> None:
    """Note that a worker took a task at `at`. Without Redis nothing is noted."""
    global _last_sign
    _last_sign = at
    if server := _server():
        server.set(SIGN, at.isoformat(), ex=3600)


def _server() -> redis.Redis | None:
    """Return a client of a Redis that answers, None without one."""
    if settings.EMBEDDED:
        return None
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
    )
    try:
        client.ping()
    except redis.RedisError:
        client.close()
        return None
    return client


def _worker_seen(server: redis.Redis | None) -> datetime | None:
    if settings.EMBEDDED:
        return _last_sign
    try:
        sign = server.get(SIGN) if server else None
    except redis.RedisError:
        # It answered a moment ago and does no more.
        return None
    return datetime.fromisoformat(str(sign)) if sign else None


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


def _outbox(at: datetime) -> dict:
    try:
        oldest = (
            Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=at)
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
    except DatabaseError:
        return {"ok": False, "lag_seconds": None}
    lag = at - oldest if oldest else timedelta()
    return {"ok": lag <= OUTBOX_LATE_AFTER, "lag_seconds": round(lag.total_seconds())}
