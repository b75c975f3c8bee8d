"""When something about a ticket must be done: pure arithmetic, no database and no clock.

How time is reckoned, and by which law, is told in docs/deadlines.md.
"""

from tickets.deadlines.alike import AlikeClocks
from tickets.deadlines.clock import MARKS, Clock, Skipped
from tickets.deadlines.hours import BadSessions, BeyondCalendar, Calendar, DayName, Sessions
from tickets.deadlines.limits import BadLimit, Limit, Unit
from tickets.deadlines.reckoning import (
    CannotExtend,
    consumed,
    extend,
    pause,
    reckon_again,
    resume,
    start_clock,
)
from tickets.deadlines.words import explain, limit_in_words

__all__ = [
    "MARKS",
    "AlikeClocks",
    "BadLimit",
    "BadSessions",
    "BeyondCalendar",
    "Calendar",
    "CannotExtend",
    "Clock",
    "DayName",
    "Limit",
    "Sessions",
    "Skipped",
    "Unit",
    "consumed",
    "explain",
    "extend",
    "limit_in_words",
    "pause",
    "reckon_again",
    "resume",
    "start_clock",
]
