"""`make soak` in small: a wall left on for twenty seconds while reports come in and are handled."""

from collections.abc import Callable
from itertools import count as counting
from time import monotonic

from django.utils import timezone
from playwright.sync_api import Page

from bench import soak
from tests.screen import count, is_live
from tickets import lifecycle

# Of a processor's time, for its scripts, styles and painting: a twentieth is usual.
SHARE = 0.3


def processor_of(page: Page) -> Callable[[], float]:
    """Return what tells how many seconds of a processor the page's main thread has had."""
    session = page.context.new_cdp_session(page)
    # Not by the clock: on a machine with other work the page waits, and is not slower for it.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def had() -> float:
        told = session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in told if one["name"] == "TaskDuration")

    return had


def test_a_wall_left_on_stays_light_calm_and_silent(watch, report, cast, types):
    page = watch(cast.leader)
    is_live(page)
    report(event_type=types.village)
    count(page, 1)
    turns = counting()

    def one_more() -> None:
        nth = next(turns)
        ticket = report(event_type=types.village, lat=25.01 + nth / 1000, lng=110.11)
        if nth % 2:
            lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())

    had = processor_of(page)
    before, began = had(), monotonic()
    found = soak.watched(page, 20, meanwhile=one_more)
    share = (had() - before) / (monotonic() - began)
    sent = 1 + next(turns)
    count(page, sent)

    assert found.complaints == []
    # How many frames that gives is measured by `make soak`, on a machine that does nothing else.
    assert 0 < share < SHARE
    assert found.growth < 3 * soak.MEGABYTE
    assert sent > 2
