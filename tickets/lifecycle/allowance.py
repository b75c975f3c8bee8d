"""Whether something may be asked about a ticket now: the state, the count, the time, the reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from tickets.lifecycle import timing
from tickets.models import Limits, Request, Ticket
from tickets.requests_table import REQUESTS, RequestKind, ReturnReason
from tickets.states import MoveRefused, State

_MUST_SAY_WHY = frozenset(RequestKind) - {RequestKind.REOPENING}


def check(
    ticket: Ticket,
    kind: RequestKind,
    *,
    at: datetime,
    reason: str,
    words: str,
    until: datetime | None,
) -> None:
    """Check that this may be asked about the locked ticket now.

    :raises MoveRefused: if the state, the count, the time or the missing reason forbids it
    """
    rule = REQUESTS[kind]
    if ticket.state not in rule.sources:
        raise MoveRefused(
            _("“%(kind)s” is not possible: the ticket is now “%(state)s”.")
            % {"kind": kind.label, "state": State(ticket.state).label}
        )
    if kind in _MUST_SAY_WHY and not words.strip():
        raise MoveRefused(_("Say why."))
    if ticket.requests.filter(kind=kind, state=Request.State.OPEN).exists():
        raise MoveRefused(_("This was asked already and waits for a decision."))
    if used_up(ticket, kind):
        at_most = Limits.current().requests[kind]["at_most"]
        raise MoveRefused(
            _("This was granted as often as it may be (%(count)d).") % {"count": at_most}
        )
    if kind == RequestKind.RETURN:
        _check_return(ticket, reason, at)
    if kind == RequestKind.EXTENSION and ticket.resolve_by and at >= ticket.resolve_by:
        raise MoveRefused(_("The limit has passed; an extension must be asked for before."))
    if kind == RequestKind.SUSPENSION:
        _check_until(until, at)


def used_up(ticket: Ticket, kind: RequestKind) -> bool:
    """Whether such a request was granted as often as the district allows."""
    granted = [Request.State.GRANTED]
    if REQUESTS[kind].lapse_grants:
        granted.append(Request.State.LAPSED)
    count = ticket.requests.filter(kind=kind, state__in=granted).count()
    return count >= int(Limits.current().requests[kind]["at_most"])


def _check_return(ticket: Ticket, reason: str, at: datetime) -> None:
    if reason not in ReturnReason.values:
        raise MoveRefused(_("Choose one of the reasons."))
    # Until half of the limit or the district's window, whichever is earlier (domain 2.5).
    kind, given_at = ticket.event_type, ticket.dispatched_at
    if kind is None or given_at is None:
        return
    over = at > timing.moment_after(Limits.current().return_within, start=given_at)
    if over or timing.share_used(kind.resolve_limit, start=given_at, at=at) > 0.5:
        raise MoveRefused(
            _("It is too late to return it: half of the limit or one working day has passed.")
        )


def _check_until(until: datetime | None, at: datetime) -> None:
    if until is None or until <= at:
        raise MoveRefused(_("Say until when, in the future."))
    longest = Limits.current().suspension_days
    if (until - at).days > longest:
        raise MoveRefused(_("A suspension lasts %(days)d days at most.") % {"days": longest})
