"""A report comes in: located, routed, given its deadlines, saved, and everybody told."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grids import handbook
from grids.handbook import Handbook
from grids.locate import NotLocated, Place, locate, place_of_area
from grids.models import District, Unit
from people.models import User
from tickets import receipts, routing, suggest
from tickets.lifecycle import finding, record, timing
from tickets.lifecycle.first_look import look
from tickets.lifecycle.newborn import Newborn
from tickets.lifecycle.record import Kind
from tickets.models import Contact, EventType, Limits, Photo, Ticket, Urgency
from tickets.photos import Received, prepare_soon
from tickets.routing import Route
from tickets.states import Move, State

_TITLE_LENGTH = 30
_SORTED = json.JSONEncoder(sort_keys=True)


class OtherBody(Exception):
    """The same key came before with another body: it is not the same report."""


def report(
    *,
    key: UUID,
    words: str,
    at: datetime,
    lat: float | None = None,
    lng: float | None = None,
    area_code: str | None = None,
    event_type: EventType | None = None,
    none_of_these: bool = False,
    contact_name: str = "",
    contact_phone: str = "",
    language: str = "zh-hans",
    photos: Sequence[Received] = (),
    channel: str = Ticket.Channel.WEB,
    by: User | None = None,
    held: bool = False,
    is_demonstration: bool = False,
    book: Handbook | None = None,
) -> Ticket:
    """Turn a report into a ticket with a place, a handler, a reason and deadlines.

    The same key with the same body returns the ticket it made before, so a form or a phone may
    send again without fear. A report whose type is certain (chosen, or suggested with high
    confidence) is accepted and dispatched at once; otherwise it waits to be accepted.

    :param key: made when the form opened
    :param lat: degrees, WGS 84; with `lng`, or else `area_code` of a village or grid
    :param none_of_these: the reporter saw what their words suggest, and says it is none of it
    :param by: the member of staff who reports for a resident; None: the resident
    :param held: reports came faster than a person reports; somebody glances at it first
    :param book: the handbook of this moment, if the caller has it
    :raises NotLocated: outside the district, swapped, unknown area; the message says it
    :raises OtherBody: if the key was used for another body
    """
    book = book or handbook.current()
    more = {"none": "1"} if none_of_these else {}
    fingerprint = fingerprint_of(
        key, words, lat, lng, area_code, event_type, photos, name=contact_name,
        phone=contact_phone, **more,
    )  # fmt: skip
    try:
        where = _where(lat, lng, area_code, book)
    except NotLocated:
        # It may have come before the borders were moved.
        known = made_before(key, fingerprint)
        if known:
            return known
        raise
    hint = suggest.suggest(words, book) if event_type is None else None
    kind = event_type or (hint.event_type if hint else None)
    guessed = bool(hint and hint.confident) and not none_of_these
    certain = not held and (event_type is not None or guessed)
    around = routing.Around(where.place, kind, book)
    units, areas, lines = around.unit_ids, around.area_codes, 4 if certain else 2
    code = receipts.code_of(key)
    try:
        with _as_a_whole(photos):
            seen = look(key, code=code, units=units, area_codes=areas, lines=lines)
            if not seen.came_before:
                route = routing.choose_among(
                    around, seen.on_post, event_type=kind, certain=certain, place=where.place, at=at
                )
                ticket = Ticket(
                    pk=seen.ticket_id, key=key, fingerprint=fingerprint, channel=channel,
                    code=code, entered_by=by, reported_at=at, held=held,
                    state=State.SUBMITTED, is_demonstration=is_demonstration,
                    village=where.place.village, grid=where.place.grid,
                    area_code=(where.place.grid or where.place.village).code,
                    lat=where.lat, lng=where.lng, exact=where.exact,
                    centre=route.centre, reason=_held(route) if held else route.reason,
                    event_type=kind if certain else None, restricted=bool(kind and kind.restricted),
                    urgency=kind.urgency if kind else Urgency.P3,
                )  # fmt: skip
                contact = _contact(ticket, contact_name, contact_phone, language)
                born = Newborn(ticket, seen=seen, book=book, contact=contact)
                ticket.number = number_of(ticket, book)
                _set_clocks(ticket, kind, waits=not certain or route.handler is None, at=at)
                _send_on_its_way(ticket, kind, route if certain else None, at=at)
                born.write(title=title_of(words), words=words)
                keep_photos(ticket, photos, Photo.Purpose.REPORT, at)
                return ticket
    except IntegrityError:
        # Two requests brought the same form at once: the other one made the ticket.
        known = made_before(key, fingerprint)
        if known:
            return known
        raise
    known = made_before(key, fingerprint)
    assert known is not None  # no ticket is ever deleted
    return known


@contextmanager
def _as_a_whole(photos: Sequence[Received]) -> Iterator[None]:
    """Whatever is written inside is written as a whole, or not at all."""
    one_statement = connection.vendor == "postgresql" and not photos
    if one_statement and not connection.in_atomic_block:
        # It is whole by itself: no round trips to begin and to commit.
        yield
    else:
        with transaction.atomic():
            yield


def _contact(ticket: Ticket, name: str, phone: str, language: str) -> Contact | None:
    if not name and not phone:
        return None
    return Contact(ticket=ticket, name=name, phone=phone, language=language)


class _Where(NamedTuple):
    place: Place
    lat: float
    lng: float
    exact: bool


def _where(lat: float | None, lng: float | None, area_code: str | None, book: Handbook) -> _Where:
    if lat is not None and lng is not None:
        return _Where(locate(lat=lat, lng=lng, book=book), lat, lng, True)
    place = place_of_area(area_code or "", book)
    return _Where(place, *point_of(place), False)


def _set_clocks(ticket: Ticket, kind: EventType | None, *, waits: bool, at: datetime) -> None:
    limits = ticket.newborn.book.keep("limits", Limits.current)
    promise = kind.resolve_limit if kind else limits.resolve_unclear
    timing.set_clock(ticket, "resolve", promise, start=at, at=at)
    if waits:
        timing.set_clock(ticket, "accept", timing.accept_limit(ticket), start=at, at=at)


def _send_on_its_way(
    ticket: Ticket, kind: EventType | None, route: Route | None, *, at: datetime
) -> None:
    reported = record.log(
        ticket, Kind.REPORTED, by=ticket.entered_by, at=at, after=ticket.state,
        data={"suggested": kind.code} if kind and route is None else {},
    )  # fmt: skip
    record.log(ticket, Kind.ROUTED, by=None, at=at, data=ticket.reason)
    if kind and route and route.handler:
        record.make(ticket, Move.ACCEPT, by=None, system=True, at=at, accepted_at=at)
        give(ticket, route.handler, by=None, at=at, kind=kind)
    else:
        record.tell_by_id(
            _people(ticket, ticket.centre, at), reported, "to_accept",
            type=kind.code if kind else "", area=ticket.area_code, accept_by=ticket.accept_by,
        )  # fmt: skip
    handler = ticket.handler or ticket.centre
    record.tell_reporter(
        reported, "report_received", unit=handler.code, resolve_by=ticket.resolve_by
    )


def _people(ticket: Ticket, unit: Unit, at: datetime) -> list[int]:
    return ticket.newborn.on_post.people_for(ticket, unit, at=at) if ticket.newborn else []


def point_of(place: Place) -> tuple[float, float]:
    """Return the point at which what happens somewhere in this grid or village is shown.

    :raises NotLocated: if neither has one yet
    """
    for area in (place.grid, place.village):
        if area and area.lat is not None and area.lng is not None:
            return area.lat, area.lng
    raise NotLocated(
        _("%(area)s is not on the map yet. Please point at the place instead.")
        % {"area": place.village.shown_name}
    )


def _held(route: Route) -> dict:
    return {"rule": "held", "params": {"unit": route.centre.code}}


def give(
    ticket: Ticket,
    unit: Unit,
    *,
    by: User | None,
    at: datetime,
    kind: EventType,
    helpers: Sequence[Unit] = (),
    words: str = "",
    data: dict | None = None,
) -> None:
    """Dispatch the locked ticket to a unit, start its signing clock and tell its people.

    Shared by the report's own routing and the dispatcher's verb. A centre that is given a ticket
    decides about it from then on.
    """
    centre = unit if unit.is_centre else ticket.centre
    data = {"unit": unit.code, "centre": ticket.centre.code} | (data or {})
    if helpers:
        data["helpers"] = [helper.code for helper in helpers]
    event = record.make(
        ticket, Move.DISPATCH, by=by, system=by is None, at=at, words=words, data=data,
        handler=unit, centre=centre, dispatched_at=at, signed_at=None,
    )  # fmt: skip
    timing.stop(ticket, "accept", "decide", at=at)
    timing.void_requests(ticket, at=at)
    timing.end_pause(ticket, at=at)
    timing.set_clock(ticket, "sign", kind.sign_limit, start=at, at=at)
    if ticket.newborn:
        people = _people(ticket, unit, at)
        record.tell_by_id(
            people, event, "new_work",
            type=kind.code, area=ticket.area_code, sign_by=ticket.sign_by,
        )  # fmt: skip
        return
    ticket.save()
    finding.index_again(ticket)
    record.tell(
        record.people_at(unit, ticket, at), event, "new_work", but=by,
        type=kind.code, area=ticket.area_code, sign_by=ticket.sign_by,
    )  # fmt: skip


def keep_photos(
    ticket: Ticket, photos: Sequence[Received], purpose: str, at: datetime, *, public: bool = True
) -> None:
    """Write the rows of uploaded photos; a task re-encodes them before anybody sees them."""
    if not photos:
        return
    before = ticket.photos.count()
    rows = [
        Photo(
            ticket=ticket,
            purpose=purpose,
            public=public,
            position=before + place,
            sent_sha256=photo.sha256,
            upload=photo.path,
            added_at=at,
        )
        for place, photo in enumerate(photos)
    ]
    Photo.objects.bulk_create(rows)
    prepare_soon(row.pk for row in rows)


def number_of(ticket: Ticket, book: Handbook | None = None) -> str:
    """Return the number of a ticket that has an id: the district's prefix, the day, the id."""
    day = timezone.localdate(ticket.reported_at)
    district = book.keep("district", District.current) if book else District.current()
    return f"{district.number_prefix}-{day:%Y%m%d}-{ticket.pk:04d}"


