"""What people ask of others in the simulation, and how it is decided; and supervision."""

from datetime import timedelta
from functools import partial

from grids import organisation
from people.models import User
from tickets import lifecycle
from tickets.access import decider_of
from tickets.deadlines import Calendar, Clock
from tickets.models import Request
from tickets.requests_table import RequestKind, ReturnReason
from tickets.simulation.case import Case, Step
from tickets.simulation.pace import at_share, soon
from tickets.states import Hat

# How often what is asked is granted; and how often nobody decides a reopening in time.
_GRANTED = {
    RequestKind.RETURN: 0.7,
    RequestKind.EXTENSION: 0.9,
    RequestKind.SUSPENSION: 0.8,
    RequestKind.REOPENING: 0.85,
}
_LEFT_TO_LAPSE = 0.15


def decision(case: Case, request: Request, now: Calendar) -> Step | None:
    """Return when and how a waiting request is decided; None if it is left to lapse."""
    kind, ticket = RequestKind(request.kind), case.ticket
    chance = case.chance(f"decision {kind} {request.step}")
    if kind == RequestKind.REOPENING and chance.random() < _LEFT_TO_LAPSE:
        return None
    hat = decider_of(request)
    if hat == Hat.HEAD:
        by = case.desk.head(ticket.handler, chance)
    elif hat == Hat.SUPERVISOR:
        by = case.desk.supervisor(ticket.centre, chance)
    else:
        # A centre does not decide about giving back what was given to itself.
        own = kind == RequestKind.RETURN and ticket.handler == ticket.centre
        centre = organisation.centre_above(ticket.centre) if own else ticket.centre
        by = case.desk.officer(centre, chance)
    if by is None:
        return None
    at = soon(case.since, chance, 15, 150, urgency=ticket.urgency, calendar=now)
    grant = chance.random() < _GRANTED[kind]
    do = partial(lifecycle.decide, request_id=request.pk, by=by, grant=grant)
    return Step(at, f"{'grant' if grant else 'deny'} {kind}", do)


def for_return(case: Case, hand: User, now: Calendar) -> Step | None:
    """Return when the unit asks to give the ticket back, if it does."""
    ticket = case.ticket
    top = ticket.handler and organisation.centre_above(ticket.handler) is None
    asked = ticket.requests.filter(kind=RequestKind.RETURN).exists()
    if not case.character.returned or asked or top or ticket.restricted:
        return None
    chance = case.chance("return")
    do = partial(
        lifecycle.ask, ticket_id=ticket.pk, kind=RequestKind.RETURN, by=hand,
        reason=chance.choice((ReturnReason.NOT_OURS, ReturnReason.NOT_OURS, ReturnReason.LACKING)),
        words=case.say("return"),
    )  # fmt: skip
    at = soon(case.since, chance, 8, 45, urgency=ticket.urgency, calendar=now)
    return Step(at, "ask return", do)


def for_time(case: Case, hand: User, clock: Clock | None, now: Calendar) -> Step | None:
    """Return when the unit asks for an extension or a suspension, if it does."""
    ticket, character = case.ticket, case.character
    kind = RequestKind.SUSPENSION if character.suspended else RequestKind.EXTENSION
    wished = character.suspended or character.extended
    if not wished or clock is None or ticket.reopenings or clock.due <= case.since:
        return None
    if ticket.requests.filter(kind=kind).exists():
        return None
    chance = case.chance(f"ask {kind}")
    # Before the work would be done: whoever asks for time has not finished.
    at = at_share(clock, chance.uniform(0.05, 0.11), since=case.since, calendar=now)
    until = at + timedelta(days=chance.uniform(3, 25)) if character.suspended else None
    do = partial(
        lifecycle.ask, ticket_id=ticket.pk, kind=kind, by=hand, until=until,
        words=case.say(str(kind)),
    )  # fmt: skip
    return Step(at, f"ask {kind}", do)


def supervision(case: Case, clock: Clock | None, now: Calendar) -> Step | None:
    """Return when a leader puts the ticket under supervision, if that happens."""
    ticket = case.ticket
    if not case.character.supervised or ticket.supervision or clock is None or ticket.restricted:
        return None
    chance = case.chance("supervise")
    district = ticket.centre
    while (above := organisation.centre_above(district)) is not None:
        district = above
    by = case.desk.supervisor(district, chance)
    if by is None or clock.due <= case.since:
        return None
    at = at_share(clock, chance.uniform(0.05, 0.1), since=case.since, calendar=now)
    do = partial(
        lifecycle.supervise, ticket_id=ticket.pk, by=by, grade=chance.choice(("general", "key")),
        words=case.say("supervised"), answer_by=max(clock.due, at + timedelta(hours=4)),
    )  # fmt: skip
    return Step(at, "supervise", do)
