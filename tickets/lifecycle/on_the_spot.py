"""Found and fixed: a grid worker put it right there and then (现场处置), and it is on record."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grids.locate import Place, locate, place_of_area
from people.models import User
from people.roles import GRID_ROLES
from people.scope import areas_of
from tickets import receipts, routing
from tickets.lifecycle import finding, record
from tickets.lifecycle.handling import MUST_BE_VERIFIED
from tickets.lifecycle.record import Kind, NotYours
from tickets.lifecycle.reporting import (
    fingerprint_of,
    keep_photos,
    made_before,
    number_of,
    point_of,
    title_of,
)
from tickets.models import EventType, Photo, Ticket, TicketText
from tickets.photos import Received
from tickets.states import Hat, Move, MoveRefused, State, after


def settle_on_the_spot(
    *,
    key: UUID,
    event_type: EventType,
    by: User,
    at: datetime,
    words: str = "",
    lat: float | None = None,
    lng: float | None = None,
    area_code: str | None = None,
    photos: Sequence[Received] = (),
    result: Sequence[Received] = (),
    is_demonstration: bool = False,
) -> Ticket:
    """A grid worker reports what they found and have put right already: one closed ticket.

    It has no limits, for there is nothing left to promise, and waits for no rating: nobody is
    said to be satisfied who was not asked. Figures know it by its one move, `settle`, and by its
    handler, the village's centre, which did not pass it up. The same key with the same body
    returns the ticket it made before.

    :param lat: degrees, WGS 84; with `lng`, or else `area_code` of a grid or village
    :param photos: of how it was found; none is asked for
    :param result: photos of what became of it; none is asked for
    :raises NotLocated: outside the district, unknown area; the message says it
    :raises NotYours: if the place lies in nobody's grid of theirs
    :raises MoveRefused: for what one person alone may not close: urgent or restricted matters
    :raises OtherBody: if the key was used for another body
    """
    fingerprint = fingerprint_of(
        key, words, lat, lng, area_code, event_type, [*photos, *result], how="settled"
    )
    known = made_before(key, fingerprint)
    if known:
        return known
    _may_be_settled(event_type)
    if lat is not None and lng is not None:
        place, point, exact = locate(lat=lat, lng=lng), (lat, lng), True
    else:
        place = place_of_area(area_code or "")
        point, exact = point_of(place), False
    _is_theirs(by, place)
    ticket = _settled(event_type, place, point, exact=exact, at=at)
    ticket.key, ticket.fingerprint, ticket.code = key, fingerprint, receipts.code_of(key)
    ticket.entered_by, ticket.is_demonstration = by, is_demonstration
    try:
        with transaction.atomic():
            _save(ticket, words.strip() or event_type.name)
            keep_photos(ticket, photos, Photo.Purpose.REPORT, at)
            keep_photos(ticket, result, Photo.Purpose.EVIDENCE, at)
            _log(ticket, event_type, by=by, at=at, photos=len(photos) + len(result))
    except IntegrityError:
        # Two requests brought the same form at once: the other one made the ticket.
        known = made_before(key, fingerprint)
        if known:
            return known
        raise
    return ticket


def _may_be_settled(kind: EventType) -> None:
    if kind.restricted:
        raise MoveRefused(
            _("“%(type)s” is not settled on the spot. Report it, so that the right unit has it.")
            % {"type": kind.shown_name}
        )
    if kind.urgency in MUST_BE_VERIFIED:
        # Somebody else must have seen that it is done (domain 2.5, 结案).
        raise MoveRefused(
            _("“%(type)s” is urgent: nobody closes that alone. Report it; it is seen to at once.")
            % {"type": kind.shown_name}
        )


def _is_theirs(by: User, place: Place) -> None:
    code = (place.grid or place.village).code
    if not any(code.startswith(mine) for mine in areas_of(by, GRID_ROLES)):
        raise NotYours(
            _("%(place)s is not in your grid. Report it, and whoever answers there takes it.")
            % {"place": (place.grid or place.village).shown_name}
        )


def _settled(
    kind: EventType, place: Place, point: tuple[float, float], *, exact: bool, at: datetime
) -> Ticket:
    route = routing.on_the_spot(place=place)
    return Ticket(
        channel=Ticket.Channel.GRID, state=State.SUBMITTED, reported_at=at,
        resolved_at=at, ended_at=at, event_type=kind, urgency=kind.urgency,
        village=place.village, grid=place.grid, area_code=(place.grid or place.village).code,
        lat=point[0], lng=point[1], exact=exact,
        centre=route.centre, handler=route.handler, reason=route.reason,
    )  # fmt: skip


def _save(ticket: Ticket, words: str) -> None:
    ticket.save()
    ticket.number = number_of(ticket)
    TicketText.objects.create(ticket=ticket, title=title_of(words), words=words)
    finding.index(ticket, words)


def _log(ticket: Ticket, kind: EventType, *, by: User, at: datetime, photos: int) -> None:
    found = State(ticket.state)
    record.log(ticket, Kind.REPORTED, by=by, hat=Hat.FINDER, at=at, after=found)
    record.log(ticket, Kind.ROUTED, by=None, at=at, data=ticket.reason)
    ticket.state = after(found, Move.SETTLE)
    record.log(
        ticket, Kind.MOVED, by=by, hat=Hat.FINDER, at=at, move=Move.SETTLE, before=found,
        after=ticket.state, data={"type": kind.code, "photos": photos},
    )  # fmt: skip
