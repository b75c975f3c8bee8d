"""Found on a round: what it was, where, and whether it is put right already or must go on."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from people.models import User
from people.roles import GRID_ROLES
from people.scope import areas_of, within
from tickets.forms.choices import GroupedChoice, event_types
from tickets.forms.fields import PhotosInput, WordsField
from tickets.models import EventType


class FoundForm(forms.Form):
    """Two taps: what it was, and done. Words and photos only where they help."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    event_type = forms.ChoiceField(
        label=_("What was it?"), required=False, widget=forms.RadioSelect
    )
    other_type = GroupedChoice(
        event_types(), label=_("Something else"), required=False, to_field_name="code",
        empty_label=_("Choose what it was"), heading=lambda kind: kind.category.shown_name,
        says=lambda kind: kind.shown_name,
    )  # fmt: skip
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    area_code = forms.ChoiceField(label=_("Your grid"), required=False)
    words = WordsField(label=_("A word to it"), required=False, rows=2)
    photos = forms.Field(label=_("Before"), required=False, widget=PhotosInput)
    result = forms.Field(label=_("After"), required=False, widget=PhotosInput)

    def __init__(self, *args: Any, user: User, kinds: list[EventType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chips, lists = self.fields["event_type"], self.fields["area_code"]
        assert isinstance(chips, forms.ChoiceField)
        assert isinstance(lists, forms.ChoiceField)
        chips.choices = [(kind.code, kind.shown_name) for kind in kinds]
        lists.choices = own_areas(user)

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the place at the list that people can see."""
        bad = [name for name in ("lat", "lng") if self.errors.pop(name, None)]
        data = self.cleaned_data
        point = data.get("lat") is not None and data.get("lng") is not None
        if bad:
            self.add_error("area_code", _("Latitude and longitude must be numbers."))
        elif not point and not data.get("area_code") and "area_code" not in self.errors:
            self.add_error("area_code", _("Please say where: your place, or one of your grids."))
        known = self.kind() or (self.hands_on and data.get("words"))
        if not (known or {"event_type", "other_type"} & set(self.errors)):
            self.add_error("event_type", _("Please choose what it was."))
        return data

    @property
    def hands_on(self) -> bool:
        """Whether it could not be put right and goes on as a report."""
        return self.data.get("then") == "report"

    def kind(self) -> EventType | None:
        """Return what was found; what was looked up in the long list was meant."""
        other = self.cleaned_data.get("other_type")
        code = self.cleaned_data.get("event_type")
        return other or (event_types().filter(code=code).first() if code else None)

    def arguments(self) -> dict[str, Any]:
        """Return what both verbs take: a point, or else the area that was chosen."""
        data = self.cleaned_data
        point = data["lat"] is not None and data["lng"] is not None
        return {
            "key": data["key"],
            "words": data["words"],
            "lat": data["lat"] if point else None,
            "lng": data["lng"] if point else None,
            "area_code": None if point else data["area_code"],
            "event_type": self.kind(),
        }


def own_areas(user: User) -> list[tuple[str, str]]:
    """Return the grids (and villages) under this person's own posts as the options of a list."""
    codes = areas_of(user, GRID_ROLES)
    areas = Area.objects.in_force(timezone.localdate()).filter(
        within(codes, "code"), level__in=[Area.Level.VILLAGE, Area.Level.GRID]
    )
    rows = list(areas.only("code", "name", "name_en").order_by("code"))
    options = [(area.code, area.shown_name) for area in rows]
    return options if len(options) == 1 else [("", str(_("Choose your grid"))), *options]
