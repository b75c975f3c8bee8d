from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual

from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, Role
from people.scope import Held, areas_of, posts_of, units_of, within
from tickets.states import AT_WORK, ENDED, Move

# When a limit of a ticket ends next; what has no running limit stands last. An expression, so that
# lists by it and the indexes over it are the same.
NEAREST = Coalesce("red_at", Value(datetime(9999, 1, 1, tzinfo=UTC)))

_SEES_UNIT = HANDLING_ROLES | {Role.MEDIATOR}
# How long the district's code is: every area lies under it.
_DISTRICT = 6
# Whose posts over an area open the tickets in it.
_SEES_AREA = CENTRE_ROLES | GRID_ROLES | {Role.LEADER}


@dataclass(frozen=True)
class Sight:
    """Whose tickets a person may see, as values: the door for what has no rows, like sockets."""

    areas: tuple[str, ...]
    units: frozenset[int]
    centres: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.areas or self.units or self.centres)


def sight_of(user: User) -> Sight:
    """Return what visible_to() asks for: areas, units at work, deciding centres."""
    return Sight(
        areas=tuple(areas_of(user, _SEES_AREA)),
        units=frozenset(units_of(user, _SEES_UNIT)),
        centres=frozenset(
            h.unit_id
            for h in posts_of(user)
            if h.unit_id and h.is_centre and h.role in CENTRE_ROLES
        ),
    )


def sight_through(held: Held) -> Sight:
    """Return what one post alone shows: all of somebody's posts together make sight_of()."""
    decides = held.unit_id and held.is_centre and held.role in CENTRE_ROLES
    works = held.unit_id and held.role in _SEES_UNIT
    return Sight(
        areas=(held.code,) if held.code and held.role in _SEES_AREA else (),
        units=frozenset({held.unit_id} if held.unit_id and works else ()),
        centres=frozenset({held.unit_id} if held.unit_id and decides else ()),
    )


def doors_of(user: User, *, to_ended: bool = True) -> list[Q]:
    """Return the doors through which this person sees tickets, each for an index of its own.

    A ticket is visible if it lies behind one of them: TicketQuerySet.visible_to(). Whoever sees the
    whole district has two: what is not restricted, and what is and is theirs.

    :param to_ended: False where the caller wants open tickets only: these are found sooner then
    """
    sight = sight_of(user)
    doors = _doors(sight, to_ended=to_ended)
    if not any(len(code) == _DISTRICT for code in sight.areas):
        return doors
    return [doors[0], Q(restricted=True) & reduce(or_, doors[1:])] if doors[1:] else doors


def _doors(sight: Sight, *, to_ended: bool = True) -> list[Q]:
    doors = []
    if sight.areas:
        doors.append(Q(restricted=False) & within(sight.areas, "area_code"))
    if sight.centres:
        # What they decide and may be seen lies in their area: the first door shows it.
        doors.append(Q(restricted=True, centre__in=sight.centres))
    if sight.units:
        helpers = apps.get_model("tickets", "Helper").objects.filter(unit__in=sight.units)
        if not to_ended:
            helpers = helpers.filter(ended=False)
        doors += [Q(handler__in=sight.units), Q(pk__in=helpers.values("ticket"))]
    # pk__in=[] matches nothing: no post, no tickets.
    return doors or [Q(pk__in=[])]


def in_hand_of(units: Iterable[int]) -> dict[int, int]:
    """Return how many open tickets each of these units has in hand; one query."""
    tickets = apps.get_model("tickets", "Ticket").objects.filter(handler__in=set(units)).open()
    return dict(tickets.order_by().values_list("handler").annotate(n=models.Count("pk")))


class TicketQuerySet(models.QuerySet):
    """The doors and the daily questions."""

    def visible_to(self, user: User):
        """Tickets this person may see: in their areas, or in the hands of their units.

        Restricted ones only in the deciding centre itself and in the units that handle or help
        (domain 2.15). Lists, details, API, sockets, counts and files all use this.
        """
        return self.in_sight(sight_of(user))

    def in_sight(self, sight: Sight):
        """The same for whoever sees this: a person, or a screen without one."""
        return self.filter(reduce(or_, _doors(sight)))

    def with_places(self):
        """With village, grid, deciding centre and handler at hand, in the same query.

        Without the outlines: they are kilobytes each, and nobody who reads a ticket draws them.
        """
        return self.select_related("village", "grid", "centre__area", "handler__area").defer(
            "village__boundary",
            "grid__boundary",
            "centre__area__boundary",
            "handler__area__boundary",
        )

    def merged_with(self, ticket):
        """Tickets that were merged into this one: its own history names them."""
        named = ticket.events.filter(move=Move.MERGE).annotate(
            merged=KeyTextTransform("from", "data")
        )
        return self.filter(merged_into=ticket, number__in=named.values("merged"))

    def on_the_wall(self):
        """Tickets that have a dot: all but the restricted ones."""
        return self.filter(restricted=False)

    def for_everybody(self):
        """Those at work of which anybody may know kind, rough place, state and age.

        Not the restricted, not those held for a glance, no kinds whose place says too much about
        people, and none of an unclear kind: nobody knows yet what it will turn out to be.
        """
        return self.at_work().filter(
            restricted=False,
            held=False,
            event_type__restricted=False,
            event_type__category__at_area_centre=False,
        )

    def open(self):
        return self.exclude(state__in=sorted(ENDED))

    def at_work(self):
        return self.filter(state__in=sorted(AT_WORK))

    def overdue(self, at: datetime):
        """Open tickets whose nearest limit has passed."""
        passed = LessThanOrEqual(NEAREST, at)
        return self.at_work().filter(passed, paused_until=None)
