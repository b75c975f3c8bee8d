"""One result of the bench: its rounds, its ratio, its goal; and how rounds are taken."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

# The short form, for the tests: that it works and is honest, at sizes that say nothing of speed.
QUICK = os.environ.get("BENCH_QUICK") == "1"
ROUNDS = 2 if QUICK else 5


@dataclass(frozen=True)
class Result:
    """Ours beside a yardstick, round by round, in one unit.

    goal: what the ratio of ours to the yardstick must reach (`at_least`) or not pass; None: there
    is none, the line is there to be read. plan: how the database does it, shown below the table.
    """

    path: str
    what: str
    ours: list[float]
    yardstick: str
    theirs: list[float]
    unit: str
    goal: float | None = None
    at_least: bool = False
    plan: str = ""

    @property
    def rounds(self) -> list[float]:
        return [round(a / b, 3) for a, b in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return round(median(self.rounds), 3)

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    @property
    def said_goal(self) -> str:
        if self.goal is None:
            return "—"
        return f"{'≥' if self.at_least else '≤'} {self.goal:g}"

    def as_json(self) -> dict[str, Any]:
        """Return what bench/results.json holds of it, and what the table shows."""
        return {
            "path": self.path, "ratio": self.ratio, "goal": self.said_goal, "met": self.met,
            "rounds": self.rounds, "what": self.what, "yardstick": self.yardstick,
            "ours": f"{_short(median(self.ours))} {self.unit}",
            "theirs": f"{_short(median(self.theirs))} {self.unit}", "plan": self.plan,
        }  # fmt: skip


def in_turns(*works: Callable[[], object], rounds: int = ROUNDS) -> list[list[float]]:
    """Return each work's times in seconds, all of them done in turns, once before it counts."""
    took: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for work, times in zip(works, took, strict=True):
            start = time.perf_counter()
            work()
            if turn:
                times.append(time.perf_counter() - start)
    return took


def in_ms(seconds: list[float]) -> list[float]:
    return [1000 * one for one in seconds]


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
