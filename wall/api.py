"""The wall over the API: dots, one dot's card, figures. All through the ordinary door."""

import hashlib
import json
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view, authentication_classes
from rest_framework.request import Request
from rest_framework.response import Response

from people.api_auth import DeviceAuthentication, TokenAuthentication
from people.models import User, WallDevice
from wall import card, film, kept, queries, shapes, snapshot
from wall.asking import film_asked_for, scope_asked_for
from wall.scope import Scope, signed_out_meanwhile
from wall.version import version

_AREA = OpenApiParameter("area", str, description="an area's code: it and all beneath it")
_VISITOR = OpenApiParameter(
    "visitor", str, enum=["1"], description="no numbers, no names, places as far as the village"
)
# Seconds. A screen asks every fifteen, and at once when it hears of news.
_FIGURES_SHARED = 10.0
# A wall device comes after people: who is signed in on its browser sees what is theirs.
_watching = authentication_classes(
    [TokenAuthentication, SessionAuthentication, DeviceAuthentication]
)


@extend_schema(
    operation_id="wall_dots",
    parameters=[
        _AREA,
        _VISITOR,
        OpenApiParameter("since", int, description="a sequence: only what changed after it"),
        OpenApiParameter(
            "form",
            str,
            enum=["columns"],
            description="everything by columns of numbers, for our own wall; it may change",
        ),
    ],
    responses=PolymorphicProxySerializer(
        component_name="DotsInEitherForm",
        serializers=[shapes.Dots, shapes.PackedDots],
        resource_type_field_name=None,
    ),
)
@api_view(["GET"])
@_watching
def dots(request: Request) -> HttpResponse:
    """Give the dots of today's reports and of all open ones, and the sequence they are true for."""
    scope, at, since = _scope(request), timezone.now(), _since(request)
    if since is None and request.query_params.get("form") == "columns":
        return _columns(request, scope, at)
    found = snapshot.take(scope, at=at, since=since)
    return _once(request, found.as_json())


@extend_schema(operation_id="wall_dot", parameters=[_AREA, _VISITOR], responses=shapes.Card)
@api_view(["GET"])
@_watching
def dot(request: Request, ticket_id: int) -> Response:
    """Tell about one dot: who has it, how it is handled, how far it is."""
    return Response(card.card_of(_scope(request), ticket_id, timezone.now()))


@extend_schema(
    operation_id="wall_film",
    parameters=[
        _AREA,
        _VISITOR,
        OpenApiParameter("from", OpenApiTypes.DATETIME, description="24 hours before `to`"),
        OpenApiParameter("to", OpenApiTypes.DATETIME, description="now"),
    ],
    responses=shapes.Film,
)
@api_view(["GET"])
@_watching
def the_film(request: Request) -> HttpResponse:
    """Give how the wall stood at a moment and every change after it, for 24 hours at most."""
    begins, ends = film_asked_for(request._request, timezone.now())
    scope, as_of = _scope(request), kept.version()
    found = kept.cache.answer(
        ("film", scope.key, begins, ends),
        as_of,
        lambda: _text(film.take(scope, begins, ends).as_json()),
    )
    return kept.send(request._request, found)


@extend_schema(operation_id="wall_figures", parameters=[_AREA, _VISITOR], responses=shapes.Figures)
@api_view(["GET"])
@_watching
def figures(request: Request) -> HttpResponse:
    """Give the wall's figures with their origin, the newest lines, and what needs an eye."""
    scope, at, as_of = _scope(request), timezone.now(), kept.version()
    found = kept.cache.answer(
        ("figures", scope.key, timezone.localdate(at)),
        as_of,
        lambda: _text(_figures(scope, at)),
        shared=_FIGURES_SHARED,
    )
    return kept.send(request._request, found)


def _figures(scope: Scope, at: datetime) -> dict[str, Any]:
    return {
        "at": at.isoformat(),
        "version": version(),
        "sequence": snapshot.newest(),
        "figures": {key: figure.as_json() for key, figure in queries.figures(scope, at).items()},
        "feed": queries.feed(scope, at),
        "watched": queries.watched(scope, at),
        "demonstration": queries.has_demonstration(scope, at),
    }


def _columns(request: Request, scope: Scope, at: datetime) -> HttpResponse:
    # The version first: what is committed while the text is made shows in the next one.
    as_of = kept.version()
    found = kept.cache.answer(
        ("dots", scope.key, timezone.localdate(at)),
        as_of,
        lambda: snapshot.columns(scope, sequence=as_of[0], at=at),
    )
    return kept.send(request._request, found)


def _scope(request: Request) -> Scope:
    # Nobody else comes this far: the classes of _watching and DRF's own permission see to it.
    watcher = cast(User | WallDevice, request.user)
    try:
        return scope_asked_for(request._request, watcher)
    except PermissionDenied as fault:
        if signed_out_meanwhile(watcher):
            raise exceptions.NotAuthenticated from fault
        raise


def _since(request: Request) -> int | None:
    given = request.query_params.get("since", "")
    if not given:
        return None
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise exceptions.ValidationError({"since": [_("This must be a whole number.")]})
    return int(given)


def _once(request: Request, body: dict[str, Any]) -> HttpResponse:
    """Answer with the body, compressed, or with 304 if the caller has this very one."""
    # The moment alone is no news.
    news = {name: value for name, value in body.items() if name != "at"}
    digest = hashlib.sha256(_text(news).encode()).hexdigest()[:32]
    answer = HttpResponse(_text(body), content_type="application/json")
    answer["ETag"] = etag = f'W/"{digest}"'
    plain = request._request
    kept = get_conditional_response(plain, etag=etag, response=answer) or answer
    kept = gzip_page(lambda _request: kept)(plain) if kept.status_code == 200 else kept
    patch_cache_control(kept, private=True, no_cache=True)
    patch_vary_headers(kept, ["Cookie", "Authorization", "Accept-Language"])
    return kept


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
