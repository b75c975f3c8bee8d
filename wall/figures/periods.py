"""Periods of the district's calendar: a day, week, month, quarter, year, or any days. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.statistics import By
from tickets.statistics.spans import days_in

_DAY = timedelta(days=1)
# As many days are shown one by one; so many in weeks; the rest in months.
_SINGLE_DAYS, _WEEKS = 45, 200
_AROUND_A_DAY = 14


class Kind(models.TextChoices):
    DAY = "day", gettext_lazy("Day")
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    QUARTER = "quarter", gettext_lazy("Quarter")
    YEAR = "year", gettext_lazy("Year")
    RANGE = "range", gettext_lazy("From … to")


@dataclass(frozen=True)
class Period:
    """Days from `since` up to and without `until`."""

    kind: Kind
    since: date
    until: date

    @property
    def last(self) -> date:
        return self.until - _DAY

    def before(self) -> "Period":
        """Return the period of the same kind before this one."""
        if self.kind == Kind.RANGE:
            return Period(self.kind, self.since - (self.until - self.since), self.since)
        return holding(self.kind, self.since - _DAY)

    def cut(self, today: date) -> "Period":
        """Return what of it has passed by the end of today: the whole of it, or less."""
        return Period(self.kind, self.since, max(self.since + _DAY, min(self.until, today + _DAY)))

    def as_long_as(self, other: "Period") -> "Period":
        """Return its first days, as many as the other has if that one is still going on."""
        return Period(self.kind, self.since, min(self.until, self.since + other.length))

    @property
    def length(self) -> timedelta:
        return self.until - self.since

    def steps(self) -> By:
        """Return in which steps a trend over it is shown."""
        if self.length.days <= _SINGLE_DAYS:
            return By.DAY
        return By.WEEK if self.length.days <= _WEEKS else By.MONTH

    def for_trend(self) -> "Period":
        """Return the time a trend shows: a single day stands among those before it."""
        if self.length > _DAY:
            return self
        return Period(self.kind, self.until - _AROUND_A_DAY * _DAY, self.until)

    def __str__(self) -> str:
        if self.kind == Kind.YEAR:
            return str(self.since.year)
        if self.kind == Kind.QUARTER:
            quarter = (self.since.month + 2) // 3
            return _("Quarter %(quarter)s of %(year)s") % {
                "quarter": quarter, "year": self.since.year
            }  # fmt: skip
        if self.kind == Kind.MONTH:
            return date_format(self.since, "YEAR_MONTH_FORMAT")
        return self.days()

    def days(self) -> str:
        """Return its first and last day in the reader's language."""
        first = date_format(self.since)
        if self.length <= _DAY:
            return first
        return _("%(first)s to %(last)s") % {"first": first, "last": date_format(self.last)}


def holding(kind: Kind, day: date) -> Period:
    """Return the period of this kind that holds the day; a range is this very day."""
    if kind in (Kind.DAY, Kind.RANGE):
        return Period(kind, day, day + _DAY)
    if kind == Kind.WEEK:
        monday = day - day.weekday() * _DAY
        return Period(kind, monday, monday + 7 * _DAY)
    months = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12}[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    number = first.month - 1 + months
    return Period(kind, first, date(first.year + number // 12, number % 12 + 1, 1))


def buckets(period: Period, step: By) -> list[date]:
    """Return the first day of each step of a trend over the period."""
    days = days_in(period.since, period.until)
    if step == By.WEEK:
        return sorted({day - day.weekday() * _DAY for day in days})
    return sorted({day.replace(day=1) for day in days}) if step == By.MONTH else days
