"""What is asked for when a wall without a person is set up."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from people import devices
from people.models import User
from people.scope import areas_of, within

# A grid is a few hundred households: its wall would tell too much about each.
_LEVELS = (Area.Level.DISTRICT, Area.Level.TOWN, Area.Level.VILLAGE)


class _AreaChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        # A step to the right for each level down.
        return "\u2003" * _LEVELS.index(obj.level) + obj.shown_name


class NewDevice(forms.Form):
    """Shape only; people.devices makes it."""

    name = forms.CharField(
        label=_("Where it hangs"),
        max_length=40,
        help_text=_("For instance: hall of the village office, ground floor"),
    )
    area = _AreaChoice(
        label=_("Which area it shows"),
        queryset=Area.objects.none(),
        empty_label=_("Choose an area"),
    )
    visitor = forms.TypedChoiceField(
        label=_("Who stands before it"),
        choices=[
            ("0", _("Our own people: with ticket numbers and streets")),
            ("1", _("Visitors: no numbers, places only as far as the village")),
        ],
        coerce=lambda value: value == "1",
        initial="1",
        widget=forms.RadioSelect,
    )

    def __init__(self, *given: Any, user: User, day: date, **options: Any) -> None:
        super().__init__(*given, **options)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = areas_for(user, day)


def areas_for(user: User, day: date) -> QuerySet[Area]:
    """Return the areas that this person may set up walls for, each above what lies in it."""
    mine = within(areas_of(user, devices.MAKERS), "code")
    return (
        Area.objects.in_force(day)
        .filter(mine, level__in=_LEVELS)
        .defer("boundary")
        .order_by("code")
    )
