"""`make soak` in small: a wall left on for twenty seconds while reports come in and are handled."""

import statistics
from itertools import count as counting

import pytest
from django.utils import timezone

from bench import soak
from tests.screen import count, is_live
from tickets import lifecycle

pytestmark = pytest.mark.browser


def test_a_wall_left_on_stays_light_smooth_and_silent(watch, report, cast, types, browser):
    empty = browser.new_page()
    usual = statistics.median(soak.frames_of(empty, 3))
    empty.close()
    page = watch(cast.leader)
    is_live(page)
    report(event_type=types.village)
    count(page, 1, within=5000)
    turns = counting()

    def one_more() -> None:
        nth = next(turns)
        ticket = report(event_type=types.village, lat=25.01 + nth / 1000, lng=110.11)
        if nth % 2:
            lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())

    found = soak.watched(page, 20, meanwhile=one_more)
    sent = 1 + next(turns)
    count(page, sent, within=5000)

    assert found.complaints == []
    # Thirty frames a second, or as many as this machine gives an empty page at this moment.
    assert found.median >= min(30, 0.7 * usual)
    assert found.growth < 3 * soak.MEGABYTE
    assert sent > 5
