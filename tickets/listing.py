"""The desk: which tickets wait for this person, in queues, with filters and search.

Every list and every count starts at Ticket.visible_to: a queue can only narrow it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, HEAD_ROLES, Role
from people.scope import areas_of, posts_of, within
from tickets import keyset, lots
from tickets.lots import Lot
from tickets.models import Helper, Request, Ticket
from tickets.narrowing import Filters, found_among, found_by, narrowed, sought
from tickets.querysets import NEAREST, TicketQuerySet, doors_of, sight_of
from tickets.requests_table import REQUESTS
from tickets.states import Hat, State

COUNT_AT_MOST = 1_000
# Digits.
_DISTRICT_CODE, _VILLAGE_CODE = 6, 12

# The states in which somebody has it to do.
_IN_HAND = sorted({State.DISPATCHED, State.SIGNED, State.HANDLING})

# What a row of the list shows of a ticket: a hundred columns less than all.
_NAMED = ("village", "grid", "centre", "handler", "event_type")
_JOINED = ("text", *_NAMED)
_SHOWN = (
    "number", "state", "area_code", "urgency", "restricted", "held", "is_demonstration",
    "supervision", "climbs", "reopenings", "version", "clocks", "reported_at", "paused_until",
    "yellow_at", "orange_at", "red_at", "verified_at", "text__title",
    *(f"{one}__{name}" for one in _NAMED for name in ("name", "name_en")),
)  # fmt: skip

NEWEST = keyset.Order("reported_at", newest_first=True)
BY_LIMIT = keyset.Order("nearest", newest_first=False)


@dataclass(frozen=True)
class Desk:
    """What a person works on, by the posts in force: centres and units by id, areas by code."""

    centres: frozenset[int]
    supervised: tuple[str, ...]
    units: frozenset[int]
    headed: frozenset[int]
    grids: tuple[str, ...]

    @classmethod
    def of(cls, user: User) -> "Desk":
        posts = posts_of(user)
        centres = {h.unit_id for h in posts if h.is_centre and h.role in CENTRE_ROLES}
        supervised = {h.code for h in posts if h.is_centre and h.role == Role.SHIFT_SUPERVISOR}
        units = {h.unit_id for h in posts if h.unit_id and h.role in HANDLING_ROLES}
        headed = {h.unit_id for h in posts if h.unit_id and h.role in HEAD_ROLES}
        return cls(
            centres=frozenset(pk for pk in centres if pk),
            supervised=tuple(sorted(supervised)),
            units=frozenset(pk for pk in units if pk),
            headed=frozenset(pk for pk in headed if pk),
            grids=tuple(areas_of(user, GRID_ROLES)),
        )


class Queue(models.TextChoices):
    """The tabs of the list, in their order."""

    ACCEPT = "accept", _("To accept")
    DISPATCH = "dispatch", _("To dispatch")
    WORK = "work", _("At work with us")
    CHECK = "check", _("To check")
    DECIDE = "decide", _("To decide")
    SENT = "sent", _("Given to others")
    OVERDUE = "overdue", _("Overdue")
    ANSWERED = "answered", _("Answered")
    ALL = "all", _("All")


@dataclass(frozen=True)
class _Rule:
    """One queue: for whom, which tickets, in which order, and what to say when it is empty."""

    shown_to: Callable[[Desk], bool]
    chosen: Callable[[TicketQuerySet, Desk, datetime], TicketQuerySet]
    order: keyset.Order
    empty: Any
    # It names no unit or centre: then each door is asked by itself (lots.py).
    wide: bool = False
    # What it is made up of where that is several things, each a door as well: then each is asked
    # by itself, and of all doors none.
    parts: Callable[[Desk], list[TicketQuerySet]] | None = None


def _of_centre(state: State) -> Callable[[TicketQuerySet, Desk, datetime], TicketQuerySet]:
    return lambda tickets, desk, at: tickets.open().filter(state=state, centre__in=desk.centres)


def _at_work(tickets: TicketQuerySet, desk: Desk, at: datetime) -> TicketQuerySet:
    return tickets.open().filter(reduce(or_, _hands(desk)), state__in=_IN_HAND)


def _each_hand(desk: Desk) -> list[TicketQuerySet]:
    """Return what is at work with these, hand by hand.

    Whoever handles a ticket or helps with it sees it, and so does whoever has its grid, as far as
    it is not restricted: with all doors beside that the database reads every ticket there is.
    """
    return [Ticket.objects.open().filter(hand, state__in=_IN_HAND) for hand in _hands(desk)]


def _hands(desk: Desk) -> list[Q]:
    """Return how a ticket is at work with these: each for an index of its own."""
    helping = Helper.objects.filter(unit__in=desk.units, ended=False)
    ours = [Q(handler__in=desk.units), Q(pk__in=helping.values("ticket"))]
    if desk.grids:
        theirs = Q(handler__tier="village", restricted=False)
        ours.append(theirs & within(desk.grids, "area_code"))
    return ours


def _given_away(tickets: TicketQuerySet, desk: Desk, at: datetime) -> TicketQuerySet:
    return (
        tickets.open()
        .filter(state__in=_IN_HAND, centre__in=desk.centres)
        .exclude(handler__in=desk.units)
    )


def _asked(tickets: TicketQuerySet, desk: Desk, at: datetime) -> TicketQuerySet:
    decided_by = {
        Hat.CENTRE: Q(ticket__centre__in=desk.centres),
        # Also for the centres beneath: a village's has no shift supervisor of its own.
        Hat.SUPERVISOR: within(desk.supervised, "ticket__centre__area__code"),
        Hat.HEAD: Q(ticket__handler__in=desk.headed),
    }
    mine = Q(pk__in=[])
    for kind, rule in REQUESTS.items():
        for step, hat in enumerate(rule.deciders):
            mine |= Q(kind=kind, step=step) & decided_by[hat]
    waiting = Request.objects.filter(mine, state=Request.State.OPEN)
    return tickets.filter(pk__in=waiting.values("ticket"))


_RULES: dict[Queue, _Rule] = {
    Queue.ACCEPT: _Rule(
        lambda desk: bool(desk.centres), _of_centre(State.SUBMITTED), BY_LIMIT,
        _("Nothing waits to be accepted. New reports appear here by themselves."),
    ),
    Queue.DISPATCH: _Rule(
        lambda desk: bool(desk.centres), _of_centre(State.ACCEPTED), BY_LIMIT,
        _("Everything that was accepted has been given to somebody."),
    ),
    Queue.WORK: _Rule(
        lambda desk: bool(desk.units or desk.grids), _at_work, BY_LIMIT,
        _("Your unit has nothing in hand. What it is given appears here, to be signed for."),
        parts=_each_hand,
    ),
    Queue.CHECK: _Rule(
        lambda desk: bool(desk.centres), _of_centre(State.RESOLVED), NEWEST,
        _("Nothing waits to be checked and answered."),
    ),
    Queue.DECIDE: _Rule(
        lambda desk: bool(desk.centres or desk.headed), _asked, BY_LIMIT,
        _("Nobody has asked you for anything."),
    ),
    Queue.SENT: _Rule(
        lambda desk: bool(desk.centres), _given_away, BY_LIMIT,
        _("Nothing that you decide about is in the hands of others."),
    ),
    Queue.OVERDUE: _Rule(
        lambda desk: True, lambda tickets, desk, at: tickets.open().overdue(at), BY_LIMIT,
        _("Nothing is overdue."), wide=True,
    ),
    Queue.ANSWERED: _Rule(
        lambda desk: True,
        lambda tickets, desk, at: tickets.open().filter(state=State.FEEDBACK), NEWEST,
        _("Nothing waits for the reporter's rating."), wide=True,
    ),
    Queue.ALL: _Rule(
        lambda desk: True, lambda tickets, desk, at: tickets, NEWEST,
        _("There are no tickets where you work yet."), wide=True,
    ),
}  # fmt: skip


def queues_of(user: User) -> list[Queue]:
    """Return the queues that make sense for this person's posts, in the order of the tabs."""
    desk = Desk.of(user)
    return [queue for queue, rule in _RULES.items() if rule.shown_to(desk)]


def chosen(user: User, queue: Queue, *, at: datetime) -> TicketQuerySet:
    """Return the tickets of one queue that this person may see, unordered."""
    return _RULES[queue].chosen(Ticket.objects.visible_to(user), Desk.of(user), at)


def lot(user: User, queue: Queue, filters: "Filters | None" = None, *, at: datetime) -> Lot:
    """Return the tickets of one queue that this person may see and that the filters leave.

    The same as narrowed(chosen(…), …), in the parts in which the indexes find them.
    """
    rule, filters = _RULES[queue], filters or Filters()
    desk = Desk.of(user)
    rest = replace(filters, words="")
    if rule.wide:
        to_ended = queue == Queue.ALL
        doors = [Ticket.objects.filter(door) for door in doors_of(user, to_ended=to_ended)]
        parts = [rule.chosen(door, desk, at) for door in doors]
        if rule.order == BY_LIMIT and not filters and _sees_all(user):
            # Also where they are only counted: else all centres' are read to find the first.
            parts = [part.order_by(NEAREST) for part in parts]
    else:
        parts = rule.parts(desk) if rule.parts else [chosen(user, queue, at=at)]
    parts = [narrowed(part, rest, at=at) for part in parts]
    if not filters.words:
        return Lot(tuple(parts))
    is_little = queue != Queue.ALL or _is_small(filters.area) or _sees_little(user)
    return _with_words(parts, queue, filters, is_little=is_little)


