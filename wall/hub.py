"""One listener for all sockets of a process (limits.md B5).

The hub takes each frame from the channel layer once, already serialised, and hands the same text
to every socket whose view it concerns. Above a rate that an eye could follow, frames go out
together. It works alike over Redis and in memory, and a test shows it.
"""

import asyncio
import logging
import weakref
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any

import redis
from channels.layers import get_channel_layer

from notices.live import GROUP
from wall.screens import Screen, View, event_of

log = logging.getLogger(__name__)

CALM = 20  # frames a second that go out one by one
WINDOW = 0.1  # seconds that frames are gathered above that
# Share of its time that a process may spend on sending them one by one: beyond it frames wait for
# each other inside the process, and are better sent together, however few they are.
MOST_SPENT = 0.5
ANSWERS_WITHIN = 1.0  # seconds that whoever asks for the counts waits
MOST = 6000  # sockets of one process
MOST_WAITING = 200  # of people who have yet to say who they are


@dataclass
class Counts:
    """What the hub has done since the process began. Numbers only, for whoever measures it."""

    frames: int = 0  # that came over the channel layer, or were put on the air by the watch
    gathered: int = 0  # of them went out together with others
    sent: int = 0  # to sockets: one for each socket
    characters: int = 0  # of these
    resyncs: int = 0  # sockets so slow that they were told to fetch; of those that have left
    losses: int = 0  # of the channel layer


class Hub:
    """All sockets of this process, by what they listen to."""

    def __init__(self) -> None:
        self.sequence = 0
        self.counts = Counts()
        # The newest sequence that went out about a ticket; who watches the database prunes it.
        self.heard: dict[int, int] = {}
        self.listening_on = ""
        self._views: dict[View, set[Screen]] = {}
        self._held: list[dict[str, Any]] = []
        # When the last frames went out by themselves, and how long that took.
        self._times: deque[float] = deque(maxlen=CALM)
        self._spent: deque[tuple[float, float]] = deque(maxlen=CALM)
        self._gathering: asyncio.TimerHandle | None = None

    def screens(self) -> list[Screen]:
        """Return all sockets of this process."""
        return [screen for screens in self._views.values() for screen in screens]

    def measured(self) -> dict[str, int]:
        """Return the counts, and how it stands now: sockets, slow ones, frames that wait."""
        screens = self.screens()
        resyncs = self.counts.resyncs + sum(screen.resyncs for screen in screens)
        return asdict(self.counts) | {
            "resyncs": resyncs,
            "sockets": len(screens),
            "slow": sum(not screen.keeps_up for screen in screens),
            "backlog": sum(screen.backlog for screen in screens) + len(self._held),
        }

    @property
    def full(self) -> bool:
        """Whether this process serves as many sockets as it should."""
        return sum(len(screens) for screens in self._views.values()) >= MOST

    def add(self, screen: Screen) -> None:
        """Let the screen hear what its view concerns from now on."""
        self._views.setdefault(screen.view, set()).add(screen)

    def discard(self, screen: Screen) -> None:
        """Forget the screen."""
        screen.leave()
        if screen in self._views.get(screen.view, ()):
            self.counts.resyncs += screen.resyncs
        self._drop(screen)

    def turn(self, screen: Screen, view: View) -> None:
        """Let the screen hear another view from now on; what it missed of that, it must fetch."""
        if view != screen.view:
            self._drop(screen)
            screen.view = view
            self.add(screen)
            screen.put(event_of({"refetch": True, "sequence": self.sequence}))

    def _drop(self, screen: Screen) -> None:
        screens = self._views.get(screen.view)
        if screens:
            screens.discard(screen)
            if not screens:
                del self._views[screen.view]

    async def listen(self) -> None:
        """Take frames from the channel layer until cancelled; survive whatever happens to it."""
        while True:
            try:
                layer = get_channel_layer()
                channel = self.listening_on = await layer.new_channel("hub")
                await self.stay_listening()
                while True:
                    self.deliver(await layer.receive(channel))
            except (redis.RedisError, OSError, RuntimeError) as fault:
                self.counts.losses += 1
                log.warning("the hub lost its channel layer and tries again: %s", fault)
                await asyncio.sleep(1)

    async def stay_listening(self) -> None:
        """Join the group, again and again: the layer in memory forgets members after a day."""
        if self.listening_on:
            await get_channel_layer().group_add(GROUP, self.listening_on)

    def deliver(self, message: dict[str, Any]) -> None:
        """Hand a message of notices.live to the sockets it concerns, at once while it is calm."""
        ticket, sequence = message["ticket"], message["sequence"]
        told = [[ticket, sequence]] if ticket else message.get("told", [])
        for one, newest in told:
            self.heard[one] = max(newest, self.heard.get(one, 0))
        self.sequence = max(sequence, self.sequence)
        self.counts.frames += 1
        loop = asyncio.get_running_loop()
        began = loop.time()
        busy = self._is_busy(began)
        self._times.append(began)
        if busy or self._held:
            self._held.append(message)
            self._gathering = self._gathering or loop.call_later(WINDOW, self._flush)
            return
        for view, screens in self._views.items():
            if view.sees(message["topics"]):
                self._send(view.text_of(message), screens)
        ended = loop.time()
        self._spent.append((ended, ended - began))

    def _is_busy(self, now: float) -> bool:
        """Tell whether more came in the last second than an eye follows, or we keep up with."""
        many = len(self._times) == CALM and now - self._times[0] < 1
        return many or sum(took for at, took in self._spent if now - at < 1) > MOST_SPENT

    def _flush(self) -> None:
        held, self._held, self._gathering = self._held, [], None
        self.counts.gathered += len(held)
        for view, screens in self._views.items():
            texts = [view.text_of(m) for m in held if view.sees(m["topics"])]
            if texts:
                # The texts are JSON already.
                text = f'{{"sequence":{self.sequence},"frames":[{",".join(texts)}]}}'
                self._send(text, screens)

    def _send(self, text: str, screens: set[Screen]) -> None:
        event = {"type": "websocket.send", "text": text}
        for screen in screens:
            screen.put(event)
        self.counts.sent += len(screens)
        self.counts.characters += len(text) * len(screens)

    def say(self, frame: dict[str, Any]) -> None:
        """Send a frame to every socket of this process."""
        event = event_of(frame)
        for screen in self.screens():
            screen.put(event)


