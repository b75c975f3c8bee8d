"""Days and months of the district, and how a period is covered with as few rows as possible."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

_DAY = timedelta(days=1)


class Cover(NamedTuple):
    """A period as whole months and the days that are left: [(first, last)] of each."""

    months: list[date]
    days: list[date]


def midnight(day: date) -> datetime:
    """Return the moment at which the district's day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def end_of(month: date) -> date:
    """Return the first day of the next month."""
    return month_of(month + timedelta(days=32))


def days_in(since: date, until: date) -> list[date]:
    """Return the days from `since` up to and without `until`."""
    return [since + n * _DAY for n in range((until - since).days)]


def cover(since: date, until: date) -> Cover:
    """Return the period (without `until`) as whole months and single days."""
    months, days, day = [], [], since
    while day < until:
        if day.day == 1 and end_of(day) <= until:
            months.append(day)
            day = end_of(day)
        else:
            days.append(day)
            day += _DAY
    return Cover(months, days)
