"""How long ago the last move was, in words; and that nothing of it is told out of sight."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tickets import latest, lifecycle
from tickets.models import EventType

NOW = datetime(2026, 3, 4, 14, 5, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("before", "zh", "en"),
    [
        (timedelta(seconds=-3), "0 秒前", "0 seconds ago"),
        (timedelta(seconds=1), "1 秒前", "1 second ago"),
        (timedelta(seconds=12), "12 秒前", "12 seconds ago"),
        (timedelta(seconds=60), "1 分钟前", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 分钟前", "59 minutes ago"),
        (timedelta(hours=1), "13:05", "at 13:05"),
        (timedelta(hours=20), "2026-03-03 18:05", "at 2026-03-03 18:05"),
    ],
)
def test_seconds_then_minutes_then_the_time(before, zh, en):
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert latest.ago(NOW - before, at=NOW) == said


def test_who_was_faster_is_told_only_within_ones_door(desk):
    ticket = desk.unclear()
    lifecycle.accept(
        ticket_id=ticket.pk, by=desk.user("town"), at=timezone.now(),
        event_type=EventType.objects.get(code="0102"),
    )  # fmt: skip

    assert "指挥中心" in latest.faster(desk.user("village"), ticket.pk).who
    assert latest.faster(desk.user("town"), ticket.pk) is None
    assert latest.faster(desk.user("outsider"), ticket.pk) is None
