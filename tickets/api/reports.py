"""Reports over the API: send one, follow one, rate one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    permission_classes,
)
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from grids import handbook
from grids.handbook import Handbook
from grids.models import HandbookVersion
from people import throttle
from people.api_auth import TokenAuthentication
from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES
from people.scope import roles_of
from tickets import lifecycle, measure, photos, routing, tracking
from tickets.api import shapes
from tickets.api.errors import TooMany
from tickets.models import Ticket

_REFUSALS = {
    400: shapes.RefusalOut, 401: shapes.RefusalOut, 403: shapes.RefusalOut,
    422: shapes.RefusalOut, 429: shapes.RefusalOut,
}  # fmt: skip


@extend_schema(
    operation_id="report",
    summary="Report something",
    description="Public. With a staff token it is a report on behalf of a resident. The same key "
    "and body again give the same answer; another body with the same key is refused (422).",
    request=shapes.ReportIn,
    responses={201: shapes.ReportOut, **_REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TokenAuthentication])
@permission_classes([AllowAny])
def report(request: Request) -> Response:
    """Take a report in and answer with its receipt."""
    at = timezone.now()
    by = request.user if request.user.is_authenticated else None
    if by is not None and not roles_of(by) & (CENTRE_ROLES | GRID_ROLES):
        raise exceptions.PermissionDenied(_("Your post does not let you report for a resident."))
    book = _let_in(request, by, at)
    given = shapes.checked_report(_plain(request), book)
    if given.get("lat") is None or given.get("lng") is None:
        if not given.get("area"):
            raise exceptions.ValidationError({"lat": [_("Say where: lat and lng, or an area.")]})
        given["lat"] = given["lng"] = None
    _within_quota(request, by, given.get("photos", []), at)
    received = photos.receive(given.get("photos", []))
    with photos.kept_if_used(received):
        ticket = _report(given, received, by, at, book)
    return Response(shapes.receipt(ticket, book), status=201)


def _report(
    given: dict, received: list[photos.Received], by: User | None, at: datetime, book: Handbook
) -> Ticket:
    return lifecycle.report(
        key=given["key"],
        words=given["text"],
        at=at,
        lat=given["lat"],
        lng=given["lng"],
        area_code=given.get("area") or None,
        event_type=given.get("event_type"),
        contact_name=given.get("contact_name", ""),
        contact_phone=given.get("contact_phone", ""),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        photos=received,
        channel=Ticket.Channel.STAFF if by else Ticket.Channel.API,
        by=by,
        is_demonstration=settings.DEMONSTRATION,
        book=book,
    )


@extend_schema(
    operation_id="follow",
    summary="See how a report stands",
    description="A wrong code and a wrong PIN look the same.",
    parameters=[
        OpenApiParameter("X-Pin", str, OpenApiParameter.HEADER, required=True, description="PIN")
    ],
    responses={200: shapes.ProgressOut, 404: shapes.RefusalOut, 429: shapes.RefusalOut},
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def follow(request: Request, code: str) -> Response:
    """Give the state and the public timeline to whoever holds the code and the PIN."""
    return Response(_progress(_opened(request, code)))


@extend_schema(
    operation_id="rate",
    summary="Rate the answer",
    description="Five levels, and whether it is solved. Not solved asks for it to be reopened.",
    parameters=[
        OpenApiParameter("X-Pin", str, OpenApiParameter.HEADER, required=True, description="PIN")
    ],
    request=shapes.RateIn,
    responses={
        200: shapes.ProgressOut, 400: shapes.RefusalOut, 404: shapes.RefusalOut,
        409: shapes.RefusalOut, 429: shapes.RefusalOut,
    },
)  # fmt: skip
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def rate(request: Request, code: str) -> Response:
    """Take the reporter's rating."""
    ticket = _opened(request, code)
    form = shapes.RateIn(data=request.data)
    form.is_valid(raise_exception=True)
    lifecycle.rate(ticket_id=ticket.pk, at=timezone.now(), **form.validated_data)
    return Response(_progress(_opened(request, code)))


def _let_in(request: Request, by: User | None, at: datetime) -> Handbook:
    """Return the handbook that holds now. Callers above their rate get 429.

    The staff have their own, wider, limit.
    """
    who = f"staff:{by.pk}" if by else throttle.client_network(request)
    each_hour = settings.REPORTS_EACH_HOUR_STAFF if by else settings.REPORTS_EACH_HOUR
    rate = each_hour / 3600
    stamp = throttle.take_asking(
        HandbookVersion.NOW, key=f"report-api:{who}", rate=rate, burst=each_hour, at=at
    )
    if stamp is None:
        raise TooMany(wait=int(1 / rate) + 1)
    return handbook.current(stamp)


def _within_quota(request: Request, by: User | None, sent: list, at: datetime) -> None:
    """Callers who uploaded as much as an address may in a day get 429."""
    size = sum(photo.size or 0 for photo in sent)
    if not size or by:
        return
    if not measure.may_upload(network=throttle.client_network(request), size=size, at=at):
        raise TooMany(wait=3600)


def _opened(request: Request, code: str) -> Ticket:
    try:
        ticket = tracking.opened(
            code=code,
            pin=request.headers.get("X-Pin", ""),
            address=throttle.client_network(request),
            at=timezone.now(),
        )
    except tracking.TooManyTries as fault:
        raise TooMany(wait=fault.wait) from fault
    if ticket is None:
        raise exceptions.NotFound(_("No report opens with this code and PIN."))
    return ticket


def _progress(ticket: Ticket) -> dict:
    return shapes.ProgressOut(
        {
            "number": ticket.number,
            "code": ticket.code,
            "state": ticket.state,
            "state_label": ticket.get_state_display(),
            "area": ticket.village,
            "handler": (ticket.handler or ticket.centre).shown_name,
            "reason": routing.sentence(ticket.reason),
            "reported_at": ticket.reported_at,
            "resolve_by": ticket.resolve_by,
            "merged_into": ticket.merged_into.number if ticket.merged_into else None,
            "timeline": shapes.timeline(ticket, public=True),
        }
    ).data


def _plain(request: Request) -> Any:
    """Return the body as a dict; of a multipart body the photos as a list, blanks left out."""
    data: Any = request.data
    if not hasattr(data, "getlist"):
        return data
    plain = {name: data[name] for name in data if name != "photos" and data[name] != ""}
    return plain | ({"photos": data.getlist("photos")} if "photos" in data else {})
