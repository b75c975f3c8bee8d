"""How long something may take, as the pack writes it: 10min, 2U, 4H, 5W, 30N (domain 2.1)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext

# Days to 999, the rest to 9999: far below the twenty years that a clock may run.
_WRITTEN = re.compile(r"([1-9][0-9]{0,3})(min|U|H)|([1-9][0-9]{0,2})(W|N)")


class Unit(StrEnum):
    """In which time a limit counts. The values are what the pack writes."""

    MINUTE = "min"  # on the 24-hour clock
    URGENT_HOUR = "U"  # on the 24-hour clock
    WORK_HOUR = "H"  # inside the sessions of working days
    WORK_DAY = "W"  # whole working days after the first day
    NATURAL_DAY = "N"  # days of the calendar, the last one a working day


class BadLimit(Exception):
    """The text is not a limit; the message says how limits are written."""


@dataclass(frozen=True)
class Limit:
    """An amount of one kind of time."""

    amount: int
    unit: Unit

    @classmethod
    @lru_cache(maxsize=1_000)
    def parse(cls, text: str) -> "Limit":
        """Return the limit that a text such as "5W" means.

        :raises BadLimit: if it means none
        """
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise BadLimit(
                gettext(
                    "“%(text)s” is not a time limit. Write a number and its unit: 10min, "
                    "2U (hours round the clock), 4H (work hours), 5W (working days) or "
                    "30N (calendar days); at most 9999, days at most 999."
                )
                % {"text": text[:40]}
            )
        return cls(int(written[1] or written[3]), Unit(written[2] or written[4]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    @property
    def counts_work(self) -> bool:
        """Whether only work time counts (H, W) and not every minute (min, U, N)."""
        return self.unit in (Unit.WORK_HOUR, Unit.WORK_DAY)

    def halved(self) -> "Limit":
        """Return half of it, in whole units, rounded up; odd urgent hours become minutes."""
        if self.unit is Unit.URGENT_HOUR and self.amount % 2:
            return Limit(self.amount * 30, Unit.MINUTE)
        return Limit((self.amount + 1) // 2, self.unit)
