"""What is done to the district: each fault is one function, called while everything is in use."""

import time
from collections.abc import Callable

from tests.chaos.district import SECOND, SWEEP, District

OLD_REPORTS = 3
AN_HOUR = 3600.0


def worker_killed(district: District) -> None:
    """While it does what is due of old reports; or only one of its processes, with its task."""
    old_reports(district)
    district.tell_workers(SWEEP, times=2)
    _a_moment(district, 0.5)
    district.kill("worker", child=district.dice.random() < 0.5)


def relay_killed(district: District) -> None:
    """While the gateway has taken a message and not yet answered; or at any moment."""
    if district.dice.random() < 0.3:
        _a_moment(district, 0.5)
        district.kill("relay")
        return
    killed: list[bool] = []

    def kill() -> None:
        district.strike("relay")
        killed.append(True)

    district.gateway.when_next_comes(kill)
    district.until(lambda: killed, "a message for the gateway")


def web_killed(district: District) -> None:
    """While it takes reports: all of it, or one of its processes."""
    _a_moment(district, 0.6)
    district.kill("web", child=district.dice.random() < 0.5)


def ws_killed(district: District) -> None:
    """While walls listen."""
    _a_moment(district, 0.4)
    district.kill("ws")


def redis_stopped(district: District) -> None:
    """For some seconds; what is reported meanwhile is taken all the same."""
    old_reports(district)
    district.redis.stop()
    time.sleep(1.5)
    _one_more_report(district)
    district.redis.start()


def redis_restarted(district: District) -> None:
    """At once; what was in it is gone."""
    old_reports(district)
    district.tell_workers(SWEEP)
    _a_moment(district, 0.3)
    district.redis.stop()
    district.redis.start()


def redis_flushed(district: District) -> None:
    """Queues, signs and all, while tasks wait in it."""
    old_reports(district)
    district.tell_workers(SWEEP, times=3)
    _a_moment(district, 0.2)
    district.flush_redis()


def postgresql_restarted(district: District) -> None:
    """As an upgrade does it: every connection ends."""
    old_reports(district)
    district.tell_workers(SWEEP)
    _a_moment(district, 0.5)
    district.postgresql.stop()
    district.postgresql.start()


def tasks_delivered_twice(district: District) -> None:
    """Every task of the timetable, both at once."""
    old_reports(district)
    district.tell_workers(*district.clerk.do("timetable"), times=2)


def two_of_everything(district: District) -> None:
    """Two workers, timetables, relays, two that serve pages and two that serve sockets."""
    if not any(name.endswith(SECOND) for name in district.parts):
        district.start_seconds()
    old_reports(district)
    district.tell_workers(SWEEP, times=4)


def clock_ahead(district: District) -> None:
    """The worker's and the relay's, by an hour: what is due in ten minutes is not due yet."""
    _shift(district, AN_HOUR)


def clock_behind(district: District) -> None:
    """The worker's and the relay's, by an hour: what is due now is done now."""
    _shift(district, -AN_HOUR)


FAULTS: dict[str, Callable[[District], None]] = {
    fault.__name__: fault
    for fault in (
        tasks_delivered_twice, two_of_everything, clock_ahead, clock_behind, worker_killed,
        relay_killed, web_killed, ws_killed, redis_stopped, redis_restarted, redis_flushed,
        postgresql_restarted,
    )
}  # fmt: skip


def old_reports(district: District) -> None:
    """Bring reports of long ago: much is due of them at once."""
    district.batch = district.clerk.do("overdue", count=OLD_REPORTS, at=district.long_ago)


def put_right(district: District, fault: str) -> None:
    """After the last of a kind: one of everything again, with clocks that are right."""
    if fault == "two_of_everything":
        district.stop_seconds()
    if fault in ("clock_ahead", "clock_behind"):
        for part in ("worker", "relay"):
            district.stop(part)
            district.start(part)


def _shift(district: District, seconds: float) -> None:
    wanted = str(seconds)
    if wanted not in district.parts["worker"].args:
        for part in ("worker", "relay"):
            district.start_shifted(part, seconds)
    old_reports(district)
    district.tell_workers(SWEEP)


def _a_moment(district: District, most: float) -> None:
    """Wait for as much of this time as the dice say: each fault comes at another point."""
    time.sleep(district.dice.random() * most)


def _one_more_report(district: District) -> None:
    known = len(district.load.memory.reports)
    district.until(lambda: len(district.load.memory.reports) > known, "a report is taken")
