"""One listener hands each frame to the screens it concerns, over Redis as in memory."""

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import pytest
import redis
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from notices.live import GROUP, message_of
from tests.loops import apart
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
    hub = Hub()
    town, other = Reader(hub, TOWN), Reader(hub, OTHER)

    for number in range(1, CALM + 31):
        hub.deliver(frame(number, "990101101" if number == 40 else "990101001"))
    at_once = len(town.read)
    await asyncio.sleep(WINDOW * 2)

    *single, together = town.read
    assert at_once == CALM
    assert [one["sequence"] for one in single + together["frames"]] == [
        number for number in range(1, CALM + 31) if number != 40
    ]
    assert together["sequence"] == CALM + 30
    assert [one["sequence"] for one in other.read[0]["frames"]] == [40]


@apart
async def test_a_process_that_cannot_keep_up_sends_even_few_frames_together(monkeypatch):
    hub = Hub()
    town = Reader(hub, TOWN)
    send = hub._send

    def slowly(*given) -> None:
        time.sleep(0.3)
        send(*given)

    monkeypatch.setattr(hub, "_send", slowly)
    for number in range(4):
        hub.deliver(frame(number, "990101001"))
    await asyncio.sleep(WINDOW * 2)

    assert [len(one.get("frames", [one])) for one in town.read] == [1, 1, 2]


@apart
async def test_after_a_burst_it_is_calm_again():
    hub = Hub()
    town = Reader(hub, TOWN)
    for number in range(CALM + 1):
        hub.deliver(frame(number, "990101001"))
    await asyncio.sleep(1.1)

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
    hub = Hub()
    town, other = Reader(hub, TOWN), Reader(hub, OTHER)

    for number in range(CALM + 5):
        hub.deliver(frame(number, "990101001"))
    held = hub.measured()["backlog"]
    await asyncio.sleep(WINDOW * 2)
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


@apart
async def test_the_hub_hears_the_group_over_either_layer(layer):
    hub = Hub()
    reader = Reader(hub, TOWN)
    listening = asyncio.create_task(hub.listen())
    await until(lambda: hub.listening_on)
    await asyncio.sleep(0.2)  # the subscription itself

    await layer.group_send(GROUP, frame(3, "990101001"))
    await until(lambda: reader.read)
    listening.cancel()
    await layer.flush()

    assert reader.read == [{"sequence": 3, "dot": {"id": 3}}]


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
    await until(lambda: hub.listening_on)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)

    for number in range(1, 30):
        with suppress(redis.RedisError):
            await made.group_send(GROUP, frame(number, "990101001"))
        await asyncio.sleep(0.2)
        if reader.read:
            break
    listening.cancel()
    await made.flush()
    await asyncio.to_thread(server.stop)

    assert reader.read != []


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
    await asyncio.sleep(1.2)

    await failing.group_send(GROUP, frame(3, "990101001"))
    await until(lambda: reader.read)
    listening.cancel()

    assert (len(reader.read), hub.counts.losses) == (1, 1)


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
    await asyncio.sleep(0.01)
    here.exit()
    await asyncio.sleep(0.01)
    meanwhile = (len(began), len(ended))
    here.exit()
    await asyncio.sleep(0.01)

    assert (meanwhile, (len(began), len(ended))) == ((1, 0), (1, 1))


async def until(true, within: float = 5.0) -> None:
    end = asyncio.get_running_loop().time() + within
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not happen in time"
        await asyncio.sleep(0.01)
