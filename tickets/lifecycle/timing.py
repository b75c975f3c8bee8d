"""The clocks of a ticket and the steps that fall due on them.

Four clocks: `accept` (the centre must take it), `sign` (the unit must sign for it), `decide` (a
centre to which it climbed must act) and `resolve` (the promise to the reporter). Each keeps its
arithmetic on the ticket and its reminders and climbs as DueStep rows; the timetable does the rest.
"""

from datetime import datetime

from tickets import calendar
from tickets.deadlines import (
    Clock,
    Limit,
    consumed,
    extend,
    pause,
    reckon_again,
    resume,
    start_clock,
)
from tickets.models import DueStep, Limits, Request, Ticket
from tickets.states import AT_WORK, State

Kind = DueStep.Kind
_REMINDERS = {70: Kind.REMIND_70, 90: Kind.REMIND_90, 100: Kind.REMIND_100}
# Which clocks run in which state; `resolve` runs in all states of AT_WORK.
_RUNNING = {
    State.SUBMITTED: ("accept", "decide", "resolve"),
    State.ACCEPTED: ("decide", "resolve"),
    State.DISPATCHED: ("sign", "decide", "resolve"),
    State.SIGNED: ("decide", "resolve"),
    State.HANDLING: ("decide", "resolve"),
}


def clock_of(ticket: Ticket, name: str) -> Clock | None:
    """Return the ticket's clock of this name with its arithmetic, or None if it has none."""
    if ticket.newborn:
        return ticket.newborn.clocks.get(name)
    kept = ticket.clocks.get(name)
    return Clock.from_json(kept) if kept else None


def promise(ticket: Ticket, name: str) -> dict[str, str]:
    """Return {"due": …} of a running clock, for the line that stops it: facts are kept with it."""
    clock = clock_of(ticket, name)
    return {"due": clock.due.isoformat()} if clock and not clock.paused_at else {}


def set_clock(ticket: Ticket, name: str, limit: str, *, start: datetime, at: datetime) -> Clock:
    """Start (or start again) a clock on the locked ticket; its old steps are void.

    :param limit: as the pack writes it, e.g. "5W"
    :param start: from when it counts; a resolve clock counts from the report
    """
    days = ticket.newborn.days if ticket.newborn else calendar.current()
    clock = start_clock(limit=Limit.parse(limit), start=start, calendar=days)
    _keep(ticket, name, clock, at=at)
    return clock


def stop(ticket: Ticket, *names: str, at: datetime) -> None:
    """Stop these clocks: they keep their arithmetic for the record, their steps are void."""
    _void(ticket, names, at)
    refresh(ticket)


def stop_all(ticket: Ticket, *, at: datetime) -> None:
    """The matter is done or over: nothing falls due any more, not even a decision asked for."""
    DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None).update(void_at=at)
    void_requests(ticket, at=at)
    ticket.paused_until = None
    refresh(ticket)


def pause_resolve(ticket: Ticket, *, until: datetime, at: datetime) -> None:
    """Stop the resolve clock until then, keeping what it has consumed (挂账)."""
    clock = clock_of(ticket, "resolve")
    if clock:
        ticket.clocks["resolve"] = pause(clock, at, calendar.current()).to_json()
    _void(ticket, ("resolve", "decide"), at)
    ticket.paused_until = until
    refresh(ticket)


def resume_resolve(ticket: Ticket, *, at: datetime) -> None:
    """Let the resolve clock run again with what was left of it."""
    clock = clock_of(ticket, "resolve")
    ticket.paused_until = None
    if clock and clock.paused_at:
        _keep(ticket, "resolve", resume(clock, at, calendar.current()), at=at)
    else:
        refresh(ticket)


def end_pause(ticket: Ticket, *, at: datetime) -> None:
    """Whoever it was suspended for has the ticket no longer: a standing clock runs again."""
    if ticket.paused_until is not None:
        _void(ticket, ("pause",), at)
        resume_resolve(ticket, at=at)


def extend_resolve(ticket: Ticket, *, at: datetime) -> None:
    """Add the resolve clock's limit once more to what is left of it."""
    clock = clock_of(ticket, "resolve")
    if clock:
        _keep(ticket, "resolve", extend(clock, clock.limit, calendar.current()), at=at)


def recompute_resolve(ticket: Ticket, *, at: datetime) -> bool:
    """Reckon the running clocks again with today's calendar; tell whether a deadline moved.

    A paused clock is reckoned anew when it resumes.
    """
    moved = False
    for name in _RUNNING.get(State(ticket.state), ()):
        clock = clock_of(ticket, name)
        if clock is None or clock.paused_at:
            continue
        again = reckon_again(clock, calendar.current())
        if again != clock:
            moved = moved or again.due != clock.due
            _keep(ticket, name, again, at=at)
    return moved


