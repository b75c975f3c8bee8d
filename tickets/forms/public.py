"""The residents' form: what is the matter, and where."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from tickets.forms.choices import GroupedChoice, event_types
from tickets.forms.fields import NO_TELEPHONE, PhotosInput, WordsField, tidy_phone

CANNOT_BE_STORED = {
    "null_characters_not_allowed": _(
        "This held characters that cannot be stored. Please type it again."
    )
}


class ReportForm(forms.Form):
    """What is the matter, and where. Everything else may stay empty."""

    # Made when the form opened: sent twice, it is still one report.
    key = forms.UUIDField(widget=forms.HiddenInput)
    # Received and checked one by one in the view, so that one bad photo does not lose the others.
    photos = forms.Field(
        label=_("Photos"),
        required=False,
        widget=PhotosInput,
        help_text=_("At most 8, each up to 10 MB: JPEG, PNG or WebP."),
    )
    words = WordsField(
        label=_("Tell us about it"),
        help_text=_("For example: the manhole cover at the crossing is loose and rattles."),
        min_length=2,
        error_messages={
            "required": _("Please say in a few words what is the matter."),
            "min_length": _("Please say in a few words what is the matter."),
        },
    )  # fmt: skip
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    area_code = forms.ChoiceField(
        label=_("Village or community"), required=False, choices=lambda: villages_by_town()
    )
    event_type = GroupedChoice(
        event_types(), label=_("Kind of matter"), required=False, to_field_name="code",
        empty_label=_("Not sure"), heading=lambda kind: kind.category.shown_name,
        says=lambda kind: kind.shown_name,
        help_text=_("If you are not sure, leave it: we will find out."),
    )  # fmt: skip
    # The reporter saw what their words suggest, and says it is none of it.
    none_of_these = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # The reporter saw the open reports alike, or the page's script shows them.
    looked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    contact_name = forms.CharField(
        label=_("Name"), required=False, max_length=80,
        error_messages=CANNOT_BE_STORED | {
            "max_length": _("Please shorten the name: %(limit_value)d characters are the most."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )  # fmt: skip
    contact_phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40,
        error_messages=CANNOT_BE_STORED | {"max_length": NO_TELEPHONE},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser would cut a long name off without a word: the server says it instead.
        for name in ("contact_name", "contact_phone"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_contact_phone(self) -> str:
        return tidy_phone(self.cleaned_data["contact_phone"])

    def clean(self) -> dict[str, Any]:
        """Say whatever is wrong with the place at the field that people can see."""
        bad = [name for name in ("lat", "lng") if self.errors.pop(name, None)]
        data = self.cleaned_data
        point = data.get("lat") is not None and data.get("lng") is not None
        if bad:
            self.add_error("area_code", _("Latitude and longitude must be numbers."))
        elif not point and not data.get("area_code") and "area_code" not in self.errors:
            self.add_error(
                "area_code", _("Please say where: use the map, or choose the village or community.")
            )
        return data

    def report(self) -> dict[str, Any]:
        """Return what lifecycle.report() needs of this; a point goes before a chosen village."""
        data = self.cleaned_data
        point = data["lat"] is not None and data["lng"] is not None
        return {
            "key": data["key"],
            "words": data["words"],
            "lat": data["lat"] if point else None,
            "lng": data["lng"] if point else None,
            "area_code": None if point else data["area_code"],
            "event_type": data["event_type"],
            "none_of_these": data["none_of_these"] and data["event_type"] is None,
            "contact_name": data["contact_name"],
            "contact_phone": data["contact_phone"],
        }


class AlikeForm(forms.Form):
    """What is known of a report while it is written: enough to find open ones like it."""

    words = forms.CharField(required=False)
    lat = forms.FloatField(required=False)
    lng = forms.FloatField(required=False)
    area_code = forms.CharField(required=False, max_length=15)
    event_type = forms.ModelChoiceField(event_types(), required=False, to_field_name="code")
    none_of_these = forms.BooleanField(required=False)


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
