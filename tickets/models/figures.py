"""The daily summary of what the history holds, and what is needed to keep it so.

Written by tickets.statistics only, from the history: it can be thrown away and made again.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


def _count() -> models.IntegerField:
    return models.IntegerField(default=0)


class DayFigures(models.Model):
    """What happened on one day (or in a month, a year) in one area, or in one cell of a town.

    Grain "area": all of an area, of any level. Grain "cell": what one unit did about one type in
    one town; unit or type is "" where there is none yet. Never holds restricted tickets, but for
    `restricted`, their number. What each count means: statistics.facts.
    """

    class Span(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    class Grain(models.TextChoices):
        AREA = "area", _("Area")
        CELL = "cell", _("Town, unit and type")

    span = models.CharField(max_length=5, choices=Span)
    grain = models.CharField(max_length=4, choices=Grain)
    # Of a month or year: its first.
    day = models.DateField()
    area = models.CharField(max_length=15)
    unit = models.CharField(max_length=30, blank=True)
    type = models.CharField(max_length=8, blank=True)

    # Of what was reported on this day, as it stands now.
    reported = _count()
    filed = _count()
    refused = _count()
    merged = _count()
    withdrawn = _count()
    finished = _count()
    restricted = _count()
    # What happened on this day.
    response_due = _count()
    responded = _count()
    received = _count()
    sign_due = _count()
    signed = _count()
    due = _count()
    on_time = _count()
    resolved = _count()
    minutes = models.BigIntegerField(default=0)
    returned = _count()
    reworked = _count()
    extended = _count()
    reopened = _count()
    climbed = _count()
    supervised = _count()
    answered = _count()
    rated = _count()
    satisfied = _count()
    solved = _count()
    closed = _count()
    on_the_spot = _count()
    # Came into somebody's hands and left them; passed its promise and stopped being late.
    work_in = _count()
    work_out = _count()
    late_in = _count()
    late_out = _count()

    class Meta:
        verbose_name = _("daily figures")
        verbose_name_plural = _("daily figures")
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "span", "area", "day", "unit", "type"], name="figures_once"
            ),
        ]
        indexes = [
            models.Index(fields=["span", "day"], name="figures_of_day"),
            models.Index(
                fields=["unit", "span", "day"],
                name="figures_of_unit",
                condition=Q(grain="cell"),
            ),
        ]

    def __str__(self):
        return f"{self.day:%F} {self.span} {self.area} {self.unit} {self.type}"


class DirtyDay(models.Model):
    """A day whose figures are to be reckoned anew."""

    day = models.DateField(primary_key=True)

    def __str__(self):
        return f"{self.day:%F}"


class CountedTicket(models.Model):
    """Up to which version a ticket that moved lately was noticed. Older rows are deleted."""

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, related_name="+", primary_key=True, db_constraint=False
    )
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="counted_at")]

    def __str__(self):
        return f"{self.ticket_id} at {self.version}"


class FiguresState(models.Model):
    """One row: up to when the history was looked through, and who is at it just now."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    # None: never yet, so everything is to be reckoned.
    upto = models.DateTimeField(null=True, blank=True)
    # All figures were true for this moment: nothing was left to reckon.
    true_at = models.DateTimeField(null=True, blank=True)
    taken_until = models.DateTimeField(null=True, blank=True)
    # No line of a history that was reckoned is further from its report than this: so whoever asks
    # what was in hand on a past day need not look through all that was ever reported before it.
    longest = models.DurationField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="figures_state_is_one_row", condition=Q(id=1)),
        ]

    def __str__(self):
        return f"up to {self.upto}"
