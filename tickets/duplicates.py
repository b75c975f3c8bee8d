"""Other reports of what is probably the same matter: same kind, a few steps away, about then.

For staff with all that their door shows; for residents, before they send theirs, with what
anybody may know of an open one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from django.db.models import Count

from people.models import User
from tickets.models import EventType, Ticket
from tickets.states import State

WITHIN_METRES = 50
WITHIN = timedelta(hours=24)
AT_MOST = 5
# What residents are shown: wider, because they look at a list and not at a map.
PUBLIC_METRES = 250
PUBLIC_AT_MOST = 3
# About a hundred metres. Near or far is judged by the rounded place too: nobody finds the door of
# another reporter by moving a pin about.
_PUBLIC_DECIMALS = 3
_STEP = 50  # metres
_VILLAGE_CODE = 12  # digits
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
    others = (
        Ticket.objects.visible_to(user)
        .filter(
            exact=True,
            **_about(ticket.lat, ticket.lng, WITHIN_METRES),
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


@dataclass(frozen=True)
class Alike:
    """What anybody may know of an open report of the same kind. Nothing else leaves with it.

    `place` names the grid or village; `metres` is rounded, None where no exact place is known.
    """

    ticket_id: int
    kind: str
    place: str
    metres: int | None
    state: str
    reported_at: datetime
    followers: int


def alike(
    *,
    event_type: EventType | None,
    lat: float | None = None,
    lng: float | None = None,
    area_code: str = "",
    but: list[int],
) -> list[Alike]:
    """Return the open reports of this kind around the point, or in the village, nearest first.

    :param lat: degrees, WGS 84; with `lng`, or else `area_code` of a village or grid
    :param but: ids of tickets that are the reader's own
    """
    if event_type is None:
        return []
    tickets = (
        Ticket.objects.for_everybody().filter(event_type=event_type).exclude(pk__in=but)
        .select_related("event_type").with_places().annotate(met_by=Count("followers"))
    )  # fmt: skip
    if lat is not None and lng is not None:
        # Wider than needed: the rounded place may be nearer than the true one.
        about = tickets.filter(exact=True, **_about(lat, lng, 2 * PUBLIC_METRES))
        found = [_alike(ticket, _rounded_metres(ticket, lat, lng)) for ticket in about]
        close = [one for one in found if one.metres is not None and one.metres <= PUBLIC_METRES]
        return sorted(close, key=lambda one: (one.metres, one.ticket_id))[:PUBLIC_AT_MOST]
    if len(area_code) < _VILLAGE_CODE:
        return []
    there = tickets.filter(area_code__startswith=area_code[:_VILLAGE_CODE]).order_by("-reported_at")
    return [_alike(ticket, None) for ticket in there[:PUBLIC_AT_MOST]]


def followed(ticket_ids: list[int]) -> list[Alike]:
    """Return how far the reports are that somebody follows, the newest first; also ended ones."""
    tickets = (
        Ticket.objects.filter(pk__in=ticket_ids, restricted=False, event_type__isnull=False)
        .select_related("event_type").with_places().annotate(met_by=Count("followers"))
    )  # fmt: skip
    found = {ticket.pk: _alike(ticket, None) for ticket in tickets}
    return [found[pk] for pk in ticket_ids if pk in found]


def _alike(ticket: Ticket, metres: int | None) -> Alike:
    assert ticket.event_type is not None  # nobody is shown a ticket of an unclear kind
    return Alike(
        ticket_id=ticket.pk,
        kind=ticket.event_type.shown_name,
        place=(ticket.grid or ticket.village).shown_name,
        metres=metres,
        state=str(State(ticket.state).label),
        reported_at=ticket.reported_at,
        followers=ticket.met_by,  # type: ignore[attr-defined]  # annotated
    )


def _rounded_metres(ticket: Ticket, lat: float, lng: float) -> int:
    there = round(ticket.lat, _PUBLIC_DECIMALS), round(ticket.lng, _PUBLIC_DECIMALS)
    return max(_STEP, _STEP * round(_metres(*there, lat, lng) / _STEP))


def _about(lat: float, lng: float, metres: float) -> dict[str, tuple[float, float]]:
    """Return the filter for the square around a point that holds the circle of so many metres."""
    up = metres / _METRES_A_DEGREE
    across = up / max(cos(radians(lat)), 0.01)
    return {"lat__range": (lat - up, lat + up), "lng__range": (lng - across, lng + across)}


def metres_between(one: Any, other: Any) -> float:
    """Return the distance of two tickets, or areas, in metres (haversine)."""
    return _metres(one.lat, one.lng, other.lat, other.lng)


def _metres(one_lat: float, one_lng: float, other_lat: float, other_lng: float) -> float:
    lat, far = radians(one_lat), radians(other_lat)
    step = (far - lat) / 2, radians(other_lng - one_lng) / 2
    half = sin(step[0]) ** 2 + cos(lat) * cos(far) * sin(step[1]) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(half))
