"""Calendar days that differ from their weekday, from the package chinesecalendar (MIT)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import chinese_calendar

SOURCE = "State Council notice, by chinesecalendar 1.11.0"
# As Chinese law names them; the package's own English is kept for the reader of English.
_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def days(first_year: int, last_year: int) -> Iterable[dict[str, Any]]:
    """Yield holidays and make-up working days of these years, which must have been announced."""
    day, end = date(first_year, 1, 1), date(last_year, 12, 31)
    while day <= end:
        off, name = chinese_calendar.get_holiday_detail(day)
        if name in _NAMES:
            chinese, english = _NAMES[name], name
            if not off:
                chinese, english = f"{chinese}调休上班", f"{english}: make-up working day"
            yield {
                "date": day.isoformat(),
                "kind": "holiday" if off else "makeup",
                "name": chinese,
                "name_en": english,
                "source": SOURCE,
            }
        day += timedelta(days=1)
