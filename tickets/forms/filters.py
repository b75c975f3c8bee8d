"""What narrows the list of tickets. Everything is optional; what makes no sense is said."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area, Unit, lineage
from people.models import User
from people.scope import areas_of
from tickets.forms.choices import LongSelect
from tickets.listing import Queue
from tickets.models import EventCategory, EventType, Urgency
from tickets.narrowing import Filters
from tickets.states import State

_ALL = ("", _("All"))


def day_field(label: Any) -> forms.DateField:
    """Return an optional day, within times that a calendar and a database can reckon with."""
    sentence = _("Choose a day between 2000 and 2099.")
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(date(2000, 1, 1), sentence),
            MaxValueValidator(date(2099, 12, 31), sentence),
        ],
    )  # fmt: skip


class ListFilters(forms.Form):
    """The filters as they stand in the list's address."""

    queue = forms.ChoiceField(choices=Queue, required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("A number, a code, or words of the report"),
    )
    area = forms.RegexField(
        r"^[0-9]{6,15}$",
        label=_("Area"),
        required=False,
        widget=LongSelect,
        error_messages={"invalid": _("There is no such area.")},
    )
    category = forms.ChoiceField(label=_("Category"), required=False, widget=LongSelect)
    type = forms.ChoiceField(label=_("Type"), required=False, widget=LongSelect)
    handler = forms.CharField(
        label=_("Unit at work"), max_length=30, required=False, widget=LongSelect
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[_ALL, *State.choices], widget=LongSelect
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[_ALL, *Urgency.choices], widget=LongSelect
    )
    demonstration = forms.ChoiceField(
        label=_("Demonstration"), required=False, widget=LongSelect,
        choices=[_ALL, ("without", _("Without")), ("only", _("Only"))],
    )  # fmt: skip
    since = day_field(_("Reported from"))
    until = day_field(_("Reported until"))
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("category", EventCategory.objects.order_by("code"))
        self._choose("type", EventType.objects.order_by("code"))
        chosen = str(self.data.get("area", ""))
        areas = area_choices(user, chosen if chosen.isascii() and chosen.isdigit() else "")
        self.fields["area"].widget.choices = [("", _("Everywhere")), *areas]
        codes, unit = [code for code, _name in areas], str(self.data.get("handler", ""))
        self.fields["handler"].widget.choices = [_ALL, *unit_choices(codes, unit)]

    def _choose(self, name: str, things: Any) -> None:
        # As a list: read once, for the check and for the page.
        named = things.only("code", "name", "name_en")
        self.fields[name].choices = [  # type: ignore[attr-defined]
            _ALL, *((thing.code, thing.shown_name) for thing in named)
        ]  # fmt: skip

    def clean_handler(self) -> str:
        code: str = self.cleaned_data["handler"]
        if code and not Unit.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is no such unit."))
        return code

    @property
    def filters(self) -> Filters:
        """What was asked for, without what makes no sense."""
        if not hasattr(self, "cleaned_data"):
            self.full_clean()
        asked = self.cleaned_data
        names = [name for name in self.fields if name != "queue"]
        return Filters(**{name: asked[name] for name in names if asked.get(name)})


def area_choices(user: User, chosen: str) -> list[tuple[str, str]]:
    """Return (code, name) of the areas to narrow to: mine, those in them, and the way to `chosen`.

    One level opens at a time, so that a district officer does not choose among five hundred. Whose
    work is not bound to an area (a department) begins at the district.
    """
    tops = areas_of(user) or list(
        Area.objects.filter(level=Area.Level.DISTRICT).values_list("code", flat=True)
    )
    opened = [code for code in lineage(chosen) if any(code.startswith(top) for top in tops)]
    areas: dict[str, str] = {}
    wanted = Area.objects.filter(code__in=[*tops, *opened])
    for parent in {*tops, *opened}:
        wanted |= Area.objects.children_of(parent)
    for area in wanted.defer("boundary").order_by("code"):
        top = min((len(top) for top in tops if area.code.startswith(top)), default=6)
        depth = [6, 9, 12, 15].index(len(area.code)) - [6, 9, 12, 15].index(top)
        areas[area.code] = "\u2003" * depth + area.shown_name
    return list(areas.items())


def unit_choices(areas: list[str], chosen: str) -> list[tuple[str, str]]:
    """Return (code, name) of the units of these areas, and of the one that was chosen before.

    A village's own units appear when its town is opened in the choice of areas.
    """
    here = Q(area__code__in=areas, valid_to=None) & ~Q(kind=Unit.Kind.CHANNEL)
    if chosen and "\0" not in chosen:
        here |= Q(code=chosen)
    units = Unit.objects.filter(here).order_by("area__code", "code")
    return [(unit.code, unit.shown_name) for unit in units.only("code", "name", "name_en")]
