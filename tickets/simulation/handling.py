"""What the people on post do next with a ticket, and when: from where it stands, nothing else.

Every draw hangs on the ticket's seed and on where it stands. So a simulation that was cut off
goes on as if nothing had happened, and two runs with one seed are the same.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from grids import organisation
from people.models import User
from tickets import calendar, lifecycle
from tickets.deadlines import Calendar, Unit
from tickets.models import EventType, Request, Urgency
from tickets.simulation import asking
from tickets.simulation.case import Case, Step
from tickets.simulation.pace import AT_ONCE, at_share, by_day, soon
from tickets.states import Move, State
from tickets.suggest import suggest

_NEVER = datetime.max.replace(tzinfo=UTC)


def next_step(case: Case) -> Step | None:
    """Return what happens next to the ticket by people's hands; None if they only wait."""
    now = calendar.current()
    waiting = case.ticket.requests.filter(state=Request.State.OPEN).order_by("pk").first()
    if waiting:
        return asking.decision(case, waiting, now)
    follow = _NEXT.get(State(case.ticket.state))
    if follow is None or case.ticket.paused_until:
        return None
    return follow(case, now)


# --- Waiting to be accepted, or to be dispatched --------------------------------------------------


def _submitted(case: Case, now: Calendar) -> Step | None:
    ticket, character, chance = case.ticket, case.character, case.chance("submitted")
    if character.withdrawn and not ticket.reopenings:
        return _withdrawal(case)
    officer = case.desk.officer(ticket.centre, chance)
    if officer is None:
        return None
    at = _act_on(case, "accept", now, chance, 0.1, 0.75)
    if case.into is not None:
        return case.step(at, "merge", lifecycle.merge, by=officer, into_id=case.into)
    if character.refused and ticket.urgency != Urgency.P1 and not ticket.reopenings:
        return case.step(
            at, "refuse", lifecycle.refuse, by=officer, reason=character.refused,
            words=case.say("refused"),
        )  # fmt: skip
    return case.step(at, "accept", lifecycle.accept, by=officer, event_type=_guess(case))


def _guess(case: Case) -> EventType | None:
    """What the duty officer takes it for: the best suggestion, else the script's type."""
    best = case.ticket.event_type or case.meant or suggest(case.words).event_type
    if best:
        return best
    in_use = EventType.objects.filter(in_use=True)
    unclear = in_use.filter(code=case.script.unclear_type).first()
    return unclear or in_use.order_by("code").last()


def _accepted(case: Case, now: Calendar) -> Step | None:
    chance = case.chance("accepted")
    at = soon(case.since, chance, 3, 40, urgency=case.ticket.urgency, calendar=now)
    return _dispatch(case, at, chance)


def _dispatch(
    case: Case, at: datetime, chance: random.Random, *, prefer_itself: bool = False
) -> Step | None:
    centre = case.ticket.centre
    officer = case.desk.officer(centre, chance)
    unit = case.desk.unit_for(case.ticket, centre, prefer_itself=prefer_itself)
    if officer is None or unit is None:
        return None
    helpers = case.desk.helpers_for(case.ticket, unit) if chance.random() < 0.2 else []
    return case.step(
        at, "dispatch", lifecycle.dispatch, by=officer, unit=unit, helpers=helpers,
        words=case.say("dispatched"),
    )  # fmt: skip


def _withdrawal(case: Case) -> Step:
    at = case.since + timedelta(minutes=case.chance("withdrawal").uniform(3, 25))
    return case.step(at, "withdraw", lifecycle.withdraw)


# --- In the hands of a unit -----------------------------------------------------------------------


def _dispatched(case: Case, now: Calendar) -> Step | None:
    ticket, chance = case.ticket, case.chance("dispatched")
    if case.character.withdrawn and not ticket.reopenings:
        return _withdrawal(case)
    officer = case.desk.officer(ticket.centre, chance)
    if case.into is not None and officer:
        at = soon(case.since, chance, 2, 10, urgency=ticket.urgency, calendar=now)
        return case.step(at, "merge", lifecycle.merge, by=officer, into_id=case.into)
    climbed = ticket.reason.get("rule") == "climbed"
    if climbed and not _late(case, "sign") and chance.random() < 0.4:
        # The level to which it climbed does not wait any longer: it gives it out anew.
        at = soon(case.since, chance, 5, 60, urgency=ticket.urgency, calendar=now)
        again = _dispatch(case, at, chance)
        if again:
            return again
    hand = case.hand()
    if hand is None:
        return None
    at = _act_on(case, "sign", now, chance, 0.08, 0.7)
    sign = case.step(at, "sign", lifecycle.sign, by=hand)
    return asking.for_return(case, hand, now) or sign


def _signed(case: Case, now: Calendar) -> Step | None:
    chance = case.chance("signed")
    hand = case.hand()
    if hand is None:
        return None
    at = soon(case.since, chance, 4, 60, urgency=case.ticket.urgency, calendar=now)
    return case.step(at, "start", lifecycle.start, by=hand)


