"""What reports are judged by, read once and kept by the process until it changes.

Areas, units, types, limits, the calendar: they change a few times a year, and every report needs
them. The database itself notes every change of these tables, whoever makes it (handbook_sql.py);
a request asks for that note once, and goes by what is kept if it is the same.
"""

from collections.abc import Callable, Hashable
from datetime import date
from typing import TypeVar, cast

from django.utils import timezone

from grids.models import HandbookVersion

Read = TypeVar("Read")


class Handbook:
    """What was read while the tables stood as they do, on one day. Shared by threads."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._kept: dict[Hashable, object] = {}

    def keep(self, name: Hashable, read: Callable[[], Read]) -> Read:
        """Return what was read under this name; read it, if nobody has. Nobody changes it."""
        if name not in self._kept:
            self._kept[name] = read()
        return cast("Read", self._kept[name])


_current: tuple[tuple[str, date], Handbook] | None = None


def current(stamp: str | None = None) -> Handbook:
    """Return the handbook that holds now: one small query. Keep it no longer than a request.

    :param stamp: what the database has just answered to HandbookVersion.NOW, if it was asked
    """
    global _current  # noqa: PLW0603  one value for the process, replaced as a whole
    day = timezone.localdate()
    if stamp is None:
        stamp = HandbookVersion.stamp_now()
    if not stamp:
        return Handbook(day)
    kept = _current
    if kept is None or kept[0] != (stamp, day):
        kept = _current = ((stamp, day), Handbook(day))
    return kept[1]
