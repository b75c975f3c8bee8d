"""The centre's verbs: accept, refuse, merge, dispatch."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from grids.locate import Place
from grids.models import Unit
from people.models import User
from people.roles import CENTRE_ROLES
from people.scope import posts_of
from tickets import routing
from tickets.access import hats_over
from tickets.lifecycle import record, timing, undoing
from tickets.lifecycle.reporting import give
from tickets.models import EventType, Helper, Ticket, Urgency
from tickets.requests_table import RefusalReason
from tickets.states import ENDED, Hat, Move, MoveRefused


@transaction.atomic
def accept(
    *,
    ticket_id: int,
    by: User,
    at: datetime,
    event_type: EventType | None = None,
    words: str = "",
) -> Ticket:
    """The centre takes the report on and says what type it is; its queue is where it is decided.

    A type whose first level is elsewhere brings the ticket to the centre that decides such ones.

    :raises MoveRefused: if no type was given and it has none yet
    """
    ticket = record.locked(ticket_id)
    kind = event_type or ticket.event_type
    if kind is None:
        raise MoveRefused(_("Choose what type of matter it is first."))
    was, before = ticket.centre, undoing.remember(ticket)
    event = record.make(
        ticket, Move.ACCEPT, by=by, at=at, words=words,
        data={"type": kind.code} | timing.promise(ticket, "accept"),
        accepted_at=at, held=False,
    )  # fmt: skip
    _set_type(ticket, kind, at=at)
    timing.stop(ticket, "accept", "decide", at=at)
    place = Place(village=ticket.village, grid=ticket.grid)
    route = routing.choose(event_type=kind, certain=True, place=place, at=at)
    # Never back down to a centre below the one that accepts: it may have climbed here.
    if len(route.centre.area.code) <= len(was.area.code):
        ticket.centre = route.centre
    params = {"unit": ticket.centre.code, "type": kind.code}
    ticket.reason = {"rule": "accepted", "params": params}
    ticket.save()
    if ticket.centre != was:
        people = record.people_at(ticket.centre, ticket, at)
        record.tell(
            people, event, "climbed", but=by, unit=ticket.centre.code, area=ticket.area_code
        )
    record.tell_reporter(event, "progress", state=ticket.state, wait=undoing.TOLD_AFTER)
    undoing.offer(before, event, by=by, at=at)
    return ticket


@transaction.atomic
def refuse(
    *, ticket_id: int, by: User, at: datetime, reason: RefusalReason | str, words: str = ""
) -> Ticket:
    """The centre does not accept the report, for one of the reasons R01-R09, told to the reporter.

    :raises MoveRefused: for a P1 matter, unless by the shift supervisor (domain 2.4)
    """
    ticket = record.locked(ticket_id)
    if reason not in RefusalReason.values:
        raise MoveRefused(_("Choose one of the reasons."))
    if ticket.urgency == Urgency.P1 and Hat.SUPERVISOR not in hats_over(by, ticket):
        raise MoveRefused(
            _("Only the shift supervisor may refuse a critical matter, after giving the number.")
        )
    before = undoing.remember(ticket)
    event = record.make(
        ticket, Move.REFUSE, by=by, at=at, words=words, public=True,
        data={"reason": str(reason)}, ended_at=at, held=False,
    )  # fmt: skip
    timing.stop_all(ticket, at=at)
    ticket.save()
    record.tell_reporter(event, "refused", reason=str(reason), wait=undoing.TOLD_AFTER)
    undoing.offer(before, event, by=by, at=at)
    return ticket


@transaction.atomic
def merge(*, ticket_id: int, into_id: int, by: User, at: datetime, words: str = "") -> Ticket:
    """The report is about the same thing as another open one; its reporter follows that one.

    Returns the ticket that was merged.

    :raises MoveRefused: if the other is the same, ended, itself merged, or outside `by`'s door
    """
    # Locked in one order, so that two dispatchers merging crosswise cannot wait for each other.
    first, second = (record.locked(pk) for pk in sorted((ticket_id, into_id)))
    ticket, other = (first, second) if first.pk == ticket_id else (second, first)
    if ticket.pk == other.pk:
        raise MoveRefused(_("A ticket cannot be merged with itself."))
    if other.state in ENDED:
        raise MoveRefused(_("The other ticket has ended. Reopen it, or handle this one."))
    if ticket.restricted != other.restricted:
        raise MoveRefused(_("A restricted ticket is only merged with a restricted one."))
    if not Ticket.objects.visible_to(by).filter(pk=other.pk).exists():
        raise MoveRefused(_("There is no such ticket in your area."))
    before = undoing.remember(ticket)
    event = record.make(
        ticket, Move.MERGE, by=by, at=at, words=words, data={"into": other.number},
        merged_into=other, ended_at=at,
    )  # fmt: skip
    timing.stop_all(ticket, at=at)
    ticket.save()
    record.log(
        other, record.Kind.MOVED, by=by, at=at, move=Move.MERGE, before=other.state,
        after=other.state, data={"from": ticket.number}, public=False,
    )  # fmt: skip
    record.tell_reporter(event, "merged", other=other.number, wait=undoing.TOLD_AFTER)
    undoing.offer(before, event, by=by, at=at)
    return ticket


@transaction.atomic
def dispatch(
    *,
    ticket_id: int,
    unit: Unit,
    by: User,
    at: datetime,
    helpers: Sequence[Unit] = (),
    words: str = "",
    data: dict | None = None,
) -> Ticket:
    """The centre gives the ticket to a lead unit (and helpers), which must sign for it in time.

    Also while another unit has it: the new one takes over, the promise to the reporter stays.

    :param data: what the line of history keeps besides: codes, no words

    :raises MoveRefused: without a type; to a unit elsewhere, above, or below the allowed level;
        to a unit where nobody is on post; with a helper that works elsewhere
    """
    ticket = record.locked(ticket_id)
    kind, by_centre = may_be_given(ticket, unit, by=by, at=at)
    helping = [helper for helper in dict.fromkeys(helpers) if helper != unit]
    for helper in helping:
        # Whoever helps sees the ticket: nobody outside the place's own line does.
        if not ticket.area_code.startswith(helper.area.code):
            raise MoveRefused(_("%(unit)s works in another area.") % {"unit": helper.shown_name})
    had, before = ticket.handler, undoing.remember(ticket)
    ticket.centre = by_centre
    params = {"centre": by_centre.code, "unit": unit.code}
    ticket.reason = {"rule": "given", "params": params}
    give(ticket, unit, by=by, at=at, kind=kind, helpers=helping, words=words, data=data)
    Helper.objects.filter(ticket=ticket).delete()
    Helper.objects.bulk_create(Helper(ticket=ticket, unit=helper) for helper in helping)
    event = ticket.events.order_by("-pk")[0]
    event.ticket = ticket
    for helper in helping:
        people = record.people_at(helper, ticket, at)
        record.tell(people, event, "dispatched", but=by, unit=unit.code)
    if had and had != unit:
        people = record.people_at(had, ticket, at)
        record.tell(people, event, "dispatched", but=by, unit=unit.code)
    record.tell_reporter(event, "progress", state=ticket.state, wait=undoing.TOLD_AFTER)
    undoing.offer(before, event, by=by, at=at)
    return ticket


def may_be_given(ticket: Ticket, unit: Unit, *, by: User, at: datetime) -> tuple[EventType, Unit]:
    """Return the type, and the centre for which `by` decides, if they may give it to the unit now.

    Asked by the verb on the locked ticket, and by whoever wants to know before.

    :raises MoveRefused: as dispatch() does
    """
    if ticket.event_type is None:
        raise MoveRefused(_("Choose what type of matter it is first."))
    record.may(ticket, by, {Hat.CENTRE})
    by_centre = _centre_of(by, ticket)
    fault = routing.may_be_given(
        unit=unit, centre=by_centre, event_type=ticket.event_type, area_code=ticket.area_code
    )
    if fault:
        raise MoveRefused(fault)
    if not record.people_at(unit, ticket, at):
        raise MoveRefused(
            _("Nobody is on post in %(unit)s, so nobody would see it.") % {"unit": unit.shown_name}
        )
    return ticket.event_type, by_centre


def _set_type(ticket: Ticket, kind: EventType, *, at: datetime) -> None:
    changed = ticket.event_type_id != kind.pk
    ticket.event_type = kind
    ticket.urgency, ticket.restricted = kind.urgency, kind.restricted
    if changed:
        # The promise runs from the report, whenever its type became clear.
        timing.set_clock(ticket, "resolve", kind.resolve_limit, start=ticket.reported_at, at=at)


def _centre_of(by: User, ticket: Ticket) -> Unit:
    """Return the centre for which they decide: the ticket's own, or the one above they sit in."""
    codes = [
        held.code
        for held in posts_of(by)
        # A leader of the centre above only reads: that post decides nothing.
        if held.is_centre and held.role in CENTRE_ROLES
        and ticket.area_code.startswith(held.code)
    ]  # fmt: skip
    above = min(codes, key=len, default=ticket.centre.area.code)
    if len(above) >= len(ticket.centre.area.code):
        return ticket.centre
    return Unit.objects.select_related("area").get(area__code=above, kind=Unit.Kind.CENTRE)
