"""Which tickets each figure of the wall counts: the number and the list behind it cannot differ."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from tickets.dots import day_of
from tickets.light import Light, light_sql
from tickets.models import TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.states import State
from tickets.statistics.answers import answered_between

WEEK = timedelta(days=7)


def received(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those that came in on the district's day that holds `at`."""
    since, until = day_of(at)
    return tickets.filter(reported_at__gte=since, reported_at__lt=until)


def closed(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those that were closed on the district's day that holds `at`."""
    return _ended(tickets, *day_of(at))


def closed_this_month(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those that were closed in the district's month that holds `at`."""
    return _ended(tickets, *month_of(at))


def answered_this_month(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those whose reporter was answered, for the last time, in the month that holds `at`."""
    return answered_between(tickets, *month_of(at))


def of_the_week(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those of the last seven days whose type is known."""
    return tickets.filter(
        reported_at__gt=at - WEEK, reported_at__lte=at, event_type__isnull=False
    )  # fmt: skip


def _ended(tickets: TicketQuerySet, since: datetime, until: datetime) -> TicketQuerySet:
    """Return those that were closed in this time. History has an index by time, tickets none."""
    lines = TicketEvent.objects.filter(at__gte=since, at__lt=until, after=State.CLOSED)
    return tickets.filter(
        pk__in=lines.values("ticket"), state=State.CLOSED, ended_at__gte=since, ended_at__lt=until
    )


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of the district's month that holds `at`, and of the next month."""
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1)


def _lit(*lights: Light) -> Callable[[TicketQuerySet, datetime], TicketQuerySet]:
    values = [light.value for light in lights]
    return lambda tickets, at: tickets.at_work().annotate(lit=light_sql(at)).filter(lit__in=values)


# By the keys of definitions.py; `land` counts areas, behind which there are no tickets.
COUNTED: dict[str, Callable[[TicketQuerySet, datetime], TicketQuerySet]] = {
    "received": received,
    "closed": closed,
    "near": _lit(Light.YELLOW, Light.ORANGE),
    "overdue": _lit(Light.RED),
    "at_work": lambda tickets, at: tickets.at_work(),
    "tiers": lambda tickets, at: tickets.at_work(),
    "satisfaction": answered_this_month,
    "on_the_spot": closed_this_month,
    "types": of_the_week,
    "hours": lambda tickets, at: tickets.filter(
        Q(pk__in=received(tickets, at).values("pk")) | Q(pk__in=closed(tickets, at).values("pk"))
    ),
}
