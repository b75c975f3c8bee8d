"""The light of a ticket: how much of its time is left (domain 2.5).

One rule, twice: for one ticket in Python and for many in SQL; a test holds them together.
"""

from datetime import datetime
from typing import Protocol

from django.db import models
from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from tickets.states import AT_WORK


class Light(models.TextChoices):
    """What the colour of a dot says. The values are part of the API."""

    GREEN = "green", _("In time")
    YELLOW = "yellow", _("Due soon")
    ORANGE = "orange", _("About to be late")
    RED = "red", _("Overdue")
    GREY = "grey", _("Paused")
    BLUE = "blue", _("Done")


class HasTimes(Protocol):
    """What the light is reckoned from: a ticket, or a row with these of its columns."""

    @property
    def state(self) -> str: ...
    @property
    def paused_until(self) -> datetime | None: ...
    @property
    def yellow_at(self) -> datetime | None: ...
    @property
    def orange_at(self) -> datetime | None: ...
    @property
    def red_at(self) -> datetime | None: ...


def light_of(ticket: HasTimes, at: datetime) -> Light:
    """Return the light at this moment.

    Blue once the matter itself is handled, grey while paused (until it is resumed, even if the
    day for that has passed), else by the marks of the limit that ends first: 70, 90, 100 %.
    """
    if ticket.state not in AT_WORK:
        return Light.BLUE
    if ticket.paused_until is not None:
        return Light.GREY
    for moment, light in (
        (ticket.red_at, Light.RED),
        (ticket.orange_at, Light.ORANGE),
        (ticket.yellow_at, Light.YELLOW),
    ):
        if moment is not None and moment <= at:
            return light
    return Light.GREEN


def light_sql(at: datetime) -> Case:
    """Return light_of() as an expression over the columns of Ticket, to annotate or filter with."""
    return Case(
        When(~Q(state__in=sorted(AT_WORK)), then=Value(Light.BLUE.value)),
        When(paused_until__isnull=False, then=Value(Light.GREY.value)),
        When(red_at__lte=at, then=Value(Light.RED.value)),
        When(orange_at__lte=at, then=Value(Light.ORANGE.value)),
        When(yellow_at__lte=at, then=Value(Light.YELLOW.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )
