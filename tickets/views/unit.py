"""A unit's page: its work in order of need, who waits for it, for whom it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from grids.models import Unit
from people.models import User
from people.scope import person_of
from tickets import access, listing, unit_work, waiting
from tickets.forms.requests import DecideForm
from tickets.listing import Desk, Queue
from tickets.models import Request, Ticket
from tickets.unit_work import Group
from tickets.views.cards import Card, cards
from tickets.views.opened import Opened, opened
from tickets.waiting import Waiting

# Of each group; one group alone shows more.
_FIRST, _MOST = 12, 100
_MOST_WAITING = 12


@dataclass(frozen=True)
class Section:
    """One group on the page: how many there are, and the first of them."""

    group: Group
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Asked:
    """What somebody waits for, with the two buttons that end the waiting."""

    waiting: Waiting
    form: DecideForm


@never_cache
@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """The groups, or one of them (`?group=`); one ticket opened for an answer (`?open=&do=`)."""
    at, person = timezone.now(), person_of(request)
    units = Desk.of(person).units
    if not units:
        raise PermissionDenied(_("This page is for those who work in a unit."))
    work = unit_work.of(person, units, at=at)
    counts = unit_work.counts(work)
    only = request.GET.get("group", "")
    groups = [Group(only)] if only in Group.values else list(Group)
    sections = _sections(person, work, counts, groups, at)
    for_us = _for_us(person, at)
    return render(request, "tickets/unit/unit.html", {
        "at": at, "units": _named(units), "counts": counts.items(), "sections": sections,
        "alone": only if only in Group.values else "", "total": sum(counts.values()),
        "opened": _opened(request, sections, at),
        "for_us": for_us, "we_wait": _we_wait(person, units, for_us),
    })  # fmt: skip


def _sections(
    person: User, work: Any, counts: dict[Group, int], groups: list[Group], at: datetime
) -> list[Section]:
    most = _FIRST if len(groups) > 1 else _MOST
    rows = {group: unit_work.first(work, group, most) for group in groups}
    shown = {
        card.ticket.pk: card
        for card in cards(person, [ticket for some in rows.values() for ticket in some], at=at)
    }
    return [
        Section(group, counts[group], [shown[ticket.pk] for ticket in rows[group]])
        for group in groups
        if rows[group]
    ]


def _opened(request: HttpRequest, sections: list[Section], at: datetime) -> Opened | None:
    """Return the ticket that was asked for with its form, if it is among those shown."""
    number = request.GET.get("open", "")
    found = [card for section in sections for card in section.cards if card.ticket.number == number]
    if not found:
        return None
    return opened(found[0], person_of(request), request.GET.get("do", ""), at=at)


def _for_us(person: User, at: datetime) -> list[Asked]:
    """Return what others asked that this person decides, the nearest decision first."""
    asked = listing.chosen(person, Queue.DECIDE, at=at).with_places().select_related("text")
    tickets = list(asked.order_by("pk")[:_MOST_WAITING])
    hats = access.hats_over_all(person, tickets)
    found = [
        wait
        for ticket_id, waits in waiting.on(tickets).items()
        for wait in waits
        if wait.hat in hats[ticket_id]
    ]
    return [
        Asked(wait, DecideForm(auto_id=f"id_{wait.request.pk}_%s"))
        for wait in sorted(found, key=lambda wait: wait.request.decide_by)
    ]


def _we_wait(person: User, units: frozenset[int], for_us: list[Asked]) -> list[Waiting]:
    """Return what these units asked and others decide, the nearest decision first."""
    own = {asked.waiting.request.pk for asked in for_us}
    asked = Request.objects.filter(state=Request.State.OPEN, unit__in=units).values("ticket")
    tickets = Ticket.objects.visible_to(person).filter(pk__in=asked).with_places()
    rows = list(tickets.select_related("text").order_by("pk")[:_MOST_WAITING])
    found = [
        wait
        for waits in waiting.on(rows).values()
        for wait in waits
        if wait.request.unit_id in units and wait.request.pk not in own
    ]
    return sorted(found, key=lambda wait: wait.request.decide_by)


def _named(units: Iterable[int]) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=units).order_by("code"))
