"""What came of many requests; and how many there shall be: `make chaos` sends more."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

# How many times the usual number; which dice; where to write down what came of it.
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
DICE = int(os.environ.get("FUZZ_DICE", "1"))
KEPT = os.environ.get("FUZZ_KEPT", "")


@dataclass
class Tally:
    """How many there were, by the status of their answers; what was wrong with an answer."""

    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.answers.total()

    def note(self, status: int) -> None:
        self.answers[status] += 1


def keep(name: str, tally: Tally) -> None:
    """Write it down for whoever asked for it."""
    if KEPT:
        row = {"name": name, "answers": tally.answers, "faults": tally.faults}
        with Path(KEPT).open("a") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
