"""What the district's settings may be: the same rules for a pack's district.json and the admin.

Each check takes a value as JSON gives it and returns it, or raises BadValue with a sentence.
"""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from grids.packfile import BadValue

# Texts -> most characters.
TEXTS = {
    "name": 60,
    "name_en": 80,
    "service_name": 60,
    "service_name_en": 80,
    "centre_title": 60,
    "centre_title_en": 120,
    "hotline": 30,
    "map_credits": 300,
    "map_credits_en": 300,
    "map_review_number": 40,
}
NEEDED = frozenset({"code", "name", "number_prefix", "work_sessions"})


def check(name: str, value: Any) -> Any:
    """Return the value of this setting if it is a good one.

    :raises BadValue: with what is expected
    """
    if name in TEXTS:
        return _text(value, TEXTS[name], needed=name in NEEDED)
    return CHECKS[name](value)


def _text(value: Any, most: int, *, needed: bool) -> str:
    if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
        raise BadValue(_("a text of at most %d characters is expected") % most)
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{6}", value):
        raise BadValue(_("six digits are expected"))
    return value


def _prefix(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{1,4}", value):
        raise BadValue(_("one to four capitals are expected"))
    return value


def _sessions(value: Any) -> list[list[str]]:
    times: list[time] = []
    try:
        for start, end in value:
            if not re.fullmatch(r"\d\d:\d\d", start) or not re.fullmatch(r"\d\d:\d\d", end):
                raise ValueError(start)
            times += [time.fromisoformat(start), time.fromisoformat(end)]
    except (TypeError, ValueError):
        raise BadValue(_('pairs of times are expected, such as [["09:00", "12:00"]]')) from None
    if not times or any(a >= b for a, b in zip(times, times[1:], strict=False)):
        raise BadValue(_("office hours follow each other without overlap within one day"))
    return [list(pair) for pair in value]


def _numbers(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or not all(_is_number(item) for item in value):
        raise BadValue(
            _('a list is expected of {"number": "110", "name": …, "name_en": …, "words": […]}')
        )
    return value


def _is_number(item: Any) -> bool:
    if not isinstance(item, dict) or not set(item) <= {"number", "name", "name_en", "words"}:
        return False
    words = item.get("words", [])
    texts = [item[name] for name in item if name != "words"]
    return (
        isinstance(words, list)
        and all(isinstance(text, str) for text in [*texts, *words])
        and all(word.strip() for word in words)
        and re.fullmatch(r"[0-9]{3,12}", item.get("number", "")) is not None
        and bool(item.get("name"))
    )


def _languages(value: Any) -> list[str]:
    known = [code for code, _label in settings.LANGUAGES]
    if not isinstance(value, list) or not value or not all(item in known for item in value):
        raise BadValue(_("a list is expected of: %s") % ", ".join(known))
    return value


def _percent(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise BadValue(_("a whole number from 0 to 100 is expected"))
    return value


CHECKS: dict[str, Callable[[Any], Any]] = {
    "code": _code,
    "number_prefix": _prefix,
    "work_sessions": _sessions,
    "emergency_numbers": _numbers,
    "languages": _languages,
    "satisfaction_target": _percent,
}
