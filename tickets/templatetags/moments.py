"""Times as lists show them, hundreds on a page: Python's own writing of them, not `date`'s."""

from datetime import datetime

from django import template

register = template.Library()


@register.filter(expects_localtime=True)
def iso(moment: datetime) -> str:
    """Return the time for programs, as the `datetime` of a <time>: the same as date:"c"."""
    return moment.isoformat()


@register.filter(expects_localtime=True)
def to_the_minute(moment: datetime) -> str:
    """Return "2026-11-25 09:05": the same as date:"Y-m-d H:i"."""
    return f"{moment:%Y-%m-%d %H:%M}"


@register.filter(expects_localtime=True)
def of_this_year(moment: datetime) -> str:
    """Return "11-25 09:05": the same as date:"m-d H:i"."""
    return f"{moment:%m-%d %H:%M}"
