"""A live frame goes out exactly as Channels would send it, or not at all: it never hinders."""

import asyncio
import json
import logging
import socket
from uuid import uuid4

import pytest
import redis
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from django.conf import settings
from django.db import transaction

from notices import live
from tests.loops import run_apart
from tests.on_air import on_air  # noqa: F401  a fixture
from tests.patience import PATIENCE

FRAME = {"sequence": 7, "dot": {"id": 3, "number": "CK-1", "area": "990101"}}


@pytest.fixture
def deaf_port():
    """A port that takes connections and never answers: a Redis that hangs."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield server.getsockname()[1]


@pytest.fixture
def over_redis(monkeypatch, dialled):
    """Send over a Redis at this port, with a client of its own; return where it was tried.

    It rests for longer than any test takes.
    """
    monkeypatch.setattr(live, "_redis", live._Redis())
    monkeypatch.setattr(live, "REST", 10 * PATIENCE)

    def use(port: int) -> list[object]:
        layer = RedisPubSubChannelLayer(hosts=[{"address": f"redis://127.0.0.1:{port}"}])
        monkeypatch.setitem(channel_layers.backends, "default", layer)
        return dialled

    return use


def test_the_message_carries_the_frame_ready_to_send():
    message = live.message_of(["990101"], FRAME)

    assert json.loads(message.pop("text")) == FRAME
    assert message == {
        "type": "live.frame", "topics": ["990101"], "sequence": 7, "ticket": 3, "visitor": ""
    }  # fmt: skip


@pytest.mark.parametrize(
    "hosts", [["redis://127.0.0.1:1/2"], [{"address": "redis://127.0.0.1:1/2"}]]
)
def test_the_key_and_the_bytes_are_those_of_the_installed_channels_redis(hosts):
    layer = RedisPubSubChannelLayer(hosts=hosts, prefix="asgi2")

    async def as_channels_does() -> tuple[str, str]:
        inner = RedisPubSubLoopLayer(hosts=hosts, prefix="asgi2", channel_layer=layer)
        return inner._get_group_channel_name(live.GROUP), inner._get_shard(live.GROUP).host[
            "address"
        ]

    assert (live.key_of(layer), live.address_of(layer)) == run_apart(as_channels_does())
    assert layer.deserialize(layer.serialize(FRAME)) == FRAME


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs the lane with Redis")
def test_what_we_publish_arrives_in_a_group_of_channels():
    layer = channel_layers["default"]
    message = live.message_of(["990101"], FRAME)

    async def listen() -> dict:
        channel = await layer.new_channel()
        await layer.group_add(live.GROUP, channel)
        await asyncio.to_thread(live._redis.send, layer, message)
        return await asyncio.wait_for(layer.receive(channel), PATIENCE)

    assert run_apart(listen()) == message


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs the lane with Redis")
def test_a_line_that_redis_has_ended_is_opened_anew():
    line = live._Line(settings.REDIS_URL)
    asker = redis.Redis.from_url(settings.REDIS_URL)
    channel = f"ended-{uuid4()}"
    with asker.pubsub() as heard:
        heard.subscribe(channel)
        assert heard.get_message(timeout=PATIENCE)["type"] == "subscribe"
        line.publish(channel, b"one")
        host, port = line._connection._sock.getsockname()
        assert asker.client_kill_filter(addr=f"{host}:{port}") == 1
        line.publish(channel, b"two")
        line.publish(channel, b"three")

        came = [heard.get_message(timeout=PATIENCE)["data"] for _ in range(3)]

    assert came == [b"one", b"two", b"three"]


def test_a_frame_that_is_not_answered_is_named_with_the_next(over_redis, monkeypatch, caplog):
    class Silent:
        def send_command(self, *words):
            sent.append(words)

        def read_response(self):
            raise redis.TimeoutError("no answer")

    sent: list[tuple] = []
    over_redis(1)
    monkeypatch.setattr(redis.ConnectionPool, "make_connection", lambda pool: Silent())
    layer = channel_layers["default"]
    with caplog.at_level(logging.WARNING, logger="notices.live"):
        for _ in range(3):
            live._redis.send(layer, live.message_of(["990101"], FRAME))

    assert (len(sent), len(caplog.records)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_frame_waits_for_the_commit_and_dies_with_a_rollback(on_air):  # noqa: F811
    with transaction.atomic():
        live.publish(["990101"], FRAME)
        before = list(on_air.frames)
    with transaction.atomic():
        live.publish(["990101"], {"sequence": 8})
        transaction.set_rollback(True)

    assert (before, on_air.frames) == ([], [FRAME])


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_is_down_costs_nothing_and_is_named_once(over_redis, caplog):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        tried = over_redis(probe.getsockname()[1])
        with caplog.at_level(logging.WARNING, logger="notices.live"):
            for _ in range(50):
                live.publish(["990101"], FRAME)

    # Once for all of them: whoever publishes next waits for nobody.
    assert (len(tried), len(caplog.records)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_hangs_is_waited_for_once_and_briefly(over_redis, deaf_port, caplog):
    tried = over_redis(deaf_port)

    for _ in range(50):
        live.publish(["990101"], FRAME)

    assert (len(tried), len(caplog.records)) == (1, 1)
    assert "Timeout" in caplog.text
    assert live.TIMEOUT < 1


@pytest.mark.django_db(transaction=True)
def test_after_its_rest_it_tries_again(over_redis, monkeypatch, caplog):
    monkeypatch.setattr(live, "REST", 0.0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        over_redis(probe.getsockname()[1])
        with caplog.at_level(logging.WARNING, logger="notices.live"):
            for _ in range(3):
                live.publish(["990101"], FRAME)

    assert len(caplog.records) == 3


def test_without_a_server_in_this_process_nobody_listens_and_nothing_happens():
    from tonglianggov.layers import EmbeddedChannelLayer

    EmbeddedChannelLayer().post(live.GROUP, live.message_of(["990101"], FRAME))
