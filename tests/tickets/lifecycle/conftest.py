"""One report and its people, for the tests of the verbs."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from notices.models import Notice
from tickets import lifecycle
from tickets.models import Ticket

# A Wednesday morning in office hours, far from holidays.
WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at():
    return WEDNESDAY


@pytest.fixture
def report(cast, spot):
    """Send a report at WEDNESDAY; what is given replaces the usual."""

    def send(**given) -> Ticket:
        usual = {
            "key": uuid4(),
            "words": "路口的东西坏了，请来看看",
            "lat": spot.lat,
            "lng": spot.lng,
            "at": WEDNESDAY,
        }
        return lifecycle.report(**usual | given)

    return send


@pytest.fixture
def history():
    """Return a ticket's history as (kind, move, before, after) lines."""

    def lines(ticket: Ticket) -> list[tuple[str, str, str, str]]:
        return list(ticket.events.order_by("pk").values_list("kind", "move", "before", "after"))

    return lines


@pytest.fixture
def told():
    """Return who was told what: {template: sorted user names}."""

    def by_template() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for template, name in Notice.objects.values_list("template", "user__username"):
            found.setdefault(template, []).append(name or "the reporter")
        return {template: sorted(names) for template, names in found.items()}

    return by_template
