"""Saved views: a list with its filters under a name, one's own or shared with a unit.

A view narrows, and never widens: whoever opens it looks through their own door.
"""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from grids.models import Unit
from people.models import User
from people.roles import HEAD_ROLES
from people.scope import units_of
from tickets import listing
from tickets.listing import Queue
from tickets.lots import Lot
from tickets.models import SavedView
from tickets.narrowing import Filters

# More than one list of tabs can show.
AT_MOST = 30
# Those filters that are days; a view keeps them as in the list's address.
_DAYS = frozenset({"since", "until"})


@dataclass(frozen=True)
class Shown:
    """A view as this person sees it: its address below the list's, and how many it holds now."""

    view: SavedView
    address: str
    count: int
    more: bool
    mine: bool
    may_change: bool


def visible(user: User) -> QuerySet[SavedView]:
    """Return the views of this person and those shared with a unit of theirs."""
    theirs = Q(owner=user) | Q(unit__in=units_of(user))
    return SavedView.objects.filter(theirs).select_related("unit", "owner").order_by("name", "pk")


def to_read(user: User, view_id: int) -> SavedView:
    """Return the view if this person may open it: else 404."""
    return get_object_or_404(visible(user), pk=view_id)


def may_change(user: User, view: SavedView) -> bool:
    """Whether this person may rename, share or delete it: the owner, or a head of the unit."""
    return view.owner_id == user.pk or view.unit_id in units_of(user, HEAD_ROLES)


def shown(user: User, *, at: datetime) -> list[Shown]:
    """Return this person's views with how many tickets each holds for them.

    One query counts, and one more looks up words for each view that searches some.
    """
    views = list(visible(user)[:AT_MOST])
    counts = listing.counts([tickets_of(user, view, at=at) for view in views])
    return [
        Shown(
            view=view,
            address=address(view),
            count=min(count, listing.COUNT_AT_MOST),
            more=count > listing.COUNT_AT_MOST,
            mine=view.owner_id == user.pk,
            may_change=may_change(user, view),
        )
        for view, count in zip(views, counts, strict=True)
    ]


def tickets_of(user: User, view: SavedView, *, at: datetime) -> Lot:
    """Return the tickets of the view that this person may see."""
    asked = dict(view.asked)
    name = asked.pop("queue", "")
    queue = Queue(name) if name in Queue.values else Queue.ALL
    known = {key: value for key, value in asked.items() if key in Filters.__dataclass_fields__}
    known |= {day: date.fromisoformat(known[day]) for day in _DAYS & known.keys()}
    return listing.lot(user, queue, Filters(**known), at=at)


def address(view: SavedView) -> str:
    """Return the query part of the list's address that shows the view."""
    asked = {name: "on" if value is True else value for name, value in view.asked.items()}
    return urlencode(asked | {"view": view.pk})


def room_for_one_more(user: User) -> bool:
    """Whether this person may keep another view."""
    return SavedView.objects.filter(owner=user).count() < AT_MOST


def keep(user: User, *, name: str, unit: Unit | None, asked: dict, at: datetime) -> SavedView:
    """Keep what was asked of the list under a name; for the unit's people too, if given."""
    plain = {key: value.isoformat() if key in _DAYS else value for key, value in asked.items()}
    return SavedView.objects.create(owner=user, name=name, unit=unit, asked=plain, made_at=at)


def change(view: SavedView, *, name: str, unit: Unit | None) -> None:
    """Give the view another name, or share it with another unit (None: nobody)."""
    view.name, view.unit = name, unit
    view.save(update_fields=["name", "unit"])


def forget(view: SavedView) -> None:
    """Delete the view, for everybody."""
    view.delete()
