"""Other reports of what is probably the same matter: same kind, a few steps away, about then."""

from dataclasses import dataclass
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from people.models import User
from tickets.models import Ticket

WITHIN_METRES = 50
WITHIN = timedelta(hours=24)
AT_MOST = 5
_EARTH_RADIUS = 6_371_000  # metres
_METRES_A_DEGREE = 111_195  # of latitude, on that sphere


@dataclass(frozen=True)
class Near:
    """A ticket that may be the same matter, and how far away it is."""

    ticket: Ticket
    metres: int


def near(ticket: Ticket, user: User) -> list[Near]:
    """Return the tickets this person may see that may be the same matter, the nearest first.

    A report without a type is compared with all of them: whoever accepts it wants to know. A
    report that names only its area has no place to measure from, so it has no neighbours.
    """
    if not ticket.exact:
        return []
    up = WITHIN_METRES / _METRES_A_DEGREE
    across = up / max(cos(radians(ticket.lat)), 0.01)
    others = (
        Ticket.objects.visible_to(user)
        .filter(
            exact=True,
            lat__range=(ticket.lat - up, ticket.lat + up),
            lng__range=(ticket.lng - across, ticket.lng + across),
            reported_at__range=(ticket.reported_at - WITHIN, ticket.reported_at + WITHIN),
        )
        .exclude(pk=ticket.pk)
        .exclude(merged_into=ticket)
        .select_related("text", "event_type")
    )
    if ticket.event_type_id:
        others = others.filter(event_type=ticket.event_type_id)
    found = [Near(other, round(metres_between(ticket, other))) for other in others]
    close = [one for one in found if one.metres <= WITHIN_METRES]
    return sorted(close, key=lambda one: (one.metres, one.ticket.pk))[:AT_MOST]


def metres_between(one: Any, other: Any) -> float:
    """Return the distance of two tickets, or areas, in metres (haversine)."""
    lat, other_lat = radians(one.lat), radians(other.lat)
    step = (other_lat - lat) / 2, radians(other.lng - one.lng) / 2
    half = sin(step[0]) ** 2 + cos(lat) * cos(other_lat) * sin(step[1]) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(half))
