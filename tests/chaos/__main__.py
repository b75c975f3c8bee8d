"""`make chaos`: break everything, many times, and write down what came of it.

    make chaos ARGS="--kills 10 --minutes 8"

results.json is written after every fault: a run that was cut off tells the truth as far as it got.
Ends with 1 if anything was lost or doubled, or an answer was a fault of ours.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos import fuzz
from tests.chaos.district import opened
from tests.chaos.run import Results, at_the_end, plan, run

HERE = Path(__file__).parent


def main() -> int:
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--kills", type=int, default=50, help="of each part")
    options.add_argument("--servers", type=int, default=10, help="of each of Redis, PostgreSQL")
    options.add_argument("--others", type=int, default=5, help="clocks, two of everything, twice")
    options.add_argument("--requests", type=int, default=20_000, help="of the fuzz; 0: none")
    options.add_argument("--minutes", type=float, default=15, help="when to stop breaking")
    options.add_argument("--dice", type=int, default=1, help="the same number, the same faults")
    options.add_argument("--results", type=Path, default=HERE / "results.json")
    asked = options.parse_args()
    # Told to stop, it stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = Results(asked.results)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        place = Path(folder)
        # PostgreSQL runs as another user, who must be able to look into it.
        place.chmod(0o755)
        with opened(place, dice=asked.dice) as district:
            planned = plan(asked.kills, asked.servers, asked.others)
            run(district, planned, results, minutes=asked.minutes)
            results.add("at the end", at_the_end(district))
    if asked.requests:
        results.add("fuzz", fuzz.run(asked.requests, dice=asked.dice))
    print(results.table())
    return 0 if results.whole else 1


if __name__ == "__main__":
    sys.exit(main())
