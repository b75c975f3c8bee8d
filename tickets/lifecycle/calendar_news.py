"""A year's holidays were announced: provisional deadlines of running tickets are reckoned again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tickets.lifecycle import record, timing
from tickets.models import Ticket


def recompute(*, years: Collection[int], at: datetime) -> int:
    """Reckon every running provisional deadline anew; return how many tickets' deadlines moved.

    :param years: the years that were announced; a deadline is provisional when it, or a day that
        was counted towards it, lies in a year without an announcement
    """
    if not years:
        return 0
    running = Ticket.objects.at_work().filter(provisional=True)
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
