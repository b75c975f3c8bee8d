"""Live frames: tell the open screens that something changed. Best effort, never in anybody's way.

Nothing depends on it: the outbox tells people, and a screen that missed a frame catches up. The
other end is wall/hub.py. A frame goes to the one group that every socket process listens to; the
process itself hands it to its sockets by topic.
"""

import json
import logging
import os
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
    """A line to Redis for each thread. After a failure all rest: requests do not queue for it."""

    def __init__(self) -> None:
        self._kept = threading.local()
        self._rests_until = 0.0

    def send(self, layer: Any, message: dict[str, Any]) -> None:
        if time.monotonic() < self._rests_until:
            return
        try:
            self._line(layer).publish(key_of(layer), layer.serialize(message))
        except redis.RedisError as fault:
            # Once for each rest, not once for each frame.
            log.warning("live frames rest for %s s: %s", REST, fault)
            self._rests_until = time.monotonic() + REST

    def _line(self, layer: Any) -> "_Line":
        line: _Line | None = getattr(self._kept, "line", None)
        if line is None or line.process != os.getpid():
            line = self._kept.line = _Line(address_of(layer))
        return line


class _Line:
    """A connection of one thread. Redis's answer to a frame is heard when the next one goes out:
    by then it has come, and nobody waits for it.
    """

    def __init__(self, address: str) -> None:
        self.process = os.getpid()
        self._connection = redis.ConnectionPool.from_url(
            address, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=None
        ).make_connection()
        self._unheard = False

    def publish(self, channel: str, message: bytes) -> None:
        """Send a frame, over a new line if Redis has ended this one meanwhile.

        :raises redis.RedisError: if it does not go out, or the one before was not answered
        """
        if self._unheard:
            self._unheard = False
            self._hear()
        self._connection.send_command("PUBLISH", channel, message)
        self._unheard = True

    def _hear(self) -> None:
        """Take the answer to the frame before. A line that has ended is opened by the next."""
        try:
            self._connection.read_response()
            # After the answer comes nothing but the line's end.
            ended = self._connection.can_read()
        except redis.ConnectionError as fault:
            log.info("the line for live frames has ended: %s", fault)
            ended = True
        if ended:
            self._connection.disconnect()


_redis = _Redis()


def key_of(layer: Any) -> str:
    """Return the Redis channel of our group as channels_redis names it (pinned by a test)."""
    return f"{layer._kwargs.get('prefix', 'asgi')}__group__{GROUP}"


def address_of(layer: Any) -> str:
    """Return the URL of the Redis that the layer uses for our group: its first and only host."""
    host = layer._kwargs["hosts"][0]
    return host["address"] if isinstance(host, dict) else host
