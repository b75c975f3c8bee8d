"""What every new report has, whoever makes it: a key, words, and a place: a point or an area."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from people.models import User
from people.roles import GRID_ROLES
from people.scope import areas_of, within


class PlacedForm(forms.Form):
    """A form for something that was seen somewhere: a point goes before a chosen area.

    Whoever inherits it adds `words` and the list `area_code`, and says in `nowhere` what to do
    without a place.
    """

    # Made when the form opened: sent twice, it is still one report.
    key = forms.UUIDField(widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)

    nowhere: Any = ""

    def clean(self) -> dict[str, Any]:
        """Say whatever is wrong with the place at the list, which people can see."""
        bad = [name for name in ("lat", "lng") if self.errors.pop(name, None)]
        data = self.cleaned_data
        placed = self._at_a_point() or data.get("area_code")
        if bad:
            self.add_error("area_code", _("Latitude and longitude must be numbers."))
        elif not placed and "area_code" not in self.errors:
            self.add_error("area_code", self.nowhere)
        return data

    def placed(self) -> dict[str, Any]:
        """Return what each verb that makes a report takes of this."""
        data, point = self.cleaned_data, self._at_a_point()
        return {
            "key": data["key"],
            "words": data["words"],
            "lat": data["lat"] if point else None,
            "lng": data["lng"] if point else None,
            "area_code": None if point else data["area_code"],
        }

    def mend_key(self) -> None:
        """Without a key that can be read the form gets a new one, and asks to be sent again."""
        if self.errors.pop("key", None):
            self.put("key", str(uuid.uuid4()))
            self.add_error(None, _("The form came in incomplete. Please send it once more."))

    def put(self, name: str, value: str) -> None:
        """Change a hidden value of the form that is shown again."""
        data: Any = self.data
        data = data.copy()
        data[name] = value
        self.data = data

    def _at_a_point(self) -> bool:
        return self.cleaned_data.get("lat") is not None and self.cleaned_data.get("lng") is not None


def own_areas(user: User) -> list[tuple[str, str]]:
    """Return the grids (and villages) under this person's own posts as the options of a list."""
    codes = areas_of(user, GRID_ROLES)
    areas = Area.objects.in_force(timezone.localdate()).filter(
        within(codes, "code"), level__in=[Area.Level.VILLAGE, Area.Level.GRID]
    )
    rows = list(areas.only("code", "name", "name_en").order_by("code"))
    options = [(area.code, area.shown_name) for area in rows]
    return options if len(options) == 1 else [("", str(_("Choose your grid"))), *options]


def villages_by_town() -> list[tuple[str, Any]]:
    """Return every village in force under its town, as choices: without script, one tap each."""
    areas = Area.objects.in_force(timezone.localdate()).only("code", "level", "name", "name_en")
    towns: dict[str, str] = {}
    villages: dict[str, list[tuple[str, str]]] = {}
    for area in areas.filter(level__in=["town", "village"]).order_by("code"):
        if area.level == Area.Level.TOWN:
            towns[area.code] = area.shown_name
        else:
            villages.setdefault(area.parent_code, []).append((area.code, area.shown_name))
    groups = [(towns.get(code, code), rows) for code, rows in villages.items()]
    return [("", _("Choose the village or community")), *groups]
