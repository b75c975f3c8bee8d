"""Reports of today, for the tests of the wall."""

from uuid import uuid4

import pytest
from django.utils import timezone

from tests.on_air import on_air
from tickets import lifecycle
from tickets.models import Ticket

__all__ = ["on_air"]


@pytest.fixture
def report(cast, spot):
    """Send a report of this moment; what is given replaces the usual."""

    def send(**given) -> Ticket:
        usual = {"key": uuid4(), "words": "李四家门口有垃圾", "at": timezone.now()}
        usual |= {"lat": spot.lat, "lng": spot.lng}
        return lifecycle.report(**usual | given)

    return send
