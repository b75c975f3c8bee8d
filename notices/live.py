"""Live frames: tell the open screens that something changed. Best effort, never in anybody's way.

Nothing depends on it: the outbox tells people, and a screen that missed a frame catches up. The
other end is wall/hub.py. A frame goes to the one group that every socket process listens to; the
process itself hands it to its sockets by topic.
"""

import json
import logging
import threading
import time
from collections.abc import Iterable
from typing import Any

import redis
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)

GROUP = "live"
TIMEOUT = 0.3  # seconds that a web request waits for Redis, at most
REST = 5.0  # seconds without a try after a failure


def publish(
    topics: Iterable[str],
    frame: dict[str, Any],
    for_visitors: dict[str, Any] | None = None,
    told: dict[int, int] | None = None,
) -> None:
    """Send the frame to the sockets that listen to any of the topics, once what it tells is true.

    Inside a transaction it waits for the commit; a rollback drops it. Returns nothing and never
    raises: a lost frame is made up for by the hub and by `?since=`.

    :param frame: JSON; its "sequence" lets a screen notice what it missed
    :param for_visitors: what screens before visitors get instead; the frame itself if not given
    :param told: the tickets of a frame for many, each with its newest sequence: the hub need not
        tell of them again
    """
    wanted = sorted(set(topics))
    # A plain function: when a robust callback fails, Django logs its name.
    transaction.on_commit(lambda: _send(wanted, frame, for_visitors, told), robust=True)


def message_of(
    topics: list[str],
    frame: dict[str, Any],
    for_visitors: dict[str, Any] | None = None,
    told: dict[int, int] | None = None,
) -> dict[str, Any]:
    """Return what goes through the channel layer: the frame is serialised here, once for all.

    Outside of the text stands what the hub needs of it: topics, sequence, the ticket's id or 0.
    """
    return {
        "type": "live.frame",
        "topics": topics,
        "sequence": frame.get("sequence", 0),
        "ticket": frame.get("gone") or frame.get("dot", {}).get("id", 0),
        "text": _text(frame),
        # "": there is nothing in the frame that visitors may not see.
        "visitor": _text(for_visitors) if for_visitors else "",
    } | ({"told": [[ticket, sequence] for ticket, sequence in told.items()]} if told else {})


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _send(
    topics: list[str],
    frame: dict[str, Any],
    for_visitors: dict[str, Any] | None = None,
    told: dict[int, int] | None = None,
) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    message = message_of(topics, frame, for_visitors, told)
    # Asked of the class: the Redis layer wants a running loop for any name that it has not.
    if hasattr(type(layer), "post"):
        # The layer in memory: any thread may post to the server's loop.
        layer.post(GROUP, message)
    else:
        _redis.send(layer, message)


class _Redis:
    """One client for the process. After a failure it rests: requests do not queue for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: redis.Redis | None = None
        self._rests_until = 0.0

    def send(self, layer: Any, message: dict[str, Any]) -> None:
        if time.monotonic() < self._rests_until:
            return
        try:
            self._connected(layer).publish(key_of(layer), layer.serialize(message))
        except redis.RedisError as fault:
            # Once for each rest, not once for each frame.
            log.warning("live frames rest for %s s: %s", REST, fault)
            self._rests_until = time.monotonic() + REST

    def _connected(self, layer: Any) -> redis.Redis:
        with self._lock:
            if self._client is None:
                self._client = redis.Redis.from_url(
                    address_of(layer),
                    socket_timeout=TIMEOUT,
                    socket_connect_timeout=TIMEOUT,
                    retry=None,
                )
            return self._client


_redis = _Redis()


def key_of(layer: Any) -> str:
    """Return the Redis channel of our group as channels_redis names it (pinned by a test)."""
    return f"{layer._kwargs.get('prefix', 'asgi')}__group__{GROUP}"


def address_of(layer: Any) -> str:
    """Return the URL of the Redis that the layer uses for our group: its first and only host."""
    host = layer._kwargs["hosts"][0]
    return host["address"] if isinstance(host, dict) else host
