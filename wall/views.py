"""The page of the wall, the outlines of its map, and the tickets behind a figure."""

from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_GET
from django.views.decorators.vary import vary_on_headers

from grids.models import Area, BoundaryVersion, District, lineage
from people.devices import open_to_devices
from tickets import keyset
from tickets.models import EventType
from tickets.views.rows import rows_of
from wall import counted, land, words
from wall.asking import scope_asked_for
from wall.definitions import DEFINITIONS, TITLES
from wall.scope import Scope
from wall.version import version

PAGE_SIZE = 50
_NEWEST = keyset.Order("reported_at", newest_first=True)


class Crumb(NamedTuple):
    """One step of the way down; "" is the whole wall of who watches."""

    code: str
    name: str


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
            "crumbs": _crumbs(scope),
            "page_version": version(),
            "visitor": scope.visitor,
            "by_device": scope.by_device,
        },
    )


def _crumbs(scope: Scope) -> list[Crumb]:
    """Return the way down to this wall's area from the whole of what this person may watch."""
    if not scope.area:
        return []
    top = replace(scope, area="").home()
    codes = [code for code in lineage(scope.area) if len(code) >= len(top)]
    return [Crumb(code if code != top else "", _name_of(code)) for code in codes]


@require_GET
def behind(request: HttpRequest, figure: str) -> HttpResponse:
    """List the tickets that a figure counts, as this person's wall counts it at this moment."""
    scope, at = scope_asked_for(request), timezone.now()
    # Visitors see no numbers and no words of tickets.
    if figure not in counted.COUNTED or scope.visitor:
        raise Http404
    tickets = counted.COUNTED[figure](scope.counted(), at).select_related("text")
    tickets = tickets.with_places().select_related("event_type")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    try:
        page = keyset.page(tickets, _NEWEST, size=PAGE_SIZE, after=after, before=before)
    except keyset.BadMark:
        page = keyset.page(tickets, _NEWEST, size=PAGE_SIZE)
    return render(request, "wall/behind.html", {
        "figure": figure, "title": TITLES[figure], "definition": DEFINITIONS[figure], "at": at,
        "narrowed": scope.area, "area": _name_of(scope.home()), "rows": rows_of(page.rows, at),
        "newer": _address(scope.area, before=page.before),
        "older": _address(scope.area, after=page.after),
    })  # fmt: skip


def _address(area: str, **mark: str) -> str:
    kept = {name: value for name, value in mark.items() if value}
    return f"?{urlencode({'area': area} | kept if area else kept)}" if kept else ""


def _areas_etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    version = BoundaryVersion.objects.first()
    stamp = version.stamp if version else ""
    scope = scope_asked_for(request)
    reach = ".".join(scope.reach())
    return f'W/"{scope.home()}-{reach}-{stamp}-{get_language()}"'


@open_to_devices
@require_GET
@vary_on_headers("Cookie", "Accept-Language")
@condition(etag_func=_areas_etag)
def areas(request: HttpRequest) -> HttpResponse:
    """Give the outlines and names of the areas that this person's wall shows."""
    scope = scope_asked_for(request)
    shown = land.outlines(scope.home()) | {"reach": scope.reach()}
    answer = JsonResponse(shown, json_dumps_params=_COMPACT)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _name_of(code: str) -> str:
    area = Area.objects.filter(code=code).only("name", "name_en", "code").first()
    return area.shown_name if area else ""


_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}
