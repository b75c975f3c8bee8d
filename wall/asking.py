"""From a request for the wall to what it may show: who asks, for which area, before visitors?"""

from typing import cast

from django.http import HttpRequest

from people.models import User, WallDevice
from wall.scope import Scope, scope_of

# In the session of whoever turned it on: all that this browser asks for is for visitors.
VISITOR = "wall_visitor"


def scope_asked_for(request: HttpRequest, watcher: User | WallDevice | None = None) -> Scope:
    """Return the scope of whoever asks; `?area=` narrows it, `?visitor=1` hides what is personal.

    :param watcher: who asks, where that is known better than from the request
    """
    found = watcher or getattr(request, "wall_device", None) or request.user
    return scope_of(
        cast(User | WallDevice, found), request.GET.get("area", ""), visitor=for_visitors(request)
    )


def for_visitors(request: HttpRequest) -> bool:
    """Tell whether the address or the session asks for what visitors may see."""
    return request.GET.get("visitor") == "1" or VISITOR in getattr(request, "session", ())
