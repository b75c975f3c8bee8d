"""The residents' form: what is the matter, and where."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.choices import GroupedChoice, event_types
from tickets.forms.fields import NO_TELEPHONE, PhotosInput, WordsField, tidy_phone
from tickets.forms.placed import PlacedForm, villages_by_town

CANNOT_BE_STORED = {
    "null_characters_not_allowed": _(
        "This held characters that cannot be stored. Please type it again."
    )
}


class ReportForm(PlacedForm):
    """What is the matter, and where. Everything else may stay empty."""

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

    nowhere = _("Please say where: use the map, or choose the village or community.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser would cut a long name off without a word: the server says it instead.
        for name in ("contact_name", "contact_phone"):
            self.fields[name].widget.attrs.pop("maxlength", None)

    def clean_contact_phone(self) -> str:
        return tidy_phone(self.cleaned_data["contact_phone"])

    def report(self) -> dict[str, Any]:
        """Return what lifecycle.report() needs of this; a point goes before a chosen village."""
        data = self.cleaned_data
        return self.placed() | {
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
