"""One listener hands each frame to the screens it concerns, over Redis as in memory."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
import redis
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from notices.live import GROUP, message_of
from tests.loops import apart
from tests.patience import until_so
from tonglianggov.layers import EmbeddedChannelLayer
from wall.hub import CALM, WINDOW, Hub, running
from wall.screens import Screen, View

TOWN, OTHER = View(frozenset(["990101001"])), View(frozenset(["990101101"]))


class Reader:
    """A screen that keeps up, and what it read."""

    def __init__(self, hub: Hub, view: View) -> None:
        self.read: list[dict] = []
        self.screen = Screen(send=self._take, view=view, owner="user:1", recheck=self._stay)
        hub.add(self.screen)

    async def _take(self, event: dict) -> None:
        self.read.append(json.loads(event["text"]))

    async def _stay(self) -> None:
        return None


class Clock:
    """The running loop's clock, which stands still but for what it is moved by."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.now = loop.time()
        loop.time = lambda: self.now  # type: ignore[method-assign]

    async def go_on(self, seconds: float) -> None:
        """Let this time pass, and what was due meanwhile happen."""
        self.now += seconds
        for _turn in range(3):
            await asyncio.sleep(0)


def frame(number: int, *topics: str) -> dict:
    return message_of(list(topics), {"sequence": number, "dot": {"id": number}})


@apart
async def test_a_frame_reaches_the_screens_it_concerns_once():
    hub = Hub()
    town, other = Reader(hub, TOWN), Reader(hub, OTHER)

    hub.deliver(frame(5, "990101", "990101001"))

    assert (town.read, other.read) == ([{"sequence": 5, "dot": {"id": 5}}], [])
    assert (hub.sequence, hub.heard) == (5, {5: 5})


@apart
async def test_above_a_calm_rate_frames_go_out_together_and_none_is_lost():
    clock, hub = Clock(), Hub()
    town, other = Reader(hub, TOWN), Reader(hub, OTHER)

    for number in range(1, CALM + 31):
        hub.deliver(frame(number, "990101101" if number == 40 else "990101001"))
    at_once = len(town.read)
    await clock.go_on(WINDOW * 2)

    *single, together = town.read
    assert at_once == CALM
    assert [one["sequence"] for one in single + together["frames"]] == [
        number for number in range(1, CALM + 31) if number != 40
    ]
    assert together["sequence"] == CALM + 30
    assert [one["sequence"] for one in other.read[0]["frames"]] == [40]


@apart
async def test_a_process_that_cannot_keep_up_sends_even_few_frames_together(monkeypatch):
    clock, hub = Clock(), Hub()
    town = Reader(hub, TOWN)
    send = hub._send

    def slowly(*given) -> None:
        clock.now += 0.3
        send(*given)

    monkeypatch.setattr(hub, "_send", slowly)
    for number in range(4):
        hub.deliver(frame(number, "990101001"))
    await clock.go_on(WINDOW * 2)

    assert [len(one.get("frames", [one])) for one in town.read] == [1, 1, 2]


@apart
async def test_after_a_burst_it_is_calm_again():
    clock, hub = Clock(), Hub()
    town = Reader(hub, TOWN)
    for number in range(CALM + 1):
        hub.deliver(frame(number, "990101001"))
    await clock.go_on(1.1)

    hub.deliver(frame(99, "990101001"))

    assert town.read[-1] == {"sequence": 99, "dot": {"id": 99}}


@apart
async def test_who_turns_to_another_view_is_told_to_fetch():
    hub = Hub()
    reader = Reader(hub, TOWN)

    hub.turn(reader.screen, TOWN)
    hub.turn(reader.screen, OTHER)
    hub.deliver(frame(1, "990101001"))
    hub.deliver(frame(2, "990101101"))

    assert reader.read == [{"refetch": True, "sequence": 0}, {"sequence": 2, "dot": {"id": 2}}]


@apart
async def test_who_left_hears_nothing():
    hub = Hub()
    reader = Reader(hub, TOWN)

    hub.discard(reader.screen)
    hub.deliver(frame(1, "990101001"))

    assert (reader.read, hub.screens()) == ([], [])


