"""A container's health check: `python -m deploy.alive URL`, or the file that a part touches."""

import sys
import time
import urllib.request
from pathlib import Path

OLD = 30.0  # seconds since a living relay last touched its file


def main(what: str) -> None:
    """End with 0 if it lives, else with 1."""
    if what.startswith("http"):
        with urllib.request.urlopen(what, timeout=4) as answer:
            sys.exit(0 if answer.status == 200 else 1)
    sign = Path(what)
    sys.exit(0 if sign.exists() and time.time() - sign.stat().st_mtime < OLD else 1)


if __name__ == "__main__":
    main(sys.argv[1])
