"""What every page knows without its view: the district, and how the reader wants it shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from grids.models import District
from people.landing import on_rounds
from people.models import User


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates `district` (read when first used), `demonstration`, `elder`, `version`.

    `on_rounds` says whether the reader works in the grid, phone in hand; read when first used.
    """
    return {
        "district": SimpleLazyObject(District.current),
        "demonstration": settings.DEMONSTRATION,
        "elder": request.COOKIES.get("mode") == "elder",
        "version": settings.VERSION,
        "on_rounds": SimpleLazyObject(lambda: _on_rounds(request)),
    }


def _on_rounds(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, User) and on_rounds(user)