class Running:
    """A hub with the tasks that keep it going: they run while it has a socket."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.ready = asyncio.Event()
        self.waiting = 0  # sockets whose token has not come yet
        self._tasks: list[asyncio.Task] = []
        self._used_by = 0

    def enter(self, work: Callable[["Running"], list[Coroutine[Any, Any, None]]]) -> None:
        """One more socket; the first starts the work: what runs beside listening."""
        self._used_by += 1
        if self._used_by == 1:
            self._tasks = [asyncio.create_task(step) for step in (self.hub.listen(), *work(self))]

    def exit(self) -> None:
        """One socket less; the last stops the work."""
        self._used_by -= 1
        if self._used_by == 0:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            self.ready.clear()


_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Running]" = weakref.WeakKeyDictionary()


def running() -> Running:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Running())


def measured_here() -> dict[str, int]:
    """Return what this process's hubs have measured, added up. Asked by another thread than theirs.

    A loop that does not come to answer within a second is left out.
    """

    async def ask() -> dict[str, int]:
        return running().hub.measured()

    whole: Counter[str] = Counter()
    for loop in [loop for loop in list(_hubs) if loop.is_running()]:
        try:
            whole.update(asyncio.run_coroutine_threadsafe(ask(), loop).result(ANSWERS_WITHIN))
        except TimeoutError:
            log.warning("a hub did not say within %s s what it measures", ANSWERS_WITHIN)
    return dict(whole)