def _sees_all(user: User) -> bool:
    return any(len(code) == _DISTRICT_CODE for code in sight_of(user).areas)


def _sees_little(user: User) -> bool:
    areas = sight_of(user).areas
    return bool(areas) and all(_is_small(code) for code in areas)


def _is_small(area: str) -> bool:
    return len(area) >= _VILLAGE_CODE


def _with_words(
    parts: list[TicketQuerySet], queue: Queue, filters: Filters, *, is_little: bool
) -> Lot:
    """Return those in which the filters' words are found, each list by what it is shortest in.

    :param is_little: they may be so few that each can be looked at
    """
    if is_little and (at_hand := found_among(parts, filters.words)) is not None:
        return Lot((Ticket.objects.filter(pk__in=at_hand),))
    words = sought(filters) if _RULES[queue].order == NEWEST else None
    if words:
        return Lot(tuple(parts), words)
    found = found_by(filters.words)
    return Lot(tuple(part.filter(found) for part in parts))


def counts(lots_: Sequence[Lot]) -> list[int]:
    """Return how many each holds, at most COUNT_AT_MOST + 1: further nobody counts. One query."""
    return lots.counts(lots_, at_most=COUNT_AT_MOST)


def count(tickets: TicketQuerySet | Lot) -> int:
    """Return how many there are, at most COUNT_AT_MOST + 1."""
    return counts([tickets if isinstance(tickets, Lot) else Lot((tickets,))])[0]


def empty_words(queue: Queue) -> str:
    """Return what to say when the queue is empty."""
    return str(_RULES[queue].empty)


def page(
    tickets: TicketQuerySet | Lot, queue: Queue, *, size: int, after: str = "", before: str = ""
) -> keyset.Page:
    """Return one page in the queue's order, with what a row of the list shows.

    :raises keyset.BadMark: if a mark was not made by an earlier page
    """
    order = _RULES[queue].order
    lot_ = tickets if isinstance(tickets, Lot) else Lot((tickets,))
    parts = lot_.parts
    if order == BY_LIMIT:
        parts = tuple(_with_nearest(part) for part in parts)
    return keyset.page(
        parts, order, size=size, after=after, before=before, words=lot_.words,
        load=lambda rows: _shown(rows, order),
    )  # fmt: skip


def _with_nearest(tickets: Any) -> Any:
    return tickets.annotate(nearest=NEAREST)


def _shown(tickets: Any, order: keyset.Order) -> Any:
    if order == BY_LIMIT and "nearest" not in tickets.query.annotations:
        tickets = _with_nearest(tickets)
    return tickets.select_related(*_JOINED).only(*_SHOWN)