def title_of(words: str) -> str:
    """Return the first clause of the words as a title, at most 30 characters."""
    first = words.strip().splitlines()[0] if words.strip() else ""
    for mark in "。！？；.!?;":
        first = first.split(mark)[0]
    first = " ".join(first.split())
    return first if len(first) <= _TITLE_LENGTH else f"{first[: _TITLE_LENGTH - 1]}…"


def made_before(key: UUID, fingerprint: str) -> Ticket | None:
    """Return the ticket that the same form made before, if it came already.

    :raises OtherBody: if the key was used for another body
    """
    made = Ticket.objects.filter(code=receipts.code_of(key), key=key)
    sent_before = made.values_list("fingerprint", flat=True).first()
    if sent_before is None:
        return None
    if sent_before != fingerprint:
        raise OtherBody(
            _("This form was sent before with other words. Open a new form to report again.")
        )
    return made.with_places().select_related("event_type").get()


def fingerprint_of(
    key: UUID,
    words: str,
    lat: float | None,
    lng: float | None,
    area_code: str | None,
    event_type: EventType | None,
    photos: Sequence[Received],
    *,
    name: str = "",
    phone: str = "",
    **more: str,
) -> str:
    """Return a hash by which a form that is sent again is known; `more`: what else it said."""
    body = {
        "key": str(key), "words": words, "lat": lat, "lng": lng, "area": area_code or "",
        "type": event_type.code if event_type else "", "name": name, "phone": phone,
        "photos": [photo.sha256 for photo in photos],
    } | more  # fmt: skip
    return hashlib.sha256(_SORTED.encode(body).encode()).hexdigest()
