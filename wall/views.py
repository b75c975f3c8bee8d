"""The page of the wall, and the outlines of its map."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_GET
from django.views.decorators.vary import vary_on_headers

from grids.models import Area, BoundaryVersion, District
from people.devices import open_to_devices
from tickets.models import EventType
from wall import land, words
from wall.asking import scope_asked_for


@open_to_devices
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show the wall of what this person's posts cover; `?area=` narrows it."""
    scope = scope_asked_for(request)
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
            "visitor": scope.visitor,
            "by_device": scope.by_device,
        },
    )


def _areas_etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    version = BoundaryVersion.objects.first()
    stamp = version.stamp if version else ""
    return f'W/"{scope_asked_for(request).home()}-{stamp}-{get_language()}"'


@open_to_devices
@require_GET
@vary_on_headers("Cookie", "Accept-Language")
@condition(etag_func=_areas_etag)
def areas(request: HttpRequest) -> HttpResponse:
    """Give the outlines and names of the areas that this person's wall shows."""
    answer = JsonResponse(
        land.outlines(scope_asked_for(request).home()), json_dumps_params=_COMPACT
    )
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}
