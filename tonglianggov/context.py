"""What every page knows without its view: the district, and how the reader wants it shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from grids.models import District


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates `district` (read when first used), `demonstration`, `elder`, `version`."""
    return {
        "district": SimpleLazyObject(District.current),
        "demonstration": settings.DEMONSTRATION,
        "elder": request.COOKIES.get("mode") == "elder",
        "version": settings.VERSION,
    }
