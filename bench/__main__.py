"""`make bench`: every hot path beside its yardstick; writes docs/bench.md and bench/results.json.

It runs unattended on a PostgreSQL and a Redis of its own. Trust the ratios, not the milliseconds:
both sides of a line are measured in turns, on the same machine, in the same minutes. What fails or
takes too long is written down as not met, with the reason, and the rest goes on.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import report
from bench.ground import Ground

SMALL = 10_000
ORIGINALS = 120


@dataclass(frozen=True)
class Bench:
    """One bench: on which database, for how long at most, and the goals it answers for."""

    name: str
    on: str
    within: float
    goals: dict[str, str]


BENCHES = (
    Bench("place", "fresh", 90, {"locate": "≤ 2"}),
    Bench("intake", "fresh", 240, {"intake": "≥ 0.25"}),
    Bench("snapshot", "fresh", 90, {"snapshot": "≤ 5"}),
    Bench("paint", "fresh", 180, {"paint": "≤ 1"}),
    Bench("fanout", "fresh", 420, {
        "fan-out": "≥ 0.7", "fan-out p99 at 400": "≤ 1.6", "fan-out p99 at 5000": "≤ 1.6",
        "fan-out beside stuck screens": "≤ 1.5",
    }),
    Bench("lists", "large", 300, {"lists": "≤ 1.5", "lists, deep": "≤ 1.5"}),
    Bench("viewport", "large", 60, {"map view": "≤ 1"}),
    Bench("climb", "large", 360, {"climb": "≤ 2", "empty sweep": "≤ 0.3"}),
    Bench("figures", "large", 1200, {"figures": "≤ 0.1", "figures by month": "≤ 0.1"}),
)  # fmt: skip


def main() -> int:
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("names", nargs="*", help=f"of {', '.join(b.name for b in BENCHES)}: all")
    asked.add_argument("--tickets", type=int, default=300_000, help="in the large database")
    asked.add_argument("--quick", action="store_true", help="tiny sizes: only whether it works")
    asked.add_argument("--into", type=Path, help="write there instead of docs/ and bench/")
    given = asked.parse_args()
    if given.quick:
        os.environ["BENCH_QUICK"] = "1"
        given.tickets = min(given.tickets, 400)
    if given.into:
        given.into.mkdir(parents=True, exist_ok=True)
    chosen = [bench for bench in BENCHES if not given.names or bench.name in given.names]
    started = time.monotonic()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        ground = Ground(place)
        try:
            for bench in sorted(chosen, key=lambda bench: bench.on == "large"):
                found += _measured(ground, bench, given, place)
                print(f"{time.monotonic() - started:5.0f} s  {bench.name}", flush=True)
                _write(found, chosen, given, started)
        finally:
            ground.close()
    return 0 if all(one["met"] is not False for one in found) else 1


def _measured(ground: Ground, bench: Bench, given: Any, place: Path) -> list[dict[str, Any]]:
    """Return what a bench found; what it should have found and did not is not met, and why."""
    results, why, seeding = place / f"{bench.name}.jsonl", "", []
    try:
        if bench.on == "large":
            seeding = _large(ground, given)
            database = "bench_large"
        else:
            database = f"bench_{bench.name}"
            ground.copy(database)
        ground.run(
            "-m", "bench.one", bench.name, str(results), database=database, within=bench.within
        )
        if bench.on == "fresh":
            ground.drop(database)
    except Exception as fault:  # the rest goes on, and this one is told as it is
        traceback.print_exc()
        why = str(fault).strip()[-300:]
    lines = results.read_text().splitlines() if results.exists() else []
    found = [json.loads(line) for line in lines]
    missing = [
        {"path": path, "ratio": None, "goal": goal, "met": False, "rounds": [], "why": why}
        for path, goal in bench.goals.items()
        if path not in {one["path"] for one in found} and not _is_other_size(path)
    ]
    return [*seeding, *found, *missing]


def _is_other_size(path: str) -> bool:
    """Whether the path names the number of screens, which is smaller in the short form."""
    return os.environ.get("BENCH_QUICK") == "1" and path.startswith("fan-out p99")


# The large database once it is made; or why it could not be.
_made: list[str] = []


def _large(ground: Ground, given: Any) -> list[dict[str, Any]]:
    """Make the two databases of demonstration tickets, once; return how long a million takes."""
    if _made:
        if _made[0] != "bench_large":
            raise RuntimeError(_made[0])
        return []
    _made.append("the large database could not be made")
    small = min(SMALL, given.tickets // 2)
    ground.copy("bench_small")
    originals = "12" if os.environ.get("BENCH_QUICK") == "1" else str(ORIGINALS)
    ground.run("-m", "bench.originals", originals, database="bench_small", within=600)
    seed = ("manage.py", "seed", "--jobs", "2", "--open", "0.08", "--tickets")
    ground.run(*seed, str(small), database="bench_small", within=300)
    ground.copy("bench_large", of="bench_small")
    start = time.monotonic()
    rest = given.tickets - small
    ground.run(*seed, str(rest), "--seed", "2", database="bench_large", within=2400)
    minutes = (time.monotonic() - start) / rest * 1_000_000 / 60
    _made[:] = ["bench_large"]
    return [{
        "path": "seed", "ratio": round(minutes / 10, 3), "goal": "≤ 1", "met": minutes <= 10,
        "rounds": [round(minutes / 10, 3)], "what": f"seed {rest:,} tickets, for each million",
        "ours": f"{minutes:.1f} min", "yardstick": "“in minutes”", "theirs": "10 min",
    }]  # fmt: skip


def _write(found: list[dict[str, Any]], chosen: list[Bench], given: Any, started: float) -> None:
    folder = given.into
    whole = len(chosen) == len(BENCHES) and not given.quick
    if folder is None and not whole:
        # Parts and short forms say nothing of the whole: they are shown, not kept.
        print(report.table(found), flush=True)
        return
    took = f"{(time.monotonic() - started) / 60:.0f} min"
    report.write(found, tickets=given.tickets, took=took, into=folder)


if __name__ == "__main__":
    sys.exit(main())
