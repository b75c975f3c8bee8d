"""The district of two towns, and a resident's browser in it."""

import pytest
from django.test import Client

from tests.tickets import two_towns
from tests.tickets.public.residents import browser, reported
from tickets.models import Ticket


@pytest.fixture(autouse=True)
def district(db, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()


@pytest.fixture
def resident() -> Client:
    """A resident's browser, in English."""
    return browser()


@pytest.fixture
def ticket(resident) -> Ticket:
    return reported(resident, event_type="0102")
