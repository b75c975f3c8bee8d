"""One limit that runs, as a value with its arithmetic; kept as JSON on the ticket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tickets.deadlines.hours import DayName
from tickets.deadlines.limits import Limit

MARKS = (70, 90, 100)

# What happened to a clock: ("pause", when), ("resume", when) or ("extend", by how much).
Step = tuple[str, datetime | Limit]


@dataclass(frozen=True)
class Skipped:
    """Days in a row that were not worked, and the holiday's names, empty for a weekend."""

    first: date
    last: date
    name: DayName


@dataclass(frozen=True)
class Clock:
    """One running limit. Moments are in UTC; total and left are minutes of the limit's own time.

    marks: the earliest moments when 70, 90 and 100 % are used; the last is `due`.
    first_day: the first day that counts. skipped, made_up: the days off passed over, and the
    weekend days worked. provisional: a year it touches is not announced yet.
    While it is paused (`paused_at`), `left` is what remains, and `due` and the marks are what
    they would be if it ran on at once.
    """

    limit: Limit
    start: datetime
    due: datetime
    total: float
    marks: dict[int, datetime]
    first_day: date
    skipped: tuple[Skipped, ...]
    made_up: tuple[date, ...]
    provisional: bool
    paused_at: datetime | None = None
    left: float | None = None
    steps: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; `Clock.from_json` makes the same clock of it."""
        return {
            "limit": str(self.limit),
            "start": _written(self.start),
            "due": _written(self.due),
            "total": self.total,
            "marks": {str(share): _written(moment) for share, moment in self.marks.items()},
            "first_day": self.first_day.isoformat(),
            "skipped": [[s.first.isoformat(), s.last.isoformat(), *s.name] for s in self.skipped],
            "made_up": [day.isoformat() for day in self.made_up],
            "provisional": self.provisional,
            "paused_at": self.paused_at and _written(self.paused_at),
            "left": self.left,
            "steps": [
                [kind, _written(what) if isinstance(what, datetime) else str(what)]
                for kind, what in self.steps
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Clock":
        """Return the clock that `to_json` wrote."""
        day = date.fromisoformat
        return cls(
            limit=Limit.parse(data["limit"]),
            start=_read(data["start"]),
            due=_read(data["due"]),
            total=data["total"],
            marks={int(share): _read(moment) for share, moment in data["marks"].items()},
            first_day=day(data["first_day"]),
            skipped=tuple(
                Skipped(day(a), day(b), DayName(*name)) for a, b, *name in data["skipped"]
            ),
            made_up=tuple(day(text) for text in data["made_up"]),
            provisional=data["provisional"],
            paused_at=_read(data["paused_at"]) if data["paused_at"] else None,
            left=data["left"],
            steps=tuple(
                (kind, Limit.parse(what) if kind == "extend" else _read(what))
                for kind, what in data["steps"]
            ),
        )

    def runs(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Yield the stretches in which it ran; the last has no end unless it is paused."""
        since: datetime | None = self.start
        for kind, what in self.steps:
            if isinstance(what, datetime):
                if kind == "pause" and since is not None:
                    yield since, what
                    since = None
                else:
                    since = what
        if since is not None:
            yield since, None

    @property
    def last_change(self) -> datetime:
        """When it was last started, paused or resumed."""
        return max([self.start, *(w for _, w in self.steps if isinstance(w, datetime))])


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
