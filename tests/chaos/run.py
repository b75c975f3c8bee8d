"""The driver: break, let it come back, look; again and again."""

import contextlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.chaos import faults
from tests.chaos.district import District
from tests.chaos.looks import Found, look

KILLS = ("worker_killed", "relay_killed", "web_killed", "ws_killed")
SERVERS = ("redis_stopped", "redis_restarted", "redis_flushed", "postgresql_restarted")
OTHERS = ("tasks_delivered_twice", "two_of_everything", "clock_ahead", "clock_behind")


@dataclass
class Results:
    """What came of the faults, kept in a file as it grows.

    {fault: {"injected": …, "lost": …, "doubled": …, "slowest": seconds until all was well,
    "walls": seconds until they were true}}, beside it the load: "load".
    """

    path: Path | None = None
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, fault: str, found: Found, seconds: float) -> None:
        """Add what one fault has done."""
        row = self.found.setdefault(
            fault, {"injected": 0, "lost": 0, "doubled": 0, "slowest": 0.0, "walls": 0.0}
        )
        row["injected"] += 1
        row["lost"] += found.lost
        row["doubled"] += found.doubled
        row["slowest"] = round(max(row["slowest"], seconds), 1)
        row["walls"] = round(max(row["walls"], found.wall_seconds), 1)
        self.notes += [f"{fault} {row['injected']}: {line}" for line in found.notes[:10]]

    def add(self, name: str, row: dict[str, Any]) -> None:
        """Put a row beside the faults, of the same form, and write it all down."""
        self.found[name] = {"injected": 0, "lost": 0, "doubled": 0} | row
        if self.path:
            text = json.dumps(self.found, indent=2, ensure_ascii=False)
            self.path.write_text(text + "\n")

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, nothing doubled, nothing answered with a fault of ours."""
        return not any(
            row.get(name) for row in self.found.values() for name in ("lost", "doubled", "faults")
        )

    def table(self) -> str:
        """Return it for people."""
        rows = [f"{name:24} {json.dumps(row)}" for name, row in self.found.items()]
        return "\n".join([*rows, *self.notes])


def run(district: District, planned: list[str], results: Results, *, minutes: float) -> None:
    """Break the district as planned; after so many minutes begin no more faults."""
    end = time.monotonic() + minutes * 60
    before = ""
    for fault in planned:
        if time.monotonic() > end:
            break
        if before and fault != before:
            faults.put_right(district, before)
        break_it(district, fault, results)
        before = fault
    faults.put_right(district, before)


def plan(kills: int, servers: int, others: int) -> list[str]:
    """Return the faults in their order.

    First the kinds that have to be set up, one after the other; then all others in turn, so that
    a run that is cut off has had some of each.
    """
    turns = [
        fault
        for turn in range(max(kills, servers))
        for kinds, count in ((KILLS, kills), (SERVERS, servers))
        for fault in kinds
        if turn < count
    ]
    return [fault for fault in OTHERS for _ in range(others)] + turns


def break_it(district: District, fault: str, results: Results) -> None:
    """Break the district once, wait until it has come back, and compare everything."""
    began = time.monotonic()
    try:
        faults.FAULTS[fault](district)
        come_back(district)
        found = look(district)
    except (AssertionError, RuntimeError, psycopg2.Error) as failed:
        # It counts as a loss, and the run goes on: the next ones may tell why.
        found = Found()
        found.miss(f"it has not come back: {type(failed).__name__}: {str(failed)[:3000]}")
    results.note(fault, found, time.monotonic() - began)
    results.add("load", told(district))
    district.load.resume()


def come_back(district: District) -> None:
    """Wait until people are served, old reports are worked off and no message waits.

    The load rests from then on.
    """
    known = len(district.load.memory.reports)
    district.until(lambda: len(district.load.memory.reports) > known, "a report is taken")
    district.load.pause()
    district.finish_batch()
    asked = time.monotonic()

    def all_sent() -> bool:
        nonlocal asked
        if time.monotonic() - asked > 1.5:
            # Whoever holds them is dead: nobody shall wait here for the end of the lease.
            asked = time.monotonic()
            with contextlib.suppress(RuntimeError):
                district.clerk.do("lapse")
        return not district.rows(
            "SELECT 1 FROM notices_notice WHERE state = 'waiting'"
            " AND due_at <= clock_timestamp() LIMIT 1"
        )

    district.until(all_sent, "every message that is due is sent")


def told(district: District) -> dict[str, Any]:
    """Return what the people have done, and how they were answered."""
    memory = district.load.memory
    return {
        "reports": len(memory.reports),
        "moves": len(memory.moves),
        "messages": len(district.gateway.sent),
        "sent again, known by their key": district.gateway.repeated,
        "walls cut off": sum(screen.cuts for screen in district.screens),
        "answers": dict(memory.answers.most_common()),
        "faults": len(memory.faults),
        "first faults": memory.faults[:5],
    }


def at_the_end(district: District) -> dict[str, Any]:
    """Look at what takes longer to come back: photos whose task was lost, and the seals."""
    district.load.pause()
    asked = 0.0

    def ready() -> bool:
        nonlocal asked
        if time.monotonic() - asked > 5:
            asked = time.monotonic()
            district.tell_workers("tickets.tasks.prepare_waiting_photos", "people.tasks.seal")
        return not district.rows("SELECT 1 FROM tickets_photo WHERE state <> 'ready' LIMIT 1")

    district.until(ready, "every photo is ready")
    district.until(lambda: district.rows("SELECT 1 FROM people_seal LIMIT 1"), "a seal")
    said = district.manage("audit", "verify")
    ((photos,),) = district.rows("SELECT count(*) FROM tickets_photo")
    return {"photos": photos, "seals": said.strip().splitlines()[-1:], "faults": 0}
