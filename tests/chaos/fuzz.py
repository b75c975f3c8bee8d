"""The large form of tests/fuzz: the same tests, more requests, on as many processes as cores."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from deploy.native.parts import ROOT

PROCESSES = 2
# What tests/fuzz sends by itself; the larger form sends so many times that.
USUAL = 2000


def run(requests: int, *, dice: int) -> dict[str, Any]:
    """Send so many requests to the API, and 2,000 malformed forms for each process."""
    with tempfile.TemporaryDirectory() as folder:
        running = [_start(requests // PROCESSES, dice + n, Path(folder) / f"{n}.json")
                   for n in range(PROCESSES)]  # fmt: skip
        ends = [process.wait() for process in running]
        kept = [json.loads(line) for path in sorted(Path(folder).glob("*.json"))
                for line in path.read_text().splitlines()]  # fmt: skip
    total: dict[str, Any] = {}
    for name in ("api", "forms"):
        of_it = [row for row in kept if row["name"] == name]
        answers = sum((Counter(row["answers"]) for row in of_it), Counter())
        total[name] = {"requests": answers.total(), "answers": dict(answers.most_common())}
    sent = sum(row["requests"] for row in total.values())
    return total | {
        "injected": sent,
        "faults": sum(len(row["faults"]) for row in kept) + sum(map(bool, ends)),
    }


def _start(requests: int, dice: int, path: Path) -> subprocess.Popen[bytes]:
    more = {
        "FUZZ_TIMES": str(-(-requests // USUAL)),
        "FUZZ_DICE": str(dice),
        "FUZZ_KEPT": str(path),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "--timeout", "3000", "tests/fuzz"],
        cwd=ROOT, env=os.environ | more, stdout=subprocess.DEVNULL,
    )  # fmt: skip
