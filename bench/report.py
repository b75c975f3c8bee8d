"""The bench's results as a page of the documentation and as a file for programs."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_HEAD = """# The bench

Written by `make bench` (bench/__main__.py), which runs unattended on a PostgreSQL and a Redis of
its own. `make bench ARGS="--tickets 1000000"` makes the large database larger, `ARGS=--quick` only
tries whether everything works, `ARGS="climb lists"` measures some of it and keeps nothing.

**How to read it.** Each line sets one of our hot paths beside a yardstick: the same work done as
barely as it can be, or the same path on less. Both were measured in turns, in the same minutes, on
the same machine; a ratio is the median of its rounds'. Trust the ratios: milliseconds are this
machine's, on this day. “met” says whether the ratio reaches its goal; where there is none the line
is for reading. What failed is not met, and says why.

"""
_KEPT = ("ratio", "goal", "met", "rounds", "why")


def table(found: list[dict[str, Any]]) -> str:
    """Return the results as a table."""
    head = (
        "| path | what | ours | yardstick | ratio | goal | met |\n|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(map(_row, found)) + "\n"


def _row(one: dict[str, Any]) -> str:
    met = {True: "yes", False: "**no**", None: ""}[one["met"]]
    if one["ratio"] is None:
        why = " ".join(one["why"].split()).replace("|", "/")
        return f"| {one['path']} | not measured: {why} | | | | {one['goal']} | {met} |"
    return (
        f"| {one['path']} | {one['what']} | {one['ours']} | {one['yardstick']}: {one['theirs']} | "
        f"{one['ratio']:.2f} | {one['goal']} | {met} |"
    )


def write(found: list[dict[str, Any]], *, tickets: int, took: str, into: Path | None) -> None:
    """Write docs/bench.md and bench/results.json, or both into a folder."""
    page = (into or ROOT / "docs") / "bench.md"
    results = (into or ROOT / "bench") / "results.json"
    text = (
        f"{_HEAD}{table(found)}\n**When and where.** {datetime.now(UTC):%Y-%m-%d}, {_machine()}; "
        f"{tickets:,} tickets in the large database; {took} in all.\n{_plans(found)}"
    )
    page.write_text(text, encoding="utf-8")
    kept = {
        one["path"]: {name: one[name] for name in _KEPT if name in one}
        for one in found
        if one["met"] is not None
    }
    results.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plans(found: list[dict[str, Any]]) -> str:
    """Return how the database does what is measured by itself, without a yardstick beside it."""
    return "".join(
        f"\n## The plan of “{one['path']}”\n\n```\n{one['plan']}\n```\n"
        for one in found
        if one.get("plan")
    )


def _machine() -> str:
    from deploy.native.servers import program

    version = [program("postgres"), "--version"]
    postgresql = subprocess.run(version, capture_output=True, text=True, check=True).stdout.split()
    one, five, fifteen = os.getloadavg()
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"PostgreSQL {postgresql[2]}; load at the end {one:.1f}, {five:.1f}, {fifteen:.1f}"
    )
