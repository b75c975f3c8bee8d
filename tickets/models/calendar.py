"""The days that differ from their weekday, and which years are announced."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """Whether this year's holidays are announced; until then deadlines in it are provisional."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    announced = models.BooleanField(_("announced"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self):
        return str(self.year)


class CalendarDay(models.Model):
    """A day unlike its weekday: a holiday, or a weekend day worked instead (domain 2.11)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        MAKEUP = "makeup", _("Make-up working day")

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    name = models.CharField(_("name"), max_length=40, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self):
        return f"{self.date:%F} {self.get_kind_display()}"


class CalendarVersion(models.Model):
    """One row: a value that the database itself changes with any calendar day or year.

    Caches ask for it (tickets.calendar). Before the first day or year there is no row.
    """

    stamp = models.CharField(max_length=32)

    def __str__(self):
        return self.stamp
