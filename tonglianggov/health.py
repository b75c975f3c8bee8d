"""Is the platform alive, and is each of its parts ready?"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tonglianggov.operations.measures import Measured, measure

# How old the worker's last sign, and the oldest of what waits for it, may be.
WORKER_SILENT_AFTER = timedelta(seconds=60)
OUTBOX_LATE_AFTER = timedelta(minutes=2)
STEPS_LATE_AFTER = timedelta(minutes=5)
PHOTOS_LATE_AFTER = timedelta(minutes=5)
SEALS_LATE_AFTER = timedelta(minutes=5)
# With less than this photos will soon be refused.
DISK_FULL_BELOW = 256 * 1024 * 1024  # bytes


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


def state(*, at: datetime) -> dict[str, dict[str, Any]]:
    """Return {part: {"ok": bool, ...}} for all parts."""
    return state_of(measure(at=at))


def state_of(found: Measured) -> dict[str, dict[str, Any]]:
    """Return {part: {"ok": bool, ...}} as these numbers have it."""
    seen, work = found.worker_seen, found.work
    broker: dict[str, Any] = {"ok": found.redis, "queued": found.queued}
    if settings.EMBEDDED:
        # In one process nothing waits in a broker.
        broker = {"ok": True}
    return {
        "database": {"ok": found.database},
        "migrations": {"ok": found.migrated},
        "channel_layer": {"ok": found.redis},
        "broker": broker,
        "worker": {
            "ok": seen is not None and found.at - seen <= WORKER_SILENT_AFTER,
            "last_seen": seen.isoformat() if seen else None,
        },
        "outbox": _late(work.outbox.seconds if work else None, OUTBOX_LATE_AFTER),
        "due_steps": _late(work.steps.seconds if work else None, STEPS_LATE_AFTER),
        "photos": _late(work.photos.seconds if work else None, PHOTOS_LATE_AFTER),
        "seals": _late(work.unsealed_seconds if work else None, SEALS_LATE_AFTER),
        "disk": {"ok": found.disk_free >= DISK_FULL_BELOW, "free_bytes": found.disk_free},
    }


def _late(seconds: float | None, after: timedelta) -> dict[str, Any]:
    if seconds is None:
        return {"ok": False, "lag_seconds": None}
    return {"ok": seconds <= after.total_seconds(), "lag_seconds": round(seconds)}
