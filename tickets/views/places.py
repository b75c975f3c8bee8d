"""What the report's small map asks: the district's outlines, and who answers for a point."""

import json
from typing import Any

import shapely
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import condition, require_safe

from grids.boundaries import shape_of
from grids.locate import BadCoordinates, NotLocated, locate
from grids.models import Area, BoundaryVersion, lineage
from people import throttle

# A pin is dropped a few times; a script that walks the map is not served.
_DROPS = {"rate": 1, "burst": 60}
# In degrees: about 60 m. A map for choosing a place, not for measuring one.
_ROUGH, _FINE = 0.0006, 0.0001


def _stamp(request: HttpRequest) -> str:
    stamp = BoundaryVersion.objects.values_list("stamp", flat=True).filter(pk=1).first()
    return f'"{stamp}-{timezone.localdate():%Y%m%d}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
@condition(etag_func=_stamp)
def outline(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the district and its towns, simplified; names in all languages at once."""
    key = f"outline:{_stamp(request)}"
    text = cache.get(key)
    if text is None:
        text = json.dumps(_outlines(), ensure_ascii=False, separators=(",", ":"))
        cache.set(key, text, 24 * 3600)
    return HttpResponse(text, content_type="application/geo+json")


def _outlines() -> dict[str, Any]:
    areas = list(
        Area.objects.in_force(timezone.localdate())
        .filter(level__in=["district", "town"], boundary__isnull=False)
        .order_by("code")
    )
    towns = [area for area in areas if area.level == Area.Level.TOWN]
    shapes = {area.code: shape_of(area.boundary or {}) for area in areas}
    # Together, so that neighbours keep their common edge.
    for town, simple in zip(
        towns, shapely.coverage_simplify([shapes[t.code] for t in towns], _ROUGH), strict=True
    ):
        shapes[town.code] = simple
    for area in areas:
        if area.level == Area.Level.DISTRICT:
            shapes[area.code] = shapes[area.code].simplify(_ROUGH)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "code": area.code, "level": area.level,
                    "name": area.name, "name_en": area.name_en or area.name,
                    "lat": area.lat, "lng": area.lng,
                },
                "geometry": _geometry(shapes[area.code]),
            }
            for area in areas
        ],
    }  # fmt: skip


def _geometry(shape: Any) -> dict[str, Any]:
    return json.loads(shapely.to_geojson(shapely.set_precision(shape, 0.0001, mode="pointwise")))


@login_not_required
@require_safe
@never_cache
def where(request: HttpRequest) -> HttpResponse:
    """JSON: the village and grid that hold `lat`, `lng`; or no names and a sentence why."""
    address = throttle.client_network(request)
    if not throttle.take(key=f"where:{address}", at=timezone.now(), **_DROPS):
        return JsonResponse({"sentence": _("Please wait a minute.")}, status=429)
    try:
        place = locate(lat=_degrees(request, "lat"), lng=_degrees(request, "lng"))
    except NotLocated as fault:
        # An answer to the question, not a failure: browsers complain aloud about a 422.
        return JsonResponse({"names": [], "sentence": str(fault), "outline": None})
    spot = place.grid or place.village
    above = Area.objects.defer("boundary").in_bulk(lineage(spot.code)[1:], field_name="code")
    drawn = Area.objects.values_list("boundary", flat=True).get(code=place.village.code)
    return JsonResponse({
        "village": place.village.code,
        "grid": place.grid.code if place.grid else None,
        "names": [above[code].shown_name for code in sorted(above, key=len)],
        "outline": _geometry(shape_of(drawn).simplify(_FINE)) if drawn else None,
    })  # fmt: skip


def _degrees(request: HttpRequest, name: str) -> float:
    try:
        return float(request.GET.get(name, ""))
    except ValueError as fault:
        raise BadCoordinates(_("Latitude and longitude must be numbers.")) from fault
