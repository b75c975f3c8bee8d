"""A wall without a screen: it hears and asks as static/js/wall/link.js and store.js do."""

import json
import threading
import time
from typing import Any

import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from deploy.native.parts import Stack

SILENCE = 25.0  # seconds: two heartbeats and a half
# What a dot is; its light turns with the time by itself.
SEEN = ("version", "stage", "area", "lat", "lng", "type", "star")


def look_of(dot: dict[str, Any]) -> tuple:
    return tuple(dot[name] for name in SEEN)


def ask(stack: Stack, token: str, since: int = 0) -> dict[str, Any] | None:
    """Return the dots' answer; None if there is none now."""
    try:
        answer = requests.get(
            f"http://127.0.0.1:{stack.port}/api/v1/wall/dots/",
            params={"since": since} if since else {},
            headers={"Authorization": f"Token {token}"},
            timeout=15,
        )
        return answer.json() if answer.status_code == 200 else None
    except requests.RequestException:
        return None


class Screen(threading.Thread):
    """One wall; `dots` is what it shows."""

    def __init__(self, stack: Stack, token: str) -> None:
        super().__init__(daemon=True)
        self.stack, self.token = stack, token
        self.dots: dict[int, dict[str, Any]] = {}
        self.gone: dict[int, int] = {}
        self.sequence = 0
        self.cuts = 0
        self._stop_it = threading.Event()
        self._lock = threading.Lock()
        self.start()

    def stop(self) -> None:
        """Switch it off."""
        self._stop_it.set()

    def looks(self) -> dict[int, tuple]:
        """Return what it shows now, by id."""
        with self._lock:
            return {pk: look_of(dot) for pk, dot in self.dots.items()}

    def run(self) -> None:
        while not self._stop_it.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException):
                self.cuts += 1
                self._ask()
                self._stop_it.wait(0.3)

    def _listen(self) -> None:
        address = f"ws://127.0.0.1:{self.stack.port}/ws/wall/"
        with connect(address, compression=None, open_timeout=15, close_timeout=1) as socket:
            socket.send(json.dumps({"token": self.token}))
            heard = time.monotonic()
            while not self._stop_it.is_set():
                try:
                    frame = json.loads(socket.recv(timeout=0.5))
                except TimeoutError:
                    if time.monotonic() - heard > SILENCE:
                        raise OSError("silent") from None
                    continue
                heard = time.monotonic()
                self._read(frame)

    def _read(self, frame: dict[str, Any]) -> None:
        if frame.get("hello") or frame.get("refetch"):
            self._ask()
        with self._lock:
            for one in frame.get("frames", [frame]):
                self._hear(one)

    def _ask(self) -> None:
        answer = ask(self.stack, self.token, self.sequence)
        if answer is None:
            return
        with self._lock:
            for dot in answer["dots"]:
                self._put(dot, answer["sequence"])
            for one in answer["gone"]:
                self._remove(one["id"], one["version"])
            if answer["complete"]:
                all_ids = {dot["id"] for dot in answer["dots"]}
                for pk in [pk for pk in self.dots if pk not in all_ids]:
                    if self.dots[pk]["heard"] <= answer["sequence"]:
                        del self.dots[pk]
            self.sequence = max(self.sequence, answer["sequence"])

    def _hear(self, frame: dict[str, Any]) -> None:
        self.sequence = max(self.sequence, frame.get("sequence") or 0)
        if "dot" in frame:
            self._put(frame["dot"], frame["sequence"])
        elif frame.get("gone"):
            self._remove(frame["gone"], frame["version"])

    def _put(self, dot: dict[str, Any], sequence: int) -> None:
        known = self.dots.get(dot["id"])
        if known and known["version"] > dot["version"]:
            return
        if self.gone.get(dot["id"], -1) > dot["version"]:
            return
        self.gone.pop(dot["id"], None)
        heard = max(sequence, known["heard"] if known else 0)
        self.dots[dot["id"]] = {**dot, "heard": heard}

    def _remove(self, pk: int, version: int) -> None:
        known = self.dots.get(pk)
        if known and known["version"] > version:
            return
        self.gone[pk] = max(version, self.gone.get(pk, -1))
        self.dots.pop(pk, None)
