"""A worker that finishes a task when its broker has gone does not end with it."""

import logging

import pytest
from django.conf import settings
from kombu import Connection

from tonglianggov.acknowledging import PatientRequest
from tonglianggov.celery import app

with_redis = pytest.mark.skipif(
    not settings.REDIS_URL, reason="only a broker outside of this process can go away"
)


@pytest.fixture
def left_behind():
    """A message whose connection was closed while its task ran."""
    name = "a-queue-of-this-test"
    with Connection(settings.REDIS_URL) as connection:
        with connection.SimpleQueue(name) as line:
            line.put({"task": "x"})
            message = line.get(timeout=30)
            channel = message.channel
        connection.close()
    # As Kombu leaves it when the connection broke.
    channel.connection = channel._pool = None
    yield message
    with Connection(settings.REDIS_URL) as connection:
        connection.channel().queue_delete(name)


def test_every_task_is_patient():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}

    assert ours
    assert {name for name, task in ours.items() if task.Request is not PatientRequest} == set()


@with_redis
def test_an_acknowledgement_that_comes_too_late_is_logged_and_left_at_that(left_behind, caplog):
    caplog.set_level(logging.CRITICAL, "celery.worker.request")
    request = PatientRequest(
        left_behind,
        on_ack=left_behind.ack_log_error,
        app=app,
        task=app.tasks["tonglianggov.tasks.wake"],
        headers={"id": "1", "task": "tonglianggov.tasks.wake"},
        decoded=True,
        body=((), {}, {}),
        connection_errors=(OSError,),
    )

    request.acknowledge()

    assert "Couldn't ack" in caplog.text
    assert not left_behind.acknowledged
