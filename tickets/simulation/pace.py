"""When people act: at a share of a limit, soon, or by day. Pure but for the calendar given."""

import random
from datetime import datetime, time, timedelta

from tickets.deadlines import Calendar, Clock, consumed
from tickets.models import Urgency

# At any hour of day or night; everything else waits for the office to open.
AT_ONCE = frozenset({Urgency.P1, Urgency.P2})
_DAY = (time(8, 0), time(21, 30))


def at_share(clock: Clock, share: float, *, since: datetime, calendar: Calendar) -> datetime:
    """Return when this share of the running clock's own time is used, never before `since`.

    A share above 1 is too late by that much.
    """
    left = timedelta(minutes=clock.total * share - consumed(clock, since, calendar))
    if left <= timedelta():
        return since + timedelta(minutes=1)
    return calendar.after_work(since, left) if clock.limit.counts_work else since + left


def soon(
    since: datetime, chance: random.Random, least: float, most: float, *,
    urgency: str, calendar: Calendar,
) -> datetime:  # fmt: skip
    """Return a moment so many minutes later: of office time, for what is urgent of any time.

    What is urgent also goes four times as fast.
    """
    minutes = chance.uniform(least, most)
    if urgency in AT_ONCE:
        return since + timedelta(minutes=minutes / 4)
    return calendar.after_work(since, timedelta(minutes=minutes))


def by_day(moment: datetime, chance: random.Random, calendar: Calendar) -> datetime:
    """Return the moment, or the next morning if residents sleep then."""
    local = calendar.local(moment)
    opens, closes = _DAY
    if opens <= local.time() < closes:
        return moment
    day = local.date() + timedelta(days=local.time() >= closes)
    morning = datetime.combine(day, opens) + timedelta(minutes=chance.uniform(5, 150))
    return calendar.moment(morning)
