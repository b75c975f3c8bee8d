"""Reports sent as they would come in now, to watch the wall by. Handling is quicker than life."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from tickets import lifecycle
from tickets.simulation.course import Course, Report

# What takes two hours takes a minute here, and nothing takes longer than this: not even at night.
_QUICKER = 120
_LONGEST = timedelta(seconds=40)
_LOOK_EVERY = 0.5  # seconds
_SWEEP_EVERY = timedelta(seconds=10)


def play(
    course: Course, reports: Sequence[Report], *, per_minute: float,
    progress: Callable[[int], None],
) -> None:  # fmt: skip
    """Send so many reports a minute, and let people handle them meanwhile, until all have rested.

    Whoever is late by character leaves the ticket alone: the timetable reminds them, in real time.
    """
    waiting = list(reversed(reports))
    planned: dict[int, datetime] = {}
    next_report = swept = timezone.now()
    while waiting or planned:
        now = timezone.now()
        if waiting and now >= next_report:
            _plan(course, course.send(waiting.pop(), now), now, planned)
            progress(len(reports) - len(waiting))
            next_report += timedelta(minutes=1 / per_minute)
        for ticket_id in _ripe(planned, now):
            course.act(ticket_id, now)
            _plan(course, ticket_id, now, planned)
        if course.handled and now - swept >= _SWEEP_EVERY:
            # The timetable does it too, if the platform runs: each step is done once.
            lifecycle.sweep(at=now)
            for ticket_id in course.look_again(now):
                _plan(course, ticket_id, now, planned)
            swept = now
        ahead = [*planned.values(), *([next_report] if waiting else [])]
        pause = (min(ahead) - timezone.now()).total_seconds() if ahead else 0
        time.sleep(min(max(pause, 0), _LOOK_EVERY))


def _plan(course: Course, ticket_id: int, now: datetime, planned: dict[int, datetime]) -> None:
    at = course.next_moment(ticket_id)
    if at is None or course.is_late(ticket_id):
        planned.pop(ticket_id, None)
    else:
        planned[ticket_id] = now + min((at - now) / _QUICKER, _LONGEST)


def _ripe(planned: dict[int, datetime], now: datetime) -> Iterator[int]:
    yield from [ticket_id for ticket_id, at in planned.items() if at <= now]
