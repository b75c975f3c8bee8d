"""What every page knows without its view: the district, and how the reader wants it shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from grids.models import District
from people.landing import on_rounds
from people.models import User
from people.ways import Way, ways_of
from tonglianggov.guide.choose import tour_for


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates `district` (read when first used), `demonstration`, `elder`, `version`.

    `on_rounds` says whether the reader works in the grid, phone in hand; `ways` are the links of
    their header; `tour` is the one that was asked for with ?tour. Each is read when first used.
    """
    return {
        "district": SimpleLazyObject(District.current),
        "demonstration": settings.DEMONSTRATION,
        "elder": request.COOKIES.get("mode") == "elder",
        "version": settings.VERSION,
        "on_rounds": SimpleLazyObject(lambda: _on_rounds(request)),
        "ways": SimpleLazyObject(lambda: _ways(request)),
        "tour": tour_for(request),
    }


def _on_rounds(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, User) and on_rounds(user)


def _ways(request: HttpRequest) -> list[Way]:
    user = getattr(request, "user", None)
    return ways_of(user) if isinstance(user, User) else []
