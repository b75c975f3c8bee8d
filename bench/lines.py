"""One line of the table, and how its numbers are taken."""

import time
from collections.abc import Callable
from statistics import median

ROUNDS = 5


def in_turns(*works: Callable[[], None]) -> list[float]:
    """Return each work's median time in seconds, all of them done in turns ROUNDS times."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, times in zip(works, took, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [median(times) for times in took]


def line(*, what: str, ours: float, yardstick: str, theirs: float, unit: str, goal: str) -> str:
    """Return a row of the table. `ours` and `theirs` in the unit; the ratio is ours to theirs."""
    ratio = ours / theirs
    return (
        f"| {what} | {ours:.1f} {unit} | {yardstick}: {theirs:.1f} {unit} | {ratio:.2f} | {goal} |"
    )
