"""Whom a ticket can be given to: the proposed units first, with how much each has in hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids import organisation
from grids.models import Unit, lineage
from people.models import Post
from people.roles import GRID_ROLES, HANDLING_ROLES
from tickets import routing
from tickets.forms.choices import Grouped
from tickets.models import Ticket
from tickets.states import ENDED

_IN_HAND = Q(handling__isnull=False) & ~Q(handling__state__in=sorted(ENDED))


@dataclass(frozen=True)
class Candidates:
    """The units that may get a ticket; ids of those proposed to lead and to help."""

    units: list[Unit]
    proposed: int | None
    supports: list[int]
    loads: dict[int, int]
    people: dict[int, int]

    def heading(self, unit: Unit) -> str:
        """Return the heading under which a unit is offered."""
        if unit.pk == self.proposed or unit.pk in self.supports:
            return str(_("Proposed"))
        return str(_("Command centres") if unit.is_centre else _("Departments and others"))

    def says(self, unit: Unit) -> str:
        """Return a unit's name, what it has in hand, and whether anybody would see the ticket."""
        load = self.loads.get(unit.pk, 0)
        parts = [unit.shown_name, ngettext("%(n)d in hand", "%(n)d in hand", load) % {"n": load}]
        count = self.people.get(unit.pk, 0)
        if count:
            parts.append(ngettext("%(n)d person", "%(n)d people", count) % {"n": count})
        else:
            parts.append(str(_("nobody on post")))
        return " · ".join(parts)


def candidates(ticket: Ticket, *, at: datetime) -> Candidates:
    """Return the units that serve this place and may be given the ticket, the likely ones first.

    Likely: the centre where this type is first handled, its lead department, its supports; then
    the other centres and departments on the way from the district to the village.
    """
    kind = ticket.event_type
    day = timezone.localdate(at)
    here = (
        Unit.objects.in_force(day)
        .filter(area__code__in=lineage(ticket.area_code))
        .exclude(kind=Unit.Kind.CHANNEL)
        .select_related("area")
        .defer("area__boundary")
        .order_by("area__code", "code")
    )
    loads = dict(
        here.order_by().annotate(n=Count("handling", filter=_IN_HAND)).values_list("pk", "n")
    )
    units = list(here)
    if kind is None:
        return Candidates(units, None, [], loads, _people(ticket, units, at))
    by_centre = ticket.centre
    units = [
        unit
        for unit in units
        if not routing.may_be_given(
            unit=unit, centre=by_centre, event_type=kind, area_code=ticket.area_code
        )
    ]
    allowed = {unit.pk for unit in units}
    first = _first_level_unit(ticket)
    lead = organisation.unit_for(kind.lead, ticket.area_code)
    likely = [u.pk for u in (first, lead) if u and u.pk in allowed]
    supports = [
        unit.pk
        for trade in kind.support
        if (unit := organisation.unit_for(trade, ticket.area_code)) and unit.pk in allowed
    ]
    proposed = next((pk for pk in likely if pk != ticket.handler_id), None)
    supports = [pk for pk in dict.fromkeys([*likely, *supports]) if pk != proposed]
    place = {pk: turn for turn, pk in enumerate([proposed, *supports])}
    units.sort(key=lambda unit: (place.get(unit.pk, len(place)), not unit.is_centre))
    return Candidates(units, proposed, supports, loads, _people(ticket, units, at))


def _first_level_unit(ticket: Ticket) -> Unit | None:
    """Return the centre where such tickets are first handled; None where a department does."""
    length = {"V": 12, "T": 9}.get(ticket.event_type.first_level if ticket.event_type else "")
    return organisation.centre_of(ticket.area_code[:length]) if length else None


def _people(ticket: Ticket, units: list[Unit], at: datetime) -> dict[int, int]:
    """Return how many people would be told in each unit, as routing.people_for() counts them."""
    posts = Post.objects.held_on(timezone.localdate(at)).filter(user__is_active=True)
    in_units = posts.filter(unit__in=[u.pk for u in units], role__in=HANDLING_ROLES)
    counts = dict(in_units.order_by().values_list("unit").annotate(n=Count("user", distinct=True)))
    if ticket.restricted:
        return counts
    workers = posts.filter(area__code=ticket.area_code, role__in=GRID_ROLES)
    found = workers.values("user").distinct().count()
    for unit in units:
        if unit.tier == Unit.Tier.VILLAGE and len(ticket.area_code) > len(unit.area.code):
            counts[unit.pk] = counts.get(unit.pk, 0) + found
    return counts


class UnitChoice(forms.ModelChoiceField):
    """One unit, under headings."""

    iterator = Grouped
    options: Candidates

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unit.objects.none(), empty_label=_("Choose who leads"), **kwargs)

    def offer(self, options: Candidates) -> None:
        """Show these units, in their order, under their headings."""
        _offer(self, options)

    def to_python(self, value: Any) -> Unit | None:
        return None if value in self.empty_values else _one_of(self, value)

    def label_from_instance(self, obj: Any) -> str:
        return self.options.says(obj)


class HelpersField(forms.ModelMultipleChoiceField):
    """Any number of units."""

    iterator = Grouped
    options: Candidates
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unit.objects.none(), **kwargs)

    def offer(self, options: Candidates) -> None:
        """Show these units, in their order, under their headings."""
        _offer(self, options)

    def clean(self, value: Any) -> Any:
        return [_one_of(self, one) for one in value or []]

    def label_from_instance(self, obj: Any) -> str:
        return self.options.says(obj)


class _Listed(Grouped):
    """Shows the candidates' own order, which no ORDER BY can say."""

    def __init__(self, field: Any) -> None:
        super().__init__(field)
        self.queryset = field.options.units


def _one_of(field: Any, value: Any) -> Unit:
    """Return the offered unit with this id. Compared as text: no id is too long, none too odd."""
    for unit in field.options.units:
        if str(unit.pk) == str(value):
            return unit
    raise forms.ValidationError(
        field.error_messages["invalid_choice"], "invalid_choice", {"value": str(value)[:40]}
    )


def _offer(field: Any, options: Candidates) -> None:
    field.options = options
    field.heading = options.heading
    field.iterator = _Listed
    field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in options.units])
