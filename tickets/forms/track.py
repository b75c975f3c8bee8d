"""The reporter's forms after sending: open, answer, rate, add, ask again, withdraw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.fields import PhotosInput, WordsField
from tickets.forms.public import CANNOT_BE_STORED
from tickets.models import Rating


class TrackForm(forms.Form):
    """The key to a report: its code and its PIN."""

    code = forms.CharField(
        label=_("Code"), max_length=40,
        help_text=_("Ten letters and digits from your receipt."),
        error_messages={"required": _("Please type the code from your receipt.")}
        | CANNOT_BE_STORED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters",
                                      "spellcheck": "false"}),
    )  # fmt: skip
    pin = forms.CharField(
        label=_("PIN"), max_length=20, help_text=_("Six digits."),
        error_messages={"required": _("Please type the PIN from your receipt.")}
        | CANNOT_BE_STORED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


class OnceForm(forms.Form):
    """A form that counts once: two clicks on its button are one."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class RateForm(OnceForm):
    """Five levels, solved or not, and a word."""

    solved = forms.TypedChoiceField(
        label=_("Is the matter solved?"), widget=forms.RadioSelect,
        choices=[("yes", _("Solved")), ("no", _("Not solved"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Please say whether the matter is solved.")},
    )  # fmt: skip
    stars = forms.TypedChoiceField(
        label=_("How was it handled?"), widget=forms.RadioSelect,
        choices=list(reversed(Rating.Stars.choices)), coerce=int,
        error_messages={"required": _("Please choose one of the five levels.")},
    )  # fmt: skip
    words = WordsField(label=_("Anything to add?"), required=False, rows=3)


class AddForm(OnceForm):
    """A word or photos, later on."""

    words = WordsField(label=_("Your words"), required=False, rows=3)
    photos = forms.Field(label=_("Photos"), required=False, widget=PhotosInput)


class ReplyForm(OnceForm):
    """The answer to a question."""

    words = WordsField(label=_("Your answer"), required=False, rows=3)
    photos = forms.Field(label=_("Photos"), required=False, widget=PhotosInput)


class WithdrawForm(OnceForm):
    words = WordsField(label=_("Why?"), required=False, rows=2, max_length=500)


class ReopenForm(OnceForm):
    words = WordsField(
        label=_("What is still wrong?"), rows=3, min_length=2,
        error_messages={
            "required": _("Please say what is still wrong."),
            "min_length": _("Please say what is still wrong."),
        },
    )  # fmt: skip


# By the names that their addresses end with; the order of the page.
FORMS: dict[str, type[OnceForm]] = {
    "reply": ReplyForm,
    "rate": RateForm,
    "comment": AddForm,
    "reopen": ReopenForm,
    "withdraw": WithdrawForm,
}


def form_of(what: str, data: Any = None, *, initial: dict[str, Any] | None = None) -> OnceForm:
    """Return the form of this name; several stand on one page, so their fields' ids differ."""
    return FORMS[what](data, initial=initial, auto_id=f"{what}_%s")
