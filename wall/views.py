"""The page of the wall, and the outlines of its map."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_GET
from django.views.decorators.vary import vary_on_headers

from grids.models import Area, BoundaryVersion, District
from people.models import User
from tickets.models import EventType
from wall import land, words
from wall.scope import Scope, scope_of


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show the wall of what this person's posts cover; `?area=` narrows it."""
    scope = _scope(request)
    home = scope.home()
    return render(
        request,
        "wall/wall.html",
        {
            "district": District.current(),
            "area": Area.objects.filter(code=home).only("name", "name_en", "code").first(),
            "words": words.all_words(),
            "types": {kind.code: kind.shown_name for kind in EventType.objects.all()},
            "narrowed": scope.area,
        },
    )


def _areas_etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    version = BoundaryVersion.objects.first()
    stamp = version.stamp if version else ""
    return f'W/"{_scope(request).home()}-{stamp}-{get_language()}"'


@require_GET
@vary_on_headers("Cookie", "Accept-Language")
@condition(etag_func=_areas_etag)
def areas(request: HttpRequest) -> HttpResponse:
    """Give the outlines and names of the areas that this person's wall shows."""
    answer = JsonResponse(land.outlines(_scope(request).home()), json_dumps_params=_COMPACT)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}


def _scope(request: HttpRequest) -> Scope:
    return scope_of(cast(User, request.user), request.GET.get("area", ""))
