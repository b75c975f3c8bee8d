"""The district's working calendar: days and years from tables, office hours from settings."""

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Subquery
from django.utils.translation import gettext as _

from grids.models import District
from tickets.deadlines import BadSessions, Calendar, DayName, Sessions
from tickets.models import CalendarDay, CalendarVersion, CalendarYear

_MAKEUP = CalendarDay.Kind.MAKEUP


def current() -> Calendar:
    """Return the calendar as the tables say it now, whoever changed them: one small query.

    The days are read again only when they changed. Where a year is not in the tables, weekends
    are off; deadlines that touch a year that is not announced are provisional.

    :raises BadSessions: if the office hours in the district's settings cannot be
    """
    stamp = CalendarVersion.objects.values_list("stamp", flat=True)
    rows = District.objects.filter(pk=1).values_list("work_sessions", Subquery(stamp[:1]))
    # Before a pack was loaded: the usual office hours.
    written, version = rows.first() or (District().work_sessions, stamp.first())
    return _built(sessions_of(written), version or "")


def sessions_of(written: Iterable[Iterable[str]]) -> Sessions:
    """Return office hours such as [["09:00", "12:00"], ["14:00", "18:00"]] as times.

    :raises BadSessions: if they are not written like that
    """
    try:
        return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in written)
    except (TypeError, ValueError) as error:
        raise BadSessions(
            _("Office hours are written as pairs of times, such as 09:00 and 12:00.")
        ) from error


@lru_cache(maxsize=4)
def _built(sessions: Sessions, version: str) -> Calendar:
    # `version` is only the key: another one means that the tables have changed.
    days: dict[date, tuple[str, str, str]] = {
        day: (kind, name, name_en)
        for day, kind, name, name_en in CalendarDay.objects.values_list(
            "date", "kind", "name", "name_en"
        )
    }
    announced = set(CalendarYear.objects.filter(announced=True).values_list("year", flat=True))

    # Kept: each clock walks over the same days several times.
    @lru_cache(maxsize=4096)
    def is_workday(day: date) -> bool:
        return days[day][0] == _MAKEUP if day in days else day.weekday() < 5

    def name_of(day: date) -> DayName:
        _kind, name, name_en = days.get(day, ("", "", ""))
        return DayName(name, name_en)

    return Calendar(
        sessions=sessions,
        is_workday=is_workday,
        is_announced=announced.__contains__,
        name_of=name_of,
        tz=ZoneInfo(settings.TIME_ZONE),
    )
