"""What Prometheus reads: complete, in its format, and inside the house alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from notices.models import Notice
from people.models import AuditEntry
from tickets.models import DueStep, Photo
from tonglianggov.operations import signs

pytestmark = pytest.mark.django_db


def read(client, **headers) -> dict[str, float]:
    """Return the value of every number that has no labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.labels
    }


def test_it_tells_what_waits_and_since_when(client, cast, types, spot):
    from uuid import uuid4

    from tickets import lifecycle

    at = timezone.now()
    ticket = lifecycle.report(
        key=uuid4(), words="路灯坏了", at=at, lat=spot.lat, lng=spot.lng,
        event_type=types.department,
    )  # fmt: skip
    hour_ago = at - timedelta(hours=1)
    DueStep.objects.filter(ticket=ticket).update(due_at=at - timedelta(minutes=10))
    Photo.objects.create(ticket=ticket, added_at=hour_ago, position=9)
    Notice.objects.create(
        happening="h", reader="ticket:1", channel="sms", template="report_received",
        posted_at=hour_ago, due_at=hour_ago,
    )  # fmt: skip
    AuditEntry.objects.create(at=hour_ago, action="locked_out", subject="user:1")
    signs.worker_was_here(at=at)

    found = read(client)

    assert found["platform_database_up"] == found["platform_redis_up"] == 1
    assert found["platform_reports_last_hour"] == 1
    assert found["platform_outbox_waiting"] >= 1
    assert found["platform_outbox_lag_seconds"] >= 3600
    assert found["platform_due_steps_waiting"] == DueStep.objects.count()
    assert 600 <= found["platform_due_steps_lag_seconds"] < 3600
    assert found["platform_photos_waiting"] == 1
    assert found["platform_unsealed_seconds"] >= 3600
    assert found["platform_worker_silent_seconds"] < 60
    assert found["platform_disk_free_bytes"] > 0


def test_requests_are_counted_by_page_never_by_address(client):
    client.get("/track/NOSUCHCODE/")
    client.get("/no/such/page/")

    text = client.get("/metrics").text

    assert 'platform_requests_total{method="GET",status="404",view="nowhere"}' in text
    assert 'platform_request_seconds_bucket{le="0.1",view="tickets:track_one"}' in text
    assert "NOSUCHCODE" not in text


def test_it_is_read_on_this_machine_or_with_the_token(client, settings):
    settings.METRICS_TOKEN = "a token for the house"
    elsewhere = {"REMOTE_ADDR": "10.0.0.9"}

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **elsewhere).status_code == 404
    for token, status in (("a token for the house", 200), ("another", 404), ("", 404)):
        answer = client.get("/metrics", headers={"authorization": f"Bearer {token}"}, **elsewhere)
        assert answer.status_code == status


def test_without_a_token_set_none_opens_it(client):
    assert client.get("/metrics", headers={"authorization": "Bearer "}, REMOTE_ADDR="10.0.0.9")\
        .status_code == 404  # fmt: skip


def test_what_came_through_a_proxy_of_this_machine_comes_from_elsewhere(client):
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 404
