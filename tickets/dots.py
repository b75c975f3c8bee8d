"""Dots: what a map may show of a ticket.

No words, no names, and no exact place where that would say too much about people.
"""

from datetime import UTC, datetime, time, timedelta
from math import floor
from typing import NamedTuple

from django.utils import timezone

from tickets.light import Light, light_of
from tickets.models import Ticket, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.states import AT_WORK, ENDED, STAGE_OF, State

# Parts of a degree. Ten-thousandths are about ten metres: the street, not the door (house plan 8).
FINE = 10_000
# How long a village's code is: a grid's is longer.
VILLAGE_CODE = 12
# Where an area has no point of its own: about a kilometre.
COARSE = 100


class Facts(NamedTuple):
    """The columns of a ticket that its dot is made of, in the order of FIELDS."""

    id: int
    number: str | None
    state: str
    area_code: str
    lat: float
    lng: float
    exact: bool
    restricted: bool
    type_code: str | None
    at_area_centre: bool | None
    grid_lat: float | None
    grid_lng: float | None
    village_lat: float | None
    village_lng: float | None
    supervision: str
    climbs: int
    version: int
    paused_until: datetime | None
    yellow_at: datetime | None
    orange_at: datetime | None
    red_at: datetime | None


FIELDS = (
    "id", "number", "state", "area_code", "lat", "lng", "exact", "restricted",
    "event_type__code", "event_type__category__at_area_centre",
    "grid__lat", "grid__lng", "village__lat", "village__lng",
    "supervision", "climbs", "version", "paused_until", "yellow_at", "orange_at", "red_at",
)  # fmt: skip


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """Return the first moment of the district's day that holds `at`, and of the next day."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    return midnight, midnight + timedelta(days=1)


def of_today(tickets: TicketQuerySet, at: datetime) -> TicketQuerySet:
    """Return those that belong on today's wall: reported today, ended today, or still open.

    As a union of ids: each part has an index of its own, an OR over all would read every ticket.
    Each is narrowed as the tickets are: those of a town are not looked for among all open ones.
    """
    since, until = day_of(at)
    bare = tickets.order_by()
    reported = bare.filter(reported_at__gte=since, reported_at__lt=until)
    endings = TicketEvent.objects.filter(at__gte=since, at__lt=until, after__in=sorted(ENDED))
    ended = bare.filter(pk__in=endings.values("ticket"), ended_at__gte=since, ended_at__lt=until)
    ids = reported.values("pk").union(ended.values("pk"), bare.open().values("pk"))
    return tickets.filter(pk__in=ids)


def marks_of(ticket: Ticket | Facts) -> list:
    """Return what a dot's light and star hang on beside the state: [yellow, orange, red, paused,
    star], times in seconds since 1970. Each line of history keeps how that was before it.
    """
    marks = (ticket.yellow_at, ticket.orange_at, ticket.red_at)
    seconds = [int(moment.timestamp()) if moment else None for moment in marks]
    return [*seconds, ticket.paused_until is not None, bool(ticket.supervision or ticket.climbs)]


def as_it_was(facts: Facts, *, state: str, marks: list | None, at: datetime) -> Facts:
    """Return the facts with this state and these marks; where and what it is as one knows today.

    :param marks: of marks_of(), None where nobody kept them: then as they are now
    """
    if marks is None:
        return facts._replace(state=state)
    yellow, orange, red = (datetime.fromtimestamp(m, UTC) if m else None for m in marks[:3])
    return facts._replace(
        state=state, yellow_at=yellow, orange_at=orange, red_at=red,
        paused_until=at if marks[3] else None, supervision="", climbs=int(marks[4]),
    )  # fmt: skip


def dot_from(facts: Facts, at: datetime, *, visitor: bool = False) -> dict:
    """Return the dot that these facts make."""
    return _blurred(facts, at) if visitor else _dot(facts, at)


def with_blurred_of(ticket: Ticket, at: datetime) -> tuple[dict, dict]:
    """Return the dot of this ticket, read with its places, twice, as with_blurred() does."""
    facts = facts_from(ticket)
    return _dot(facts, at), _blurred(facts, at)


def dots_of(tickets: TicketQuerySet, at: datetime, *, visitor: bool = False) -> list[dict]:
    """Return the dots of these tickets, oldest first, with one query. Restricted ones have none.

    :param visitor: without numbers, and no nearer than the village
    """
    return [dot_from(facts, at, visitor=visitor) for facts in facts_of(tickets)]


def with_blurred(tickets: TicketQuerySet, at: datetime) -> list[tuple[dict, dict]]:
    """Return each dot twice, with one query: as its door shows it, and as visitors may see it."""
    return [(_dot(facts, at), _blurred(facts, at)) for facts in facts_of(tickets)]


def facts_of(tickets: TicketQuerySet) -> list[Facts]:
    """Return what the dots of these tickets are made of, oldest first, with one query."""
    rows = tickets.on_the_wall().order_by("id").values_list(*FIELDS)
    return [Facts(*row) for row in rows]


def facts_from(ticket: Ticket) -> Facts:
    """Return what the dot of this ticket, read with its places, is made of."""
    kind, grid, village = ticket.event_type, ticket.grid, ticket.village
    return Facts(
        id=ticket.pk, number=ticket.number, state=ticket.state, area_code=ticket.area_code,
        lat=ticket.lat, lng=ticket.lng, exact=ticket.exact, restricted=ticket.restricted,
        type_code=kind.code if kind else None,
        at_area_centre=kind.category.at_area_centre if kind else None,
        grid_lat=grid.lat if grid else None, grid_lng=grid.lng if grid else None,
        village_lat=village.lat, village_lng=village.lng,
        supervision=ticket.supervision, climbs=ticket.climbs, version=ticket.version,
        paused_until=ticket.paused_until, yellow_at=ticket.yellow_at,
        orange_at=ticket.orange_at, red_at=ticket.red_at,
    )  # fmt: skip


def dot_of(ticket: Ticket, at: datetime) -> dict | None:
    """Return the ticket's dot, None if it has none because it is restricted.

    {"id", "number", "lat", "lng", "stage", "light", "area", "version", "type", "star", "turns"}:
    `type` is the event type's code or ""; `star`: climbed or supervised; `turns`: when the light
    turns yellow, orange and red (seconds since 1970), so that a screen turns it by itself.
    """
    if ticket.restricted:
        return None
    return _dot(facts_from(ticket), at)


def _dot(facts: Facts, at: datetime) -> dict:
    lat, lng = _place(facts)
    return {
        "id": facts.id,
        "number": facts.number or "",
        "lat": lat,
        "lng": lng,
        "stage": STAGE_OF[State(facts.state)].value,
        "light": light_of(facts, at).value,
        "area": facts.area_code,
        "version": facts.version,
        "type": facts.type_code or "",
        "star": bool(facts.supervision or facts.climbs) and facts.state in AT_WORK,
        "turns": _turns(facts, at),
    }


def _blurred(facts: Facts, at: datetime) -> dict:
    """Return the dot without what tells whose matter it is: its number, its place and its grid."""
    lat, lng = _village(facts)
    here = {"lat": lat, "lng": lng, "area": facts.area_code[:VILLAGE_CODE], "number": ""}
    return _dot(facts, at) | here


def _village(facts: Facts) -> tuple[float, float]:
    if facts.village_lat is not None and facts.village_lng is not None:
        return rounded(facts.village_lat, FINE), rounded(facts.village_lng, FINE)
    return rounded(facts.lat, COARSE), rounded(facts.lng, COARSE)


def _place(facts: Facts) -> tuple[float, float]:
    """Return where the dot stands: on the spot, or where that says too much amid its area."""
    if facts.exact and not facts.at_area_centre:
        return rounded(facts.lat, FINE), rounded(facts.lng, FINE)
    for lat, lng in ((facts.grid_lat, facts.grid_lng), (facts.village_lat, facts.village_lng)):
        if lat is not None and lng is not None:
            return rounded(lat, FINE), rounded(lng, FINE)
    return rounded(facts.lat, COARSE), rounded(facts.lng, COARSE)


def rounded(degrees: float, grain: int) -> float:
    """Round to this part of a degree, in the very steps that dots_sql.py lets the database take."""
    shift = 180 * grain
    return (floor(degrees * grain + (shift + 0.5)) - shift) / grain


def _turns(facts: Facts, at: datetime) -> list[int | None] | None:
    if light_of(facts, at) in (Light.BLUE, Light.GREY):
        return None
    return [
        int(moment.timestamp()) if moment else None
        for moment in (facts.yellow_at, facts.orange_at, facts.red_at)
    ]
