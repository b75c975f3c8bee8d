"""One district for everything that is sent; each request is taken back."""

import logging
from collections.abc import Iterator

import pytest

from tests.doors import World, undone


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), undone():
        yield World()


@pytest.fixture(autouse=True)
def _refusals_are_not_told_one_by_one() -> Iterator[None]:
    """Thousands of them; what must not be is an answer, and is counted there."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