def _handling(case: Case, now: Calendar) -> Step | None:
    chance = case.chance("handling")
    hand = case.hand()
    if hand is None:
        return None
    clock = case.clock("resolve")
    share = case.character.resolve_share
    at = _act_on(case, "resolve", now, chance, 0.12, 0.78, share=share)
    others = [
        _passing_up(case, hand, now),
        asking.supervision(case, clock, now),
        asking.for_time(case, hand, clock, now),
        _talk(case, hand, at, now),
    ]
    earlier = [step for step in others if step and step.at < at]
    resolve = case.step(
        at, "resolve", lifecycle.resolve, by=hand, words=case.say("done"),
        evidence=case.say("evidence"),
    )  # fmt: skip
    return min(earlier, key=lambda step: step.at, default=resolve)


def _passing_up(case: Case, hand: User, now: Calendar) -> Step | None:
    """The unit passes it up a level, if it cannot solve it; then that level takes it over."""
    ticket = case.ticket
    if not case.character.passed_up or ticket.restricted:
        return None
    chance = case.chance("pass up")
    at = soon(case.since, chance, 10, 90, urgency=ticket.urgency, calendar=now)
    if ticket.reason.get("rule") == "climbed":
        return _dispatch(case, at, chance, prefer_itself=True)
    above = organisation.centre_above(ticket.centre)
    if ticket.climbs or above is None or ticket.handler != ticket.centre:
        return None
    return case.step(at, "climb", lifecycle.climb, by=hand, words=case.say("passed_up"))


def _talk(case: Case, hand: User, done_at: datetime, now: Calendar) -> Step | None:
    """One more round of talks, or a word on how far it is, before it is done."""
    ticket, rounds = case.ticket, case.character.rounds
    held = ticket.events.filter(move=Move.COMMENT, by__isnull=False).count()
    if held >= rounds or ticket.reopenings:
        return None
    chance = case.chance(f"talk {held}")
    share = chance.uniform(0.6, 1.2) / (rounds - held + 1)
    at = case.since + (done_at - case.since) * share
    if ticket.urgency not in AT_ONCE:
        at = now.after_work(at, timedelta(minutes=chance.uniform(2, 40)))
    words = case.say("round", held)
    return case.step(at, "comment", lifecycle.comment, by=hand, words=words, public=True)


# --- Done: checked, answered, rated ---------------------------------------------------------------


def _resolved(case: Case, now: Calendar) -> Step | None:
    ticket, chance = case.ticket, case.chance("resolved")
    officer = case.desk.officer(ticket.centre, chance)
    if officer is None:
        return None
    at = soon(case.since, chance, 10, 150, urgency=ticket.urgency, calendar=now)
    if case.character.sent_back and not ticket.reworks:
        words = case.say("missing")
        return case.step(at, "send back", lifecycle.send_back, by=officer, words=words)
    if ticket.verified_at is None and (ticket.urgency in AT_ONCE or chance.random() < 0.3):
        return case.step(at, "verify", lifecycle.verify, by=officer)
    return case.step(at, "answer", lifecycle.feed_back, by=officer, words=case.say("answer"))


def _answered(case: Case, now: Calendar) -> Step | None:
    ticket, character, chance = case.ticket, case.character, case.chance("answered")
    rated = ticket.ratings.filter(round=ticket.reopenings + 1).exists()
    if character.stars is None or rated:
        return None
    hours = min(max(chance.expovariate(1 / 14), 0.3), 110)
    at = by_day(case.since + timedelta(hours=hours), chance, now)
    again = ticket.reopenings > 0
    stars = max(character.stars, 4) if again else character.stars
    solved = again or character.solved
    what = "praise" if stars >= 3 else "unhappy" if solved else "unsolved"
    # Most who are content say so with stars alone.
    silent = what == "praise" and what not in character.words and chance.random() < 0.6
    words = "" if silent else case.say(what)
    return case.step(at, "rate", lifecycle.rate, stars=stars, solved=solved, words=words)


_NEXT: dict[State, Callable[[Case, Calendar], Step | None]] = {
    State.SUBMITTED: _submitted,
    State.ACCEPTED: _accepted,
    State.DISPATCHED: _dispatched,
    State.SIGNED: _signed,
    State.HANDLING: _handling,
    State.RESOLVED: _resolved,
    State.FEEDBACK: _answered,
}


def _late(case: Case, clock: str) -> bool:
    """Whether nobody acts in time on this clock, for as many climbs as their patience lasts."""
    ticket, character = case.ticket, case.character
    if character.late != clock or ticket.reopenings:
        return False
    return character.stuck or (ticket.climbs <= character.patience and not ticket.supervision)


def _act_on(
    case: Case, name: str, now: Calendar, chance: random.Random, least: float, most: float,
    *, share: float | None = None,
) -> datetime:  # fmt: skip
    """Return when somebody acts who has a limit: within it, or too late by the character."""
    clock, late = case.clock(name), _late(case, name)
    share = chance.uniform(1.15, 2.0) if late else share or chance.uniform(least, most)
    if late and case.character.stuck:
        return _NEVER
    if clock is None or clock.due <= case.since or clock.paused_at:
        if late:
            return case.since + timedelta(days=chance.uniform(2, 4))
        return soon(case.since, chance, 8, 120, urgency=case.ticket.urgency, calendar=now)
    at = at_share(clock, share, since=case.since, calendar=now)
    if clock.limit.unit == Unit.NATURAL_DAY and case.ticket.urgency not in AT_ONCE:
        # Thirty days run at all hours, but nobody settles a quarrel at three in the morning.
        return now.after_work(at, timedelta(minutes=chance.uniform(5, 120)))
    return at