@apart
async def test_the_hub_counts_what_it_does():
    clock, hub = Clock(), Hub()
    town, other = Reader(hub, TOWN), Reader(hub, OTHER)

    for number in range(CALM + 5):
        hub.deliver(frame(number, "990101001"))
    held = hub.measured()["backlog"]
    await clock.go_on(WINDOW * 2)
    hub.discard(other.screen)
    hub.discard(other.screen)

    characters = sum(
        len(json.dumps(one, ensure_ascii=False, separators=(",", ":"))) for one in town.read
    )
    assert held == 5
    assert hub.measured() == {
        "frames": CALM + 5, "gathered": 5, "sent": CALM + 1, "characters": characters,
        "resyncs": 0, "losses": 0, "sockets": 1, "slow": 0, "backlog": 0,
    }  # fmt: skip


@pytest.fixture(params=["memory", "redis"])
def layer(request, monkeypatch) -> Any:
    if request.param == "redis":
        if not settings.REDIS_URL:
            pytest.skip("needs the lane with Redis")
        made = RedisPubSubChannelLayer(hosts=[settings.REDIS_URL])
    else:
        made = EmbeddedChannelLayer()
    monkeypatch.setitem(channel_layers.backends, "default", made)
    return made


async def sent_until_read(layer: Any, reader: Reader) -> None:
    """Say the same again and again: whoever does not listen yet misses it."""
    for _turn in range(600):
        with suppress(redis.RedisError):
            await layer.group_send(GROUP, frame(3, "990101001"))
        await asyncio.sleep(0.1)
        if reader.read:
            return
    raise AssertionError("nobody listens")


@apart
async def test_the_hub_hears_the_group_over_either_layer(layer):
    hub = Hub()
    reader = Reader(hub, TOWN)
    listening = asyncio.create_task(hub.listen())

    await sent_until_read(layer, reader)
    listening.cancel()
    await layer.flush()

    assert reader.read[0] == {"sequence": 3, "dot": {"id": 3}}


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs the lane with Redis")
@apart
async def test_a_redis_that_restarts_is_heard_again(monkeypatch, tmp_path):
    from tests.plumbing.programs import Redis

    server = Redis(tmp_path)
    made = RedisPubSubChannelLayer(hosts=[{"address": server.url, "socket_timeout": None}])
    monkeypatch.setitem(channel_layers.backends, "default", made)
    hub = Hub()
    reader = Reader(hub, TOWN)
    listening = asyncio.create_task(hub.listen())
    await sent_until_read(made, reader)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)

    reader.read.clear()
    await sent_until_read(made, reader)
    listening.cancel()
    await made.flush()
    await asyncio.to_thread(server.stop)

    assert reader.read[0]["sequence"] == 3


@apart
async def test_the_hub_survives_a_layer_that_fails(monkeypatch):
    class Failing(EmbeddedChannelLayer):
        fails = 1

        async def receive(self, channel: str) -> dict:
            if self.fails:
                self.fails -= 1
                raise ConnectionResetError("away")
            return await super().receive(channel)

    failing = Failing()
    monkeypatch.setitem(channel_layers.backends, "default", failing)
    hub = Hub()
    reader = Reader(hub, TOWN)
    listening = asyncio.create_task(hub.listen())

    await sent_until_read(failing, reader)
    listening.cancel()

    assert hub.counts.losses == 1


@apart
async def test_the_work_runs_while_there_is_a_socket(monkeypatch):
    monkeypatch.setitem(channel_layers.backends, "default", EmbeddedChannelLayer())
    began, ended = [], []

    async def work() -> None:
        began.append(1)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(1)

    here = running()
    here.enter(lambda _running: [work()])
    here.enter(lambda _running: [work()])
    await until_so(lambda: began)
    here.exit()
    await asyncio.sleep(0.01)
    meanwhile = (len(began), len(ended))
    here.exit()
    await until_so(lambda: ended)

    assert (meanwhile, (len(began), len(ended))) == ((1, 0), (1, 1))
