"""What the tests of the socket hear."""

import json
import time
from collections import deque
from weakref import WeakKeyDictionary

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.patience import PATIENCE

LINES = ("dot", "gone", "refetch")


# What came together with a frame that was heard: it is heard next.
_left: WeakKeyDictionary[ClientConnection, deque[dict]] = WeakKeyDictionary()
# The newest that was heard of each ticket.
_newest: WeakKeyDictionary[ClientConnection, dict[int, int]] = WeakKeyDictionary()


def hear(socket: ClientConnection, *kinds: str, within: float = PATIENCE) -> dict:
    """Return the next frame that has one of these and is news, passing over the others."""
    left = _left.setdefault(socket, deque())
    end = time.monotonic() + within
    while True:
        while left:
            one = left.popleft()
            if is_news(socket, one) and any(kind in one for kind in kinds):
                return one
        frame = json.loads(socket.recv(timeout=max(end - time.monotonic(), 0.01)))
        left.extend(frame.get("frames", [frame]))


def is_news(socket: ClientConnection, frame: dict) -> bool:
    """Tell whether a screen would take it: what it has already may come once more.

    While a frame is on its way the watch may find that it did not come yet, and send it itself.
    """
    ticket = frame.get("gone") or frame.get("dot", {}).get("id")
    if not ticket:
        return True
    newest = _newest.setdefault(socket, {})
    if frame["sequence"] <= newest.get(ticket, 0):
        return False
    newest[ticket] = frame["sequence"]
    return True


def hears_nothing(socket: ClientConnection, within: float = 0.6) -> bool:
    try:
        hear(socket, *LINES, within=within)
    except TimeoutError:
        return True
    return False


def closing_code(socket: ClientConnection, within: float = PATIENCE) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        read_on(socket, within)
    return closed.value.rcvd.code


def read_on(socket: ClientConnection, patience: float) -> None:
    """Read until nothing comes for so long: then it raises TimeoutError."""
    while True:
        socket.recv(timeout=patience)


def all_until(socket: ClientConnection, sequence: int, within: float = PATIENCE) -> str:
    """Return all that comes, as it comes, until this line of a history has come."""
    end, texts = time.monotonic() + within, []
    while True:
        texts.append(str(socket.recv(timeout=max(end - time.monotonic(), 0.01))))
        frame = json.loads(texts[-1])
        if any(one.get("sequence", 0) >= sequence for one in frame.get("frames", [frame])):
            return "\n".join(texts)


def hear_report(socket: ClientConnection, report, kind, **given) -> dict:
    if socket not in _left:
        hear(socket, "hello")  # whoever was not there yet is not told
    ticket = report(event_type=kind, **given)
    frame = hear(socket, "dot")
    assert frame["dot"]["id"] == ticket.pk
    return frame
