"""A year's holidays were announced: provisional deadlines of running tickets are reckoned again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tickets.lifecycle import record, timing
from tickets.models import Ticket


def recompute(*, years: Collection[int], at: datetime) -> int:
    """Reckon the running deadlines that touch these years anew; return how many tickets' moved.

    :param years: those that were announced, or whose announcement was changed (as in 2020, when
        the holiday was lengthened while it ran)
    """
    if not years:
        return 0
    touched = Q(provisional=True)
    for year in years:
        touched |= Q(reported_at__year__lte=year, resolve_by__year__gte=year)
    running = Ticket.objects.at_work().filter(touched)
    return sum(_again(pk, at) for pk in running.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _again(ticket_id: int, at: datetime) -> bool:
    ticket = record.locked(ticket_id)
    before = ticket.resolve_by
    if not timing.recompute_resolve(ticket, at=at):
        ticket.save()
        return False
    event = record.log(
        ticket, record.Kind.RECLOCKED, by=None, at=at, before=ticket.state, after=ticket.state,
        data={"before": before.isoformat() if before else None,
              "after": ticket.resolve_by.isoformat() if ticket.resolve_by else None},
    )  # fmt: skip
    people = record.people_at(ticket.handler or ticket.centre, ticket, at)
    record.tell(people, event, "deadline_moved", due=ticket.resolve_by)
    record.tell_reporter(event, "deadline_moved", due=ticket.resolve_by)
    return True
