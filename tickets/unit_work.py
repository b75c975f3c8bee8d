"""A unit's work in groups by what it needs: overdue, to sign, due, sent back, and so on.

Every ticket of the unit stands in exactly one group; within a group the nearest limit is first.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from people.models import User
from tickets.models import Helper, Ticket
from tickets.querysets import TicketQuerySet
from tickets.states import State

_IN_HAND = (State.DISPATCHED, State.SIGNED, State.HANDLING)


class Group(models.TextChoices):
    """The groups in the order of need."""

    OVERDUE = "overdue", _("Overdue")
    TO_SIGN = "to_sign", _("To sign for")
    DUE = "due", _("Due soon")
    SENT_BACK = "sent_back", _("Sent back")
    WORK = "work", _("In work")
    PAUSED = "paused", _("Standing still")
    HELP = "help", _("We help")
    CHECK = "check", _("Being checked")


def of(user: User, units: Iterable[int], *, at: datetime) -> TicketQuerySet:
    """Return what these units have in hand or wait to have checked, each with its `group`.

    One query of its own, before that of whoever asks for the rows.
    """
    units = list(units)
    helping = Exists(Helper.objects.filter(ticket=OuterRef("pk"), unit__in=units))
    ours = Q(handler__in=units, state__in=[*_IN_HAND, State.RESOLVED])
    theirs = Q(helping, state__in=_IN_HAND)
    # Looked up once for all groups, each way by its index: with “or” the database would go through
    # everything open in the district.
    in_hand = Ticket.objects.open().filter(handler__in=units).values("pk")
    helped = Helper.objects.filter(unit__in=units, ended=False).values("ticket")
    open_ids = (
        Ticket.objects.open().filter(pk__in=in_hand.union(helped)).values_list("pk", flat=True)
    )
    work = Ticket.objects.visible_to(user).open().filter(pk__in=list(open_ids))
    return work.filter(ours | theirs).annotate(
        group=Case(
            When(~Q(handler__in=units), then=Value(Group.HELP.value)),
            When(state=State.RESOLVED, then=Value(Group.CHECK.value)),
            When(paused_until__isnull=False, then=Value(Group.PAUSED.value)),
            When(red_at__lte=at, then=Value(Group.OVERDUE.value)),
            When(state=State.DISPATCHED, then=Value(Group.TO_SIGN.value)),
            When(reworks__gt=0, then=Value(Group.SENT_BACK.value)),
            When(yellow_at__lte=at, then=Value(Group.DUE.value)),
            default=Value(Group.WORK.value),
            output_field=CharField(),
        )
    )  # fmt: skip


def counts(work: TicketQuerySet) -> dict[Group, int]:
    """Return how many stand in each group, the empty ones too. One query."""
    rows = work.order_by().values("group").annotate(count=Count("pk")).values_list("group", "count")
    found = dict(rows)
    return {group: found.get(group.value, 0) for group in Group}


def first(work: TicketQuerySet, group: Group, most: int) -> list[Ticket]:
    """Return the first tickets of one group, with what a row shows of them."""
    rows = work.filter(group=group.value).with_places().select_related("text", "event_type")
    return list(rows.order_by(F("red_at").asc(nulls_last=True), "reported_at", "pk")[:most])
