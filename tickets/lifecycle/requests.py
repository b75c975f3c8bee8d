"""Typed requests: asked, decided at one or two steps, or decided by lapse of time.

One mechanism for all kinds; requests_table.py says who, whom, until when and what the clock does,
and _GRANTED here what granting changes.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from grids import organisation
from grids.models import Unit
from people.models import User
from people.roles import HANDLING_ROLES, HEAD_ROLES
from people.scope import holders
from tickets.access import decider_of, hats_over
from tickets.lifecycle import allowance, finding, record, timing
from tickets.lifecycle.ending import close
from tickets.lifecycle.handling import rework
from tickets.models import DueStep, Limits, Request, Ticket, TicketEvent
from tickets.requests_table import REQUESTS, RequestKind
from tickets.states import Hat, MoveRefused, State


@transaction.atomic
def ask(
    *,
    ticket_id: int,
    kind: RequestKind,
    by: User | None,
    at: datetime,
    reason: str = "",
    words: str = "",
    until: datetime | None = None,
) -> Request:
    """Ask for a return, an extension, a suspension or (by None: the reporter) a reopening.

    :param reason: for a return, one of ReturnReason
    :param until: for a suspension, when the work goes on
    :raises MoveRefused: if the state, the count, the time or the missing reason forbids it
    """
    ticket = record.locked(ticket_id)
    return ask_on_locked(ticket, kind, by=by, at=at, reason=reason, words=words, until=until)


def ask_on_locked(
    ticket: Ticket,
    kind: RequestKind,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    words: str = "",
    until: datetime | None = None,
) -> Request:
    """As ask(), inside the caller's transaction on a ticket that it has locked."""
    rule = REQUESTS[kind]
    hat = record.may(ticket, by, rule.askers)
    allowance.check(ticket, kind, at=at, reason=reason, words=words, until=until)
    event = record.log(
        ticket, record.Kind.ASKED, by=by, hat=hat, at=at, words=words.strip(),
        public_words=by is None, public=by is None, data={"request": kind, "reason": reason},
    )  # fmt: skip
    step = _first_step(ticket, kind, by, at)
    decide_by = _decide_by(kind, at)
    request = Request.objects.create(
        ticket=ticket, kind=kind, reason=reason, asked_by=by, asked_at=at, asked_in=event,
        unit=ticket.handler if by else None, step=step, decide_by=decide_by, until=until,
    )  # fmt: skip
    timing.add_step(ticket, DueStep.Kind.LAPSE, clock=f"request {request.pk}", due=decide_by)
    _tell_deciders(request, ticket, event, by)
    return request


@transaction.atomic
def decide(*, request_id: int, by: User, at: datetime, grant: bool, words: str = "") -> Request:
    """Grant or deny a request. Granted at its first step, it goes on to the second.

    :raises MoveRefused: if it was decided before, or is not for this person to decide
    """
    ticket = record.locked(Request.objects.values_list("ticket_id", flat=True).get(pk=request_id))
    request = Request.objects.select_related("unit").get(pk=request_id)
    request.ticket = ticket
    if request.state != Request.State.OPEN:
        raise MoveRefused(
            _("This was decided already: %(state)s.")
            % {"state": Request.State(request.state).label}
        )
    hat = record.may(ticket, by, {decider_of(request)})
    rule = REQUESTS[RequestKind(request.kind)]
    if grant and request.step + 1 < len(rule.deciders):
        return _pass_on(request, ticket, by=by, hat=hat, at=at, words=words)
    state = Request.State.GRANTED if grant else Request.State.DENIED
    return _settle(request, ticket, state, grant=grant, by=by, hat=hat, at=at, words=words)


def lapse(ticket: Ticket, request_id: int, *, at: datetime) -> TicketEvent | None:
    """The time for deciding is over: the table says whether that grants or denies."""
    request = Request.objects.select_related("unit").get(pk=request_id)
    request.ticket = ticket
    if request.state != Request.State.OPEN:
        return None
    grant = REQUESTS[RequestKind(request.kind)].lapse_grants
    _settle(
        request, ticket, Request.State.LAPSED, grant=grant, by=None, hat=Hat.SYSTEM, at=at, words=""
    )
    return ticket.events.order_by("-pk")[0]


def _settle(
    request: Request,
    ticket: Ticket,
    state: Request.State,
    *,
    grant: bool,
    by: User | None,
    hat: Hat,
    at: datetime,
    words: str,
) -> Request:
    kind = RequestKind(request.kind)
    before = State(ticket.state)
    request.state, request.decided_by, request.decided_at = state, by, at
    request.save()
    timing.void_step(ticket, f"request {request.pk}", at=at)
    if grant:
        if ticket.state not in REQUESTS[kind].sources:
            raise MoveRefused(_("The ticket has moved on; this can no longer be granted."))
        _GRANTED[kind](ticket, request, at)
    to_reporter = kind == RequestKind.REOPENING or (grant and kind != RequestKind.RETURN)
    event = record.log(
        ticket, record.Kind.DECIDED, by=by, hat=hat, at=at, before=before, after=ticket.state,
        words=words.strip(), public=to_reporter, public_words=kind == RequestKind.REOPENING,
        data={"request": kind, "granted": grant, "lapsed": state == Request.State.LAPSED},
    )  # fmt: skip
    _tell_result(request, ticket, event, grant=grant, by=by, to_reporter=to_reporter)
    if kind == RequestKind.REOPENING and not grant and ticket.state == State.FEEDBACK:
        # It was answered and rated, and stays as it is: nothing is left to wait for.
        close(ticket, by=None, at=at)
    return request


