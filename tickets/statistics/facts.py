"""From a ticket's history to what counts: one fold over its lines, pure.

This is the one definition of every figure. The daily summary keeps what it gives, questions about
a past day cut the history there, and tests compare both with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime

from tickets.states import AT_WORK, Move, State

_DONE = frozenset({State.RESOLVED, State.FEEDBACK, State.CLOSED})
_FAIR = 3  # Rating.Stars.FAIR
# Lines that change no figure need not be read.
SILENT_KINDS = ("photo", "reclocked", "resumed", "asked", "routed")
SILENT_MOVES = (Move.COMMENT, Move.VERIFY, Move.START)


class Case(NamedTuple):
    """What a fold must know of the ticket beside its history."""

    area_code: str
    type: str
    handler: str
    restricted: bool


class Line(NamedTuple):
    """One line of the history, in the order in which they were written."""

    kind: str
    move: str
    at: datetime
    before: str
    after: str
    by_person: bool
    data: dict[str, Any]


class Fact(NamedTuple):
    """So many of something on a day; `unit` is whose it is, "" if nobody's yet."""

    day: date
    unit: str
    measure: str
    amount: int = 1


def day_at(moment: datetime) -> date:
    """Return the district's day of a moment."""
    return moment.astimezone(_ZONE).date()


_ZONE = ZoneInfo(settings.TIME_ZONE)


def facts_of(
    case: Case, lines: Iterable[Line], *, villages: frozenset[str], until: datetime | None = None
) -> tuple[str, list[Fact]]:
    """Return the ticket's type and what counts of it, as it was known at `until` (None: now).

    :param villages: the codes of the villages' own centres
    """
    fold = _Fold(case, villages)
    known: list[Line] = []
    for line in lines:
        if until is not None and line.at >= until:
            fold.accepted_later |= line.move == Move.ACCEPT
        elif line.move == Move.UNDO:
            _take_back(known, line)
        else:
            known.append(line)
    for line in known:
        fold.take(line)
    return fold.type, list(fold.facts())


def _take_back(lines: list[Line], undo: Line) -> None:
    """Leave out the move that was taken back: for the figures it never was."""
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].move == undo.data.get("undone"):
            del lines[place]
            return


