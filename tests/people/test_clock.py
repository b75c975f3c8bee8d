"""The clock that all processes share."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from people import clock
from tickets import tasks


@pytest.mark.django_db
def test_the_time_is_the_databases_also_where_the_machine_is_wrong(monkeypatch):
    real = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: real + timedelta(hours=6))

    ahead = clock.now() - real

    if connection.vendor == "postgresql":
        assert ahead < timedelta(hours=1)
    else:
        # SQLite is on this machine: its clock is this one.
        assert ahead == timedelta(hours=6)


@pytest.mark.django_db
def test_the_sweep_goes_by_it(monkeypatch):
    at = timezone.now() - timedelta(days=3)
    heard = []
    monkeypatch.setattr("people.clock.now", lambda: at)
    monkeypatch.setattr("tickets.lifecycle.sweep", lambda *, at: heard.append(at) or _NOTHING)

    tasks.sweep()

    assert heard == [at]


class _NOTHING:
    done = failed = 0
