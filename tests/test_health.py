"""What a watchman, and a load balancer, hears."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from notices.models import Notice
from tonglianggov.operations import measures, signs

PARTS = {
    "database", "migrations", "channel_layer", "broker", "worker", "outbox", "due_steps", "photos",
    "seals", "disk",
}  # fmt: skip


def test_a_living_process_says_ok_without_any_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_with_a_working_worker_everything_is_ok(client):
    signs.worker_was_here(at=timezone.now())

    answer = client.get("/readyz").json()

    assert answer["status"] == "ok"
    assert set(answer["parts"]) == PARTS
    assert all(part["ok"] for part in answer["parts"].values())


@pytest.mark.django_db
def test_a_silent_worker_degrades_but_does_not_stop_the_platform(client):
    signs.worker_was_here(at=timezone.now() - timedelta(minutes=5))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert not answer.json()["parts"]["worker"]["ok"]


@pytest.mark.django_db
def test_notices_that_nobody_sends_are_told(client):
    at = timezone.now()
    signs.worker_was_here(at=at)
    Notice.objects.create(
        happening="h",
        reader="ticket:1",
        channel="sms",
        template="report_received",
        posted_at=at - timedelta(hours=1),
        due_at=at - timedelta(hours=1),
    )

    answer = client.get("/readyz").json()

    assert answer["status"] == "degraded"
    assert answer["parts"]["outbox"]["lag_seconds"] >= 3600


@pytest.mark.django_db
def test_without_the_database_nobody_is_sent_here(client, monkeypatch):
    def broken(*arguments):
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", broken)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"


@pytest.mark.django_db
def test_with_a_migration_missing_nobody_is_sent_here(client, monkeypatch):
    monkeypatch.setattr(measures, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notices'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == {"ok": False}
