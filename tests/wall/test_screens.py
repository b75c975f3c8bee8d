"""A slow screen is told to fetch; it never holds up the others."""

import asyncio
import json

import pytest

from tests.loops import apart
from tests.patience import until_so
from wall.screens import BACKLOG, BACKLOG_SIZE, Screen, View, eager, event_of


class Socket:
    """The server's side of a socket: takes what is sent, unless it is full."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.room.set()
        self.taken: list[dict] = []

    async def send(self, event: dict) -> None:
        await self.room.wait()
        self.taken.append(json.loads(event["text"]))


async def nobody() -> None:
    raise AssertionError("nobody asked")


def made() -> tuple[Socket, Screen]:
    """Return a socket and its screen; they belong to the running loop."""
    socket = Socket()
    view = View(frozenset(["990101"]))
    return socket, Screen(send=socket.send, view=view, owner="user:1", recheck=nobody)


@pytest.mark.parametrize(
    ("topics", "within", "seen"),
    [
        (["990101"], "", True),
        (["unit.7"], "", True),
        (["990102"], "", False),
        ([], "", False),
        (["990101", "990101001"], "990101001", True),
        (["990101", "990101002"], "990101001", False),
        (["unit.7"], "990101001", False),
    ],
)
def test_a_view_sees_its_topics_within_its_area(topics, within, seen):
    view = View(frozenset(["990101", "unit.7"]), within)

    assert view.sees(topics) is seen


@apart
async def test_a_screen_that_keeps_up_gets_everything_at_once():
    socket, screen = made()

    for number in range(1000):
        screen.put(event_of({"n": number}))

    assert [frame["n"] for frame in socket.taken] == list(range(1000))
    assert screen.keeps_up


@apart
async def test_a_screen_that_is_briefly_slow_gets_everything_in_order():
    socket, screen = made()
    socket.room.clear()
    for number in range(BACKLOG):
        screen.put(event_of({"n": number}))
    held = list(socket.taken)
    socket.room.set()
    await until_so(lambda: screen.keeps_up)

    screen.put(event_of({"n": BACKLOG}))

    assert held == []
    assert [frame["n"] for frame in socket.taken] == list(range(BACKLOG + 1))


@apart
async def test_a_screen_that_is_too_slow_is_told_to_fetch_and_then_keeps_up():
    socket, screen = made()
    socket.room.clear()
    for number in range(BACKLOG * 3):
        screen.put(event_of({"n": number}))
    socket.room.set()
    await until_so(lambda: screen.keeps_up)

    screen.put(event_of({"n": "after"}))

    # The first was on its way when the socket filled up.
    assert socket.taken == [{"n": 0}, {"refetch": True}, {"n": "after"}]


@apart
async def test_what_waits_for_a_slow_screen_is_bounded_in_size_too():
    socket, screen = made()
    socket.room.clear()
    for number in range(5):
        screen.put(event_of({"n": number, "filling": "x" * (BACKLOG_SIZE // 3)}))
    backlog = screen.backlog
    socket.room.set()
    await until_so(lambda: screen.keeps_up)

    assert (backlog, screen.backlog, screen.resyncs) == (0, 0, 1)
    assert [frame.get("n", "fetch") for frame in socket.taken] == [0, "fetch"]


@apart
async def test_a_closed_socket_is_no_error():
    _socket, screen = made()

    async def closed(event: dict) -> None:
        raise RuntimeError("closed")

    screen._send = closed
    screen.put(event_of({}))

    assert screen.keeps_up


@apart
async def test_an_awaitable_that_does_not_wait_is_done_at_once():
    done = []

    async def act() -> None:
        done.append(1)

    assert (eager(act()), done) == (None, [1])


@apart
async def test_an_awaitable_that_waits_goes_on_later_and_hears_of_its_end():
    gate, seen = asyncio.Event(), []

    async def act() -> None:
        try:
            await gate.wait()
            await asyncio.sleep(0)
            seen.append("through")
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    task = asyncio.ensure_future(eager(act()))
    await asyncio.sleep(0)
    gate.set()
    await until_so(lambda: seen)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert seen == ["through", "cancelled"]


@apart
async def test_what_an_awaitable_raises_after_waiting_is_raised():
    async def act() -> None:
        await asyncio.sleep(0)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await eager(act())
