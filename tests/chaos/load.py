"""What people do meanwhile: residents report and send again, a department works its tickets off.

Everybody remembers what they were told: what was answered with success must be so ever after.
"""

import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from deploy.native.parts import Stack
from tests.front_door import photo

GRID = "990101001001001"
# Too fast for the moment, or something is just away: asked again.
COME_BACK = {429, 502, 503, 504}
PATIENCE = 15.0  # seconds that anybody waits for an answer
PAUSE = 0.25  # seconds between two of somebody's errands
AGAIN_EVERY, PHOTO_EVERY = 3, 20
STEPS: tuple[dict, ...] = (
    {"move": "sign"},
    {"move": "start"},
    {"move": "resolve", "words": "已修好", "evidence": "现场已复查"},
)


@dataclass
class Memory:
    """What was asked for and what was answered; written by the load, read between the faults."""

    tried: set[str] = field(default_factory=set)
    reports: dict[str, str] = field(default_factory=dict)  # key: number
    phones: dict[str, str] = field(default_factory=dict)  # key: telephone
    moves: set[tuple[str, str]] = field(default_factory=set)  # number, move
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Load:
    """The people, each a thread; they pause when told to, between two errands."""

    def __init__(self, stack: Stack, tokens: dict[str, str], reporters: int = 2) -> None:
        self.stack, self.tokens, self.memory = stack, tokens, Memory()
        self.work: deque[str] = deque()
        self._stop, self._go = threading.Event(), threading.Event()
        self._busy = threading.Semaphore(reporters + 1)
        self._count = reporters + 1
        people = [self._report] * reporters + [self._handle]
        self._threads = [
            threading.Thread(target=self._live, args=(errand,), daemon=True) for errand in people
        ]
        self._go.set()
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Let everybody finish what they are at, and wait for it."""
        self._go.clear()
        for _ in range(self._count):
            assert self._busy.acquire(timeout=PATIENCE * 8), "somebody is never answered"
        for _ in range(self._count):
            self._busy.release()

    def resume(self) -> None:
        """Go on."""
        self._go.set()

    def stop(self) -> None:
        """End it."""
        self._stop.set()
        self._go.set()
        for thread in self._threads:
            thread.join(PATIENCE * 4)

    def _live(self, errand: Callable[[], None]) -> None:
        while not self._stop.is_set():
            self._go.wait()
            with self._busy:
                if self._go.is_set():
                    self._do(errand)
            self._stop.wait(PAUSE)

    def _do(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        except Exception as fault:  # a person who falls silent would look like peace
            self.memory.faults.append(f"{type(fault).__name__}: {fault}")

    def _report(self) -> None:
        key = str(uuid.uuid4())
        number = len(self.memory.tried)
        self.memory.tried.add(key)
        phone = f"139{int(key[:8], 16) % 100_000_000:08d}"
        data = {
            "key": key, "text": "下水道堵了", "area": GRID,
            "event_type": ("0101", "0104")[number % 2], "contact_phone": phone,
        }  # fmt: skip
        files = (
            [("photos", ("a.jpg", photo(), "image/jpeg"))] if number % PHOTO_EVERY == 0 else None
        )
        answer = self._insist("/api/v1/reports/", "", data=data, files=files)
        if answer is None:
            return
        if answer.status_code != 201:
            self.memory.faults.append(f"report: {answer.status_code} {answer.text[:200]}")
            return
        told = answer.json()["number"]
        self.memory.reports[key], self.memory.phones[key] = told, phone
        if number % AGAIN_EVERY == 0:
            again = self._insist("/api/v1/reports/", "", data=data, files=files)
            if again is not None and (again.status_code, again.json().get("number")) != (201, told):
                self.memory.faults.append(f"again: {again.status_code} {again.text[:200]}")
        if data["event_type"] == "0104":
            self.work.append(told)

    def _handle(self) -> None:
        if not self.work:
            return
        number = self.work.popleft()
        for step in STEPS:
            address = f"/api/v1/tickets/{number}/moves/"
            tries: list[int] = []
            answer = self._insist(address, self.tokens["department"], json=step, tries=tries)
            if answer is None:
                return
            # Refused at a second try: the first one was done, its answer was lost.
            done = answer.status_code == 200 or (answer.status_code == 409 and len(tries) > 1)
            if not done:
                self.memory.faults.append(f"{step}: {answer.status_code} {answer.text[:200]}")
                return
            self.memory.moves.add((number, str(step["move"])))

    def _insist(self, path: str, token: str, tries: list[int] | None = None, **more):
        """Ask until there is an answer that is one; None only when everything ends."""
        headers = {"Accept-Language": "en"} | ({"Authorization": f"Token {token}"} if token else {})
        while not self._stop.is_set():
            if tries is not None:
                tries.append(1)
            try:
                answer = requests.post(
                    f"http://127.0.0.1:{self.stack.port}{path}",
                    headers=headers, timeout=PATIENCE, **more,
                )  # fmt: skip
            except requests.RequestException as fault:
                self.memory.answers[type(fault).__name__] += 1
            else:
                self.memory.answers[str(answer.status_code)] += 1
                if answer.status_code not in COME_BACK:
                    return answer
            time.sleep(0.1)
        return None
