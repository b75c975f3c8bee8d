"""One socket as the hub sees it: sent to without waiting, with a bounded backlog if it is slow."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

# What is kept for a socket that is slow: so many frames, of so many characters together.
BACKLOG, BACKLOG_SIZE = 200, 1_000_000

Event = dict[str, Any]
Send = Callable[[Event], Awaitable[None]]


@dataclass(frozen=True)
class View:
    """What a socket listens to: topics, and the area that it is narrowed to ("": all).

    visitor: it hears what strangers may see.
    """

    topics: frozenset[str]
    within: str = ""
    visitor: bool = False

    def text_of(self, message: Event) -> str:
        """Return the frame of a message as this view may hear it."""
        return (message["visitor"] if self.visitor else "") or message["text"]

    def sees(self, topics: Sequence[str]) -> bool:
        """Tell whether a frame with these topics concerns this view."""
        if self.within and self.within not in topics:
            return False
        return not self.topics.isdisjoint(topics)


class _Rest:
    """The rest of an awaitable that was run up to its first suspension."""

    def __init__(self, steps: Generator, waits_for: Any) -> None:
        self._steps, self._waits_for = steps, waits_for

    def __await__(self) -> Generator:
        waits_for = self._waits_for
        while True:
            try:
                answer = yield waits_for
            except GeneratorExit:
                self._steps.close()
                raise
            except BaseException as fault:  # cancelled, most likely: the awaitable shall know
                try:
                    waits_for = self._steps.throw(fault)
                except StopIteration:
                    return
            else:
                try:
                    waits_for = self._steps.send(answer)
                except StopIteration:
                    return


def eager(awaitable: Awaitable[None]) -> Awaitable[None] | None:
    """Run an awaitable up to its first suspension; return None if it finished, else the rest.

    Sending to a socket that keeps up never suspends, so it needs no task.
    """
    steps = awaitable.__await__()
    try:
        waits_for = steps.send(None)
    except StopIteration:
        return None
    return _Rest(steps, waits_for)


def event_of(frame: dict[str, Any]) -> Event:
    """Return a frame as the server's send() takes it."""
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    return {"type": "websocket.send", "text": text}


class Screen:
    """A socket that was let in.

    :param owner: whose it is, as Scope.owner has it
    :param recheck: asks again whether its owner may still be here, and acts on the answer
    """

    def __init__(
        self, *, send: Send, view: View, owner: str, recheck: Callable[[], Awaitable[None]]
    ) -> None:
        self.view = view
        self.owner = owner
        self.recheck = recheck
        self.checked_at = asyncio.get_running_loop().time()
        self._send = send
        self._waiting: deque[Event] | None = None  # None: it keeps up
        self._waiting_size = 0
        self._behind = False
        self.resyncs = 0  # how often it was so slow that it was told to fetch
        self._draining: asyncio.Task | None = None

    @property
    def keeps_up(self) -> bool:
        return self._waiting is None

    @property
    def backlog(self) -> int:
        """How many frames wait for it."""
        return len(self._waiting or ())

    def put(self, event: Event) -> None:
        """Send without waiting; if the socket is full keep a little, beyond that one "fetch"."""
        if self._waiting is not None:
            self._keep(event)
            return
        try:
            rest = eager(self._send(event))
        except (OSError, RuntimeError):
            # Just closed; the server tells the consumer.
            return
        if rest is not None:
            self._waiting = deque()
            self._draining = asyncio.ensure_future(self._drain(rest))

    def _keep(self, event: Event) -> None:
        assert self._waiting is not None
        size = self._waiting_size + len(event["text"])
        if self._behind or len(self._waiting) >= BACKLOG or size > BACKLOG_SIZE:
            self._waiting.clear()
            self._waiting_size = 0
            self.resyncs += not self._behind
            self._behind = True
        else:
            self._waiting.append(event)
            self._waiting_size = size

    async def _drain(self, rest: Awaitable[None]) -> None:
        with suppress(OSError, RuntimeError):
            await rest
            while self._waiting or self._behind:
                if self._waiting:
                    event = self._waiting.popleft()
                    self._waiting_size -= len(event["text"])
                    await self._send(event)
                else:
                    self._behind = False
                    await self._send(event_of({"refetch": True}))
            self._waiting = None

    def leave(self) -> None:
        """The socket is gone: what waits for it is dropped."""
        if self._draining:
            self._draining.cancel()