@dataclass
class _Fold:
    """Where the ticket stands after the lines so far, and what they counted."""

    case: Case
    villages: frozenset[str]
    found: list[Fact] = field(default_factory=list)
    state: str = ""
    unit: str = ""
    accepted_type: str | None = None
    accepted_later: bool = False
    reported_at: datetime | None = None
    responded: bool = False
    late: set[str] = field(default_factory=set)
    climbs: int = 0
    answer: tuple[date, str] | None = None
    rating: tuple[int, bool] | None = None
    closing: tuple[date, str] | None = None

    @property
    def type(self) -> str:
        """Its type: unknown while it waits to be accepted, unless it came with one."""
        if self.accepted_type is not None:
            return self.accepted_type
        return "" if self.accepted_later else self.case.type

    def take(self, line: Line) -> None:
        if line.kind == "reported":
            self.reported_at, self.state = line.at, line.after
            self.count(line, "work_in")
        elif line.kind == "reminded":
            self.remind(line)
        elif line.kind == "moved":
            self.move(line)
        elif line.kind == "decided" and line.data.get("granted") and "step" not in line.data:
            self.grant(line)

    def count(self, line: Line, *measures: str, unit: str | None = None) -> None:
        day = day_at(line.at)
        self.found += [Fact(day, self.unit if unit is None else unit, m) for m in measures]

    def remind(self, line: Line) -> None:
        """All of a limit is used up: what was due on it is late from here on."""
        clock = line.data.get("clock", "")
        if line.data.get("share") != 100 or clock in self.late:
            return
        self.late.add(clock)
        if clock == "resolve":
            self.count(line, "due", "late_in")
        elif clock == "sign":
            self.count(line, "sign_due")
        self.respond(line, in_time=False)

    def move(self, line: Line) -> None:
        changes = line.before != line.after
        if line.move == Move.ACCEPT:
            self.accepted_type = line.data.get("type", self.case.type)
        elif line.move == Move.DISPATCH:
            self.hand_over(line, str(line.data.get("unit", "")))
            self.count(line, "received")
            self.late.discard("sign")
        elif line.move == Move.SIGN:
            self.sign(line)
        elif line.move == Move.CLIMB:
            self.climbs += 1
            self.count(line, "climbed")
        elif line.move == Move.SUPERVISE:
            self.count(line, "supervised")
        elif line.move == Move.FEED_BACK:
            self.answer, self.rating = (day_at(line.at), self.unit), None
        elif line.move == Move.RATE:
            self.rating = (line.data.get("stars", 0), bool(line.data.get("solved")))
        elif line.move == Move.SEND_BACK:
            self.count(line, "reworked")
        if changes and line.by_person and line.move in (Move.ACCEPT, Move.REFUSE, Move.MERGE):
            self.respond(line, in_time=self.in_time(line, "accept"))
        self.change(line)

    def sign(self, line: Line) -> None:
        in_time = self.in_time(line, "sign")
        if "sign" not in self.late:
            self.count(line, "sign_due", *(["signed"] if in_time else []))
        self.respond(line, in_time=in_time)

    def respond(self, line: Line, *, in_time: bool) -> None:
        """The first time that a person took it up, or that the time for that was over."""
        if line.kind == "reminded" and line.data.get("clock") == "resolve":
            return
        if not self.responded:
            self.responded = True
            self.count(line, "response_due", *(["responded"] if in_time else []))

    def in_time(self, line: Line, clock: str) -> bool:
        """Whether the limit had not passed; the line itself says when it did (or will)."""
        due = parse_datetime(str(line.data.get("due", "")))
        return clock not in self.late and (due is None or line.at <= due)

    def change(self, line: Line) -> None:
        """From one state to another: into somebody's hands, or out of them."""
        if not line.after:
            return
        was, now = line.before in AT_WORK, line.after in AT_WORK
        if was and not now:
            self.leave(line)
        elif now and not was:
            self.late.clear()
            self.count(line, "work_in")
        if line.after == State.CLOSED and line.before != State.CLOSED:
            self.closing = (day_at(line.at), self.unit)
        elif line.after != State.CLOSED:
            self.closing = None
        self.state = line.after

    def leave(self, line: Line) -> None:
        done = line.after in _DONE
        if done and not self.unit:
            # Settled on the spot by whoever found it.
            self.hand_over(line, self.case.handler)
        self.count(line, "work_out")
        if "resolve" in self.late:
            self.count(line, "late_out")
        # What was found and settled on the spot was promised to nobody and is no unit's work.
        if not done or line.move == Move.SETTLE:
            return
        in_time = self.in_time(line, "resolve")
        self.count(line, "resolved")
        if "resolve" not in self.late:
            self.count(line, "due", *(["on_time"] if in_time else []))
        self.respond(line, in_time=True)
        if self.reported_at:
            minutes = int((line.at - self.reported_at).total_seconds() // 60)
            self.found.append(Fact(day_at(line.at), self.unit, "minutes", minutes))

    def grant(self, line: Line) -> None:
        request = line.data.get("request")
        if request == "return":
            self.count(line, "returned")
            self.hand_over(line, "")
            self.late.discard("sign")
        elif request == "extension":
            self.count(line, "extended")
        elif request == "reopening":
            self.count(line, "reopened")
        self.change(line)

    def hand_over(self, line: Line, unit: str) -> None:
        """Out of one unit's hands into another's, with its lateness."""
        if unit != self.unit:
            late = ["late"] if "resolve" in self.late else []
            for what in ["work", *late]:
                self.count(line, f"{what}_out")
                self.count(line, f"{what}_in", unit=unit)
        self.unit = unit

    def facts(self) -> Iterator[Fact]:
        """Give what happened, and what became of it on the day it was reported."""
        if self.reported_at is None:
            return
        reported = day_at(self.reported_at)
        if self.case.restricted:
            yield Fact(reported, "", "restricted")
            return
        yield from self.found
        for measure in self._of_the_report():
            yield Fact(reported, self.unit, measure)
        if self.answer:
            for measure in self._of_the_answer():
                yield Fact(*self.answer, measure)
        if self.closing:
            yield Fact(*self.closing, "closed")
            if self.closing[1] in self.villages and not self.climbs:
                yield Fact(*self.closing, "on_the_spot")

    def _of_the_report(self) -> Iterator[str]:
        yield "reported"
        ended = {
            State.REFUSED: "refused",
            State.MERGED: "merged",
            State.WITHDRAWN: "withdrawn",
            State.CLOSED: "finished",
        }
        turned_down = self.state in (State.SUBMITTED, State.REFUSED)
        if (self.accepted_type is not None or self.state in _DONE) and not turned_down:
            yield "filed"
        if self.state in ended:
            yield ended[State(self.state)]

    def _of_the_answer(self) -> Iterator[str]:
        yield "answered"
        if self.rating:
            stars, solved = self.rating
            yield "rated"
            if stars >= _FAIR:
                yield "satisfied"
            if solved:
                yield "solved"
