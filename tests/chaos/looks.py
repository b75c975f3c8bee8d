"""What must be true after every fault, asked of the database and of those who were told."""

import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from tests.chaos.district import District
from tests.chaos.screens import ask, look_of

HEARTBEAT = 10.0
# A look at the database is every two seconds; a machine with other work is slow.
WALL_WITHIN = 40.0


@dataclass
class Found:
    """What is missing, what is there twice (or before its time), and how long the walls took."""

    lost: int = 0
    doubled: int = 0
    wall_seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def miss(self, what: str, count: int = 1) -> None:
        if count:
            self.lost += count
            self.notes.append(f"lost: {what}")

    def twice(self, what: str, count: int = 1) -> None:
        if count:
            self.doubled += count
            self.notes.append(f"doubled: {what}")


def look(district: District) -> Found:
    """Compare everything. The load must rest."""
    found = Found()
    reports(district, found)
    moves(district, found)
    climbs(district, found)
    notices(district, found)
    walls(district, found)
    return found


def reports(district: District, found: Found) -> None:
    """Every answered report is there; every key, however often it was sent, has one ticket."""
    memory = district.load.memory
    kept = Counter(
        key
        for (key,) in district.rows(
            "SELECT key::text FROM tickets_ticket WHERE key = ANY(%s::uuid[])", list(memory.tried)
        )
    )
    for key in memory.reports:
        found.miss(f"report {key}", int(key not in kept))
    for key, count in kept.items():
        found.twice(f"report {key}", count - 1)
    shown = dict(district.rows("SELECT key::text, number FROM tickets_ticket"))
    for key, number in memory.reports.items():
        found.miss(f"number {number}", int(key in shown and shown[key] != number))


def moves(district: District, found: Found) -> None:
    """Every answered move is in the history, once."""
    made = Counter(
        district.rows(
            "SELECT t.number, e.move FROM tickets_ticketevent e"
            " JOIN tickets_ticket t ON t.id = e.ticket_id"
            " WHERE e.kind = 'moved' AND e.move IN ('sign', 'start', 'resolve')"
        )
    )
    for move in district.load.memory.moves:
        found.miss(f"move {move}", int(move not in made))
    for move, count in made.items():
        found.twice(f"move {move}", count - 1)


def climbs(district: District, found: Found) -> None:
    """What happened by itself to old reports is what happens to one when nothing is broken."""
    wanted = Counter(district.oracle)
    for pk, history in district.histories().items():
        got = Counter(history)
        found.miss(f"steps of {pk}: {list(wanted - got)}", (wanted - got).total())
        found.twice(f"steps of {pk}: {list(got - wanted)}", (got - wanted).total())
    early = district.rows(
        "SELECT ticket_id, kind FROM tickets_duestep WHERE done_at IS NOT NULL"
        " AND due_at > clock_timestamp()"
    )
    found.twice(f"before their time: {early[:5]}", len(early))


def notices(district: District, found: Found) -> None:
    """Each reporter is told once that the report came in: in the database, and by the gateway."""
    gateway, memory = district.gateway, district.load.memory
    told: dict[str, list[tuple[str, str, str]]] = {}
    for key, happening, reader, state in district.rows(
        "SELECT t.key::text, n.happening, n.reader, n.state FROM notices_notice n"
        " JOIN tickets_ticket t ON n.reader = 'ticket:' || t.id"
        " WHERE n.template = 'report_received'"
    ):
        told.setdefault(key, []).append((happening, reader, state))
    by_phone = Counter(gateway.sent.values())
    for key in memory.reports:
        mine = told.get(key, [])
        found.miss(f"notice of {key}", int(not mine))
        found.twice(f"notice of {key}", max(len(mine) - 1, 0))
        for happening, reader, state in mine:
            sent = sha256(f"{happening} {reader}".encode()).hexdigest()[:32] in gateway.sent
            found.miss(f"message of {key}: {state}", int(not sent or state != "sent"))
    for (phone, _text), count in by_phone.items():
        found.twice(f"message to {phone}", count - 1)
    found.twice(f"messages that changed: {gateway.changed}", len(gateway.changed))


def walls(district: District, found: Found) -> None:
    """What each wall shows is what the database says, within a heartbeat."""
    began = time.monotonic()
    while True:
        answer = ask(district, district.tokens["leader"])
        truth = {dot["id"]: look_of(dot) for dot in answer["dots"]} if answer else None
        wrong = [
            pk for screen in district.screens for pk in _differing(screen.looks(), truth or {})
        ]
        found.wall_seconds = time.monotonic() - began
        if truth is not None and not wrong:
            return
        if found.wall_seconds > WALL_WITHIN:
            found.miss(f"dots {wrong[:10]}", len(wrong) or 1)
            return
        time.sleep(0.1)


def _differing(shown: dict[int, tuple], truth: dict[int, tuple]) -> list[int]:
    return [pk for pk in shown.keys() | truth.keys() if shown.get(pk) != truth.get(pk)]
