"""Days and months of the district, and how a period is covered with as few rows as possible."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.utils import timezone

_DAY = timedelta(days=1)


class Span(StrEnum):
    """How long a row of the summary is; each but the day is the sum of the one before it."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Stretch(NamedTuple):
    """Days, months or years in a row, by the first day of the first and of the last."""

    span: Span
    first: date
    last: date


def midnight(day: date) -> datetime:
    """Return the moment at which the district's day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_of(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def end_of(month: date) -> date:
    """Return the first day of the next month."""
    return month_of(month + timedelta(days=32))


def year_of(day: date) -> date:
    """Return the first day of its year."""
    return day.replace(month=1, day=1)


def end_of_year(year: date) -> date:
    """Return the first day of the next year."""
    return year_of(year + timedelta(days=366))


def days_in(since: date, until: date) -> list[date]:
    """Return the days from `since` up to and without `until`."""
    return [since + n * _DAY for n in range((until - since).days)]


def cover(since: date, until: date, *, longest: Span = Span.YEAR) -> list[Stretch]:
    """Return the period (without `until`) as few stretches, of nothing longer than that."""
    stretches: list[Stretch] = []
    day = since
    while day < until:
        span, end = _longest_from(day, until, longest)
        if stretches and stretches[-1].span == span:
            stretches[-1] = stretches[-1]._replace(last=day)
        else:
            stretches.append(Stretch(span, day, day))
        day = end
    return stretches


def _longest_from(day: date, until: date, longest: Span) -> tuple[Span, date]:
    """Return the longest span that begins on the day and is over by then, with its end."""
    if longest == Span.YEAR and day == year_of(day) and end_of_year(day) <= until:
        return Span.YEAR, end_of_year(day)
    if longest != Span.DAY and day == month_of(day) and end_of(day) <= until:
        return Span.MONTH, end_of(day)
    return Span.DAY, day + _DAY
