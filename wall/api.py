"""The wall over the API: dots, one dot's card, figures. All through the ordinary door."""

import hashlib
import json
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from people.models import User
from wall import card, queries, shapes, snapshot
from wall.scope import Scope, scope_of, signed_out_meanwhile

_AREA = OpenApiParameter("area", str, description="an area's code: it and all beneath it")


@extend_schema(
    operation_id="wall_dots",
    parameters=[
        _AREA,
        OpenApiParameter("since", int, description="a sequence: only what changed after it"),
    ],
    responses=shapes.Dots,
)
@api_view(["GET"])
def dots(request: Request) -> HttpResponse:
    """Give the dots of today's reports and of all open ones, and the sequence they are true for."""
    found = snapshot.take(_scope(request), at=timezone.now(), since=_since(request))
    return _once(request, found.as_json())


@extend_schema(operation_id="wall_dot", parameters=[_AREA], responses=shapes.Card)
@api_view(["GET"])
def dot(request: Request, ticket_id: int) -> Response:
    """Tell about one dot: who has it, how it is handled, how far it is."""
    return Response(card.card_of(_scope(request), ticket_id, timezone.now()))


@extend_schema(operation_id="wall_figures", parameters=[_AREA], responses=shapes.Figures)
@api_view(["GET"])
def figures(request: Request) -> Response:
    """Give the wall's figures with their origin, the newest lines, and what needs an eye."""
    scope, at = _scope(request), timezone.now()
    return Response(
        {
            "at": at,
            "sequence": snapshot.newest(),
            "figures": {
                key: figure.as_json() for key, figure in queries.figures(scope, at).items()
            },
            "feed": queries.feed(scope, at),
            "watched": queries.watched(scope, at),
            "demonstration": queries.has_demonstration(scope, at),
        }
    )


def _scope(request: Request) -> Scope:
    user = cast(User, request.user)
    try:
        return scope_of(user, request.query_params.get("area", ""))
    except PermissionDenied as fault:
        if signed_out_meanwhile(user):
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
