"""What goes over the air, written down instead: the channel layer is the edge of the process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import channel_layers


class Recorder:
    """A channel layer that keeps what is posted to it."""

    def __init__(self) -> None:
        self.heard: list[tuple[list[str], dict[str, Any]]] = []

    def post(self, group: str, message: dict[str, Any]) -> None:
        self.heard.append((message["topics"], json.loads(message["text"])))

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [frame for _topics, frame in self.heard]


@pytest.fixture
def on_air() -> Iterator[Recorder]:
    recorder = Recorder()
    before = channel_layers.set("default", recorder)
    yield recorder
    channel_layers.set("default", before) if before else channel_layers.backends.pop("default")