def _pass_on(
    request: Request, ticket: Ticket, *, by: User, hat: Hat, at: datetime, words: str
) -> Request:
    request.step += 1
    request.decide_by = _decide_by(RequestKind(request.kind), at)
    request.save()
    clock = f"request {request.pk}"
    timing.void_step(ticket, clock, at=at)
    timing.add_step(ticket, DueStep.Kind.LAPSE, clock=clock, due=request.decide_by)
    event = record.log(
        ticket, record.Kind.DECIDED, by=by, hat=hat, at=at, before=ticket.state,
        after=ticket.state, words=words.strip(),
        data={"request": request.kind, "granted": True, "step": request.step},
    )  # fmt: skip
    _tell_deciders(request, ticket, event, by)
    return request


def _decide_by(kind: RequestKind, at: datetime) -> datetime:
    return timing.moment_after(Limits.current().requests[kind]["decide"], start=at)


def _first_step(ticket: Ticket, kind: RequestKind, by: User | None, at: datetime) -> int:
    """A head who asks need not decide first; a unit without a head has no first step."""
    deciders = REQUESTS[kind].deciders
    if deciders[0] != Hat.HEAD or ticket.handler is None:
        return 0
    is_head = by is not None and Hat.HEAD in hats_over(by, ticket)
    heads = holders(at=at, roles=HEAD_ROLES, unit_id=ticket.handler.pk)
    return 1 if is_head or not heads.exists() else 0


def _tell_deciders(request: Request, ticket: Ticket, event: TicketEvent, by: User | None) -> None:
    hat = decider_of(request)
    unit = ticket.handler if hat == Hat.HEAD else ticket.centre
    roles = HEAD_ROLES if hat in (Hat.HEAD, Hat.SUPERVISOR) else HANDLING_ROLES
    people = list(holders(at=event.at, roles=roles, unit_id=unit.pk)) if unit else []
    while hat == Hat.SUPERVISOR and unit and not people and not ticket.restricted:
        # A small centre has no shift supervisor: the one of the next centre above decides.
        unit = organisation.centre_above(unit)
        people = list(holders(at=event.at, roles=roles, unit_id=unit.pk)) if unit else []
    record.tell(people, event, "asked", but=by, kind=request.kind, decide_by=request.decide_by)


def _tell_result(
    request: Request,
    ticket: Ticket,
    event: TicketEvent,
    *,
    grant: bool,
    by: User | None,
    to_reporter: bool,
) -> None:
    people: list[User] = list(record.people_at(request.unit, ticket, event.at))
    if request.kind == RequestKind.REOPENING and grant:
        people = record.people_at(ticket.handler or ticket.centre, ticket, event.at)
        record.tell(people, event, "reopened", but=by)
    else:
        record.tell(people, event, "decided", but=by, kind=request.kind, granted=grant)
    if to_reporter and request.kind in (RequestKind.EXTENSION, RequestKind.SUSPENSION):
        record.tell_reporter(event, "deadline_moved", due=ticket.resolve_by or request.until)
    elif to_reporter:
        record.tell_reporter(event, "decided", kind=request.kind, granted=grant)


def _return(ticket: Ticket, request: Request, at: datetime) -> None:
    assert ticket.handler is not None
    params = {"lead": ticket.handler.code, "unit": ticket.centre.code}
    if ticket.handler == ticket.centre:
        # A centre returns what the centre above gave it: that one decides again.
        above = organisation.centre_above(ticket.centre)
        ticket.centre = above or ticket.centre
        params["unit"] = ticket.centre.code
    ticket.state, ticket.returns = State.ACCEPTED, ticket.returns + 1
    ticket.handler = ticket.signed_at = None
    finding.index_again(ticket)
    ticket.reason = {"rule": "returned", "params": params}
    timing.stop(ticket, "sign", at=at)
    timing.end_pause(ticket, at=at)
    timing.set_clock(ticket, "decide", timing.decide_limit(ticket), start=at, at=at)


def _extend(ticket: Ticket, request: Request, at: datetime) -> None:
    ticket.extensions += 1
    timing.extend_resolve(ticket, at=at)


def _suspend(ticket: Ticket, request: Request, at: datetime) -> None:
    assert request.until is not None
    timing.pause_resolve(ticket, until=request.until, at=at)
    timing.add_step(ticket, DueStep.Kind.RESUME, clock="pause", due=request.until)


def _reopen(ticket: Ticket, request: Request, at: datetime) -> None:
    ticket.reopenings += 1
    ticket.ended_at = ticket.resolved_at = ticket.verified_at = None
    timing.void_step(ticket, "rating", at=at)
    unit: Unit = ticket.handler or ticket.centre
    ticket.reason = {"rule": "reopened", "params": {"unit": unit.code}}
    if ticket.state == State.REFUSED or ticket.handler is None:
        ticket.state = State.SUBMITTED
        timing.set_clock(ticket, "accept", timing.accept_limit(ticket), start=at, at=at)
    else:
        ticket.state = State.HANDLING
    rework(ticket, at=at)


_GRANTED: dict[RequestKind, Callable[[Ticket, Request, datetime], None]] = {
    RequestKind.RETURN: _return,
    RequestKind.EXTENSION: _extend,
    RequestKind.SUSPENSION: _suspend,
    RequestKind.REOPENING: _reopen,
}
