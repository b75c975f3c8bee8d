"""Which types of matter a grid worker probably means: those they used last, then the commonest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count

from people.models import User
from people.roles import GRID_ROLES
from people.scope import areas_of, within
from tickets.models import EventType, FirstLevel, Ticket, Urgency

_LOOKED_AT = 60
_SEASON = timedelta(days=90)


def of(user: User, *, at: datetime, most: int) -> list[EventType]:
    """Return the types to offer first, none twice, urgent and restricted ones left out."""
    kinds = {
        kind.pk: kind
        for kind in EventType.objects.filter(
            in_use=True, restricted=False, urgency__in=[Urgency.P3, Urgency.P4]
        ).order_by("code")
    }
    ranked: Iterable[int | None] = [*_used_last(user), *_commonest(user, at), *_by_level(kinds)]
    wanted = dict.fromkeys(pk for pk in ranked if pk in kinds)
    return [kinds[pk] for pk in list(wanted)[:most] if pk]


def _used_last(user: User) -> list[int | None]:
    mine = Ticket.objects.filter(entered_by=user, channel=Ticket.Channel.GRID)
    return list(mine.order_by("-reported_at").values_list("event_type", flat=True)[:_LOOKED_AT])


def _commonest(user: User, at: datetime) -> list[int | None]:
    here = within(areas_of(user, GRID_ROLES), "area_code")
    seen = Ticket.objects.visible_to(user).filter(here, reported_at__gt=at - _SEASON)
    counts = seen.values("event_type").annotate(count=Count("pk")).order_by("-count", "event_type")
    return [row["event_type"] for row in counts[:_LOOKED_AT]]


def _by_level(kinds: dict[int, EventType]) -> list[int]:
    """What is first handled in the village stands before what is not."""
    return sorted(kinds, key=lambda pk: kinds[pk].first_level != FirstLevel.VILLAGE)