def refresh(ticket: Ticket) -> None:
    """Copy what queries need from the clocks to the columns: deadlines and the lights' times."""
    state = State(ticket.state)
    accept, sign, resolve = (clock_of(ticket, n) for n in ("accept", "sign", "resolve"))
    ticket.accept_by = accept.due if accept and state == State.SUBMITTED else None
    ticket.sign_by = sign.due if sign and state == State.DISPATCHED else None
    ticket.resolve_by = resolve.due if resolve else None
    running = [c for n in ("accept", "sign", "resolve") if n in _RUNNING.get(state, ())
               and (c := clock_of(ticket, n)) and not c.paused_at]  # fmt: skip
    ticket.provisional = any(clock.provisional for clock in running)
    ticket.yellow_at = min((clock.marks[70] for clock in running), default=None)
    ticket.orange_at = min((clock.marks[90] for clock in running), default=None)
    ticket.red_at = min((clock.due for clock in running), default=None)


def moment_after(limit: str, *, start: datetime) -> datetime:
    """Return when a limit that starts then is over, e.g. when a request must be decided."""
    return start_clock(limit=Limit.parse(limit), start=start, calendar=calendar.current()).due


def share_used(limit: str, *, start: datetime, at: datetime) -> float:
    """Return which share of a limit that started then has been used, in its own time: 0 to 1."""
    days = calendar.current()
    clock = start_clock(limit=Limit.parse(limit), start=start, calendar=days)
    return consumed(clock, at, days) / clock.total


def add_step(
    ticket: Ticket, kind: Kind, *, clock: str, due: datetime, round: int | None = None
) -> DueStep:
    """Write down one thing that will happen to the ticket by itself."""
    if round is None:
        taken = DueStep.objects.filter(ticket=ticket, clock=clock, kind=kind)
        round = taken.count()
    return DueStep.objects.create(ticket=ticket, kind=kind, clock=clock, round=round, due_at=due)


def void_requests(ticket: Ticket, *, at: datetime) -> None:
    """What was asked and not decided is no longer needed, and does not lapse."""
    if ticket.newborn:
        return
    asked = Request.objects.filter(ticket=ticket, state=Request.State.OPEN)
    for pk in asked.values_list("pk", flat=True):
        _void(ticket, (f"request {pk}",), at)
    asked.update(state=Request.State.VOID, decided_at=at)


def void_step(ticket: Ticket, clock: str, *, at: datetime) -> None:
    """Take back what was to happen on this clock."""
    _void(ticket, (clock,), at)


def _keep(ticket: Ticket, name: str, clock: Clock, *, at: datetime) -> None:
    """Store the clock and lay out its steps: the old ones void, a new round begins."""
    _void(ticket, (name,), at)
    rounds = ticket.clocks.setdefault("rounds", {})
    turn = rounds.get(name, -1) + 1
    before, rounds[name] = clock_of(ticket, name), turn
    ticket.clocks[name] = clock.to_json()
    if ticket.newborn:
        ticket.newborn.clocks[name] = clock
    refresh(ticket)
    if clock.paused_at or (name == "resolve" and ticket.state not in AT_WORK):
        # It stands or has ended: nothing falls due on it.
        return
    if before and before.due == clock.due and _climbed_in(ticket, name, turn - 1):
        # Only its arithmetic changed; each step once.
        return
    # Shares that have already passed when the clock is laid out need no reminder any more. What
    # is late already falls due now: nobody could have done it before, and the next centre's time
    # runs from here.
    steps = [
        (kind, max(clock.marks[share], at))
        for share, kind in _REMINDERS.items()
        if name != "decide" and (share == 100 or clock.marks[share] > at)
    ]
    steps.append((Kind.CLIMB, max(clock.due, at)))
    if ticket.newborn:
        ticket.newborn.lay_out(name, turn, steps)
        return
    DueStep.objects.bulk_create(
        DueStep(ticket=ticket, kind=kind, clock=name, round=turn, due_at=due) for kind, due in steps
    )


def _climbed_in(ticket: Ticket, name: str, turn: int) -> bool:
    climbs = DueStep.objects.filter(ticket=ticket, clock=name, kind=Kind.CLIMB, round=turn)
    return climbs.filter(done_at__isnull=False).exists()


def _void(ticket: Ticket, clocks: tuple[str, ...], at: datetime) -> None:
    if ticket.newborn:
        ticket.newborn.void(clocks, at)
        return
    waiting = DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None)
    waiting.filter(clock__in=clocks).update(void_at=at)


def accept_limit(ticket: Ticket) -> str:
    """Return how long the centre may take to accept it, by urgency."""
    limits = ticket.newborn.book.keep("limits", Limits.current) if ticket.newborn else None
    return (limits or Limits.current()).accept[ticket.urgency]


def decide_limit(ticket: Ticket) -> str:
    """Return how long a centre to which it climbed may take to act, by urgency."""
    return Limits.current().decide[ticket.urgency]
