"""From a request for the wall to what it may show: who asks, for which area, before visitors?"""

from datetime import datetime, timedelta
from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from people.models import User, WallDevice
from wall.film import LONGEST
from wall.scope import Scope, scope_of

# How far back a film may begin: the wall is no archive.
REMEMBERED = timedelta(days=7)
# Films begin and end at whole tens of seconds: so walls side by side share one.
_GRAIN = 10
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


def film_asked_for(request: HttpRequest, at: datetime) -> tuple[datetime, datetime]:
    """Return from when to when; without `from` and `to` the last 24 hours.

    :raises ValidationError: with a sentence, if that is no time, too long, or too long ago
    """
    ends = min(_moment(request, "to") or at, at)
    if at - ends > REMEMBERED:
        raise ValidationError({"to": [_("Films go back seven days.")]})
    begins = _moment(request, "from") or ends - LONGEST
    if begins >= ends:
        raise ValidationError({"from": [_("The film must begin before it ends.")]})
    # A clock that runs a little ahead had its end moved to now, not its beginning.
    if ends - begins > LONGEST + timedelta(minutes=1):
        raise ValidationError({"from": [_("A film covers 24 hours at most.")]})
    if at - begins > REMEMBERED:
        raise ValidationError({"from": [_("Films go back seven days.")]})
    return _whole(begins), _whole(ends)


def _moment(request: HttpRequest, name: str) -> datetime | None:
    given = request.GET.get(name, "")
    if not given:
        return None
    try:
        found = parse_datetime(given)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError({name: [_("This must be a time, like 2026-03-01T08:00:00+08:00.")]})
    try:
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    except OverflowError as fault:
        raise ValidationError({name: [_("There is no such time.")]}) from fault


def _whole(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.second % _GRAIN, microseconds=moment.microsecond)
