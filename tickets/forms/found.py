"""Found on a round: what it was, where, and whether it is put right already or must go on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from tickets.forms.choices import GroupedChoice, event_types
from tickets.forms.fields import PhotosInput, WordsField
from tickets.forms.placed import PlacedForm, own_areas
from tickets.models import EventType


class FoundForm(PlacedForm):
    """Two taps: what it was, and done. Words and photos only where they help."""

    event_type = forms.ChoiceField(
        label=_("What was it?"), required=False, widget=forms.RadioSelect
    )
    other_type = GroupedChoice(
        event_types(), label=_("Something else"), required=False, to_field_name="code",
        empty_label=_("Choose what it was"), heading=lambda kind: kind.category.shown_name,
        says=lambda kind: kind.shown_name,
    )  # fmt: skip
    area_code = forms.ChoiceField(label=_("Your grid"), required=False)
    words = WordsField(label=_("A word to it"), required=False, rows=2)
    photos = forms.Field(label=_("Before"), required=False, widget=PhotosInput)
    result = forms.Field(label=_("After"), required=False, widget=PhotosInput)

    nowhere = _("Please say where: your place, or one of your grids.")

    def __init__(self, *args: Any, user: User, kinds: list[EventType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chips, lists = self.fields["event_type"], self.fields["area_code"]
        assert isinstance(chips, forms.ChoiceField)
        assert isinstance(lists, forms.ChoiceField)
        chips.choices = [(kind.code, kind.shown_name) for kind in kinds]
        lists.choices = own_areas(user)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
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
        return self.placed() | {"event_type": self.kind()}
