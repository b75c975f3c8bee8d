"""What processes tell each other of themselves, by Redis: who was here, and with what numbers.

Nothing depends on it. Without Redis nothing is told and nothing found.
"""

import json
import os
import socket
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any

import redis
from django.conf import settings

WORKER = "tonglianggov:worker-seen"
SOCKETS = "tonglianggov:sockets:"
QUEUE = "celery"  # the list in which Celery's tasks wait
_TIMEOUT = 1.0  # seconds that a page waits for Redis
# A process that has not told for so long is gone.
FORGOTTEN_AFTER = 30  # seconds

# In the one-process platform the worker is a thread of this very process.
_last_sign: datetime | None = None


def server() -> redis.Redis | None:
    """Return a client of a Redis that answers, None without one. Whoever asks closes it."""
    if settings.EMBEDDED:
        return None
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        decode_responses=True,
    )
    try:
        client.ping()
    except redis.RedisError:
        client.close()
        return None
    return client


def worker_was_here(*, at: datetime) -> None:
    """Note that a worker took a task at `at`. Without Redis nothing is noted."""
    global _last_sign
    _last_sign = at
    if client := server():
        with client:
            client.set(WORKER, at.isoformat(), ex=3600)


def worker_seen(client: redis.Redis | None) -> datetime | None:
    """Return when a worker last took a task, None if that is not known."""
    if settings.EMBEDDED:
        return _last_sign
    sign = _asked(client, lambda known: known.get(WORKER))
    return datetime.fromisoformat(str(sign)) if sign else None


def queued(client: redis.Redis | None) -> int | None:
    """Return how many tasks wait for a worker, None if that is not known."""
    return _asked(client, lambda known: known.llen(QUEUE))


def tell_of_sockets(numbers: dict[str, int]) -> None:
    """Tell what this process's hub has measured. Called in a thread, every some seconds."""
    if client := server():
        name = f"{SOCKETS}{socket.gethostname()}:{os.getpid()}"
        with client, suppress(redis.RedisError):
            client.set(name, json.dumps(numbers), ex=FORGOTTEN_AFTER)


def sockets(client: redis.Redis | None) -> dict[str, int] | None:
    """Return the numbers of all processes that serve sockets, added up; None if not known."""

    def add_up(known: redis.Redis) -> dict[str, int]:
        names = list(known.scan_iter(f"{SOCKETS}*", count=500))
        whole: Counter[str] = Counter({"processes": len(names)})
        for name in names:
            # Gone since it was found: that process is over.
            whole.update(json.loads(str(known.get(name) or "{}")))
        return dict(whole)

    return _asked(client, add_up)


def _asked(client: redis.Redis | None, question: Any) -> Any:
    try:
        return question(client) if client else None
    except redis.RedisError:
        # It answered a moment ago and does no more.
        return None
