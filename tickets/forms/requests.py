"""What is asked about a ticket, and the decision."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.choices import name_what_is_missing
from tickets.forms.fields import StaffWords
from tickets.requests_table import RequestKind, ReturnReason


class AskForm(forms.Form):
    """Why. The other kinds add what they need."""

    words = StaffWords(label=_("Why"), help_text=_("Whoever decides reads this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)

    def arguments(self) -> dict[str, Any]:
        """Return what the verb is called with, besides who, when, which ticket and which kind."""
        return dict(self.cleaned_data)


class ReturnForm(AskForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *ReturnReason.choices]
    )
    field_order = ("reason", "words")


class SuspensionForm(AskForm):
    until = forms.DateTimeField(
        label=_("Until"),
        help_text=_("The clock stands still until then; one year at most."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("until", "words")

    def clean_until(self) -> datetime:
        until = self.cleaned_data["until"]
        # Beyond what every database and time zone can reckon with.
        if not 2000 <= until.year <= 2999:
            raise forms.ValidationError(_("Say until when, in the future."))
        return until


FORMS: dict[RequestKind, type[AskForm]] = {
    RequestKind.RETURN: ReturnForm,
    RequestKind.EXTENSION: AskForm,
    RequestKind.SUSPENSION: SuspensionForm,
}


class DecideForm(forms.Form):
    """Yes or no: two buttons, and a word to those who asked."""

    grant = forms.TypedChoiceField(
        choices=[("yes", _("Grant")), ("no", _("Deny"))], coerce=lambda value: value == "yes",
        error_messages={"required": _("Press one of the two buttons.")},
        widget=forms.HiddenInput,
    )  # fmt: skip
    words = StaffWords(
        label=_("Words to those who asked"),
        required=False,
        rows=3,
        help_text=_("If you deny it, say why."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        denied = cleaned.get("grant") is False
        if denied and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say why it is denied."))
        return cleaned
