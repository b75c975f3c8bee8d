"""`python -m pytest -p tests.plumbing.servers`: the same tests on PostgreSQL and Redis.

Both are started for this run, with their data in the run's own directory, and are gone when it
ends. Importing this module starts them: a test that needs one more takes tests.plumbing.programs.
"""

import atexit
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import plumbing
from tests.plumbing.programs import PostgreSQL, Redis


def _prepare() -> None:
    if "TESTS_REDIS" not in os.environ:
        place = Path(os.environ[plumbing.PLACE])
        postgresql = PostgreSQL(place)
        atexit.register(postgresql.stop)
        redis = Redis(place)
        atexit.register(redis.stop)
        os.environ["DATABASE_URL"] = postgresql.url
        os.environ["TESTS_REDIS"] = redis.url
    # Each worker of pytest-xdist (gw0, gw1, …) has a Redis database of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["REDIS_URL"] = f"{os.environ['TESTS_REDIS']}/{number}"


_prepare()


def pytest_report_header(config: pytest.Config) -> str:
    return f"servers: {os.environ['DATABASE_URL']} {os.environ['REDIS_URL']}"


@pytest.fixture(scope="session", autouse=True)
def _last_one_out(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The test database can be dropped though a pool's thread still holds a connection to it.

    asgiref and Celery keep threads that live as long as the process, each with a connection.
    """
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
