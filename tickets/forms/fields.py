"""Fields that residents and staff share: plain words, photos, telephone numbers."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# A few pages of writing; the API takes the same.
WORDS_AT_MOST = 5000
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}")
NO_TELEPHONE = _("This is no telephone number: 11 digits of a mobile, or one with its area code.")
_BETWEEN_DIGITS = re.compile(r"[\s().\-（）]+")


class WordsInput(forms.Textarea):
    """A text box that shows again what was typed, without what cannot stand in a page."""

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)
        return shown and shown.replace("\0", "")


class WordsField(forms.CharField):
    """Words in any script, with what is wrong said plainly; nothing typed is cut off."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        errors = {
            "max_length": ngettext_lazy(
                "Please shorten the text: it has %(show_value)d characters, %(limit_value)d is "
                "the most.",
                "Please shorten the text: it has %(show_value)d characters, %(limit_value)d are "
                "the most.",
                "limit_value",
            ),
            "null_characters_not_allowed": _(
                "The text held characters that cannot be stored. They were taken out: please "
                "look at it and send it again."
            ),
        }
        options["error_messages"] = errors | options.get("error_messages", {})
        options.setdefault("max_length", WORDS_AT_MOST)
        options.setdefault("widget", WordsInput(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(**options)
        # The browser would cut a pasted text off without a word: the server says it instead.
        self.widget.attrs.pop("maxlength", None)


class StaffWords(WordsField):
    """Words that staff write: the unit's canned sentences can be put in (components/_field)."""

    has_phrases = True


class PhotosInput(forms.FileInput):
    """Several photos; a phone offers its camera as well."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # No HEIC: a phone that takes such pictures sends JPEG when asked so.
        super().__init__({"accept": "image/jpeg,image/png,image/webp"} | (attrs or {}))


def tidy_phone(text: str) -> str:
    """Return a Chinese telephone number as digits only; "" stays "".

    :raises ValidationError: if it is none
    """
    plain = _BETWEEN_DIGITS.sub("", text).removeprefix("+86")
    if plain and not _PHONE.fullmatch(plain):
        raise ValidationError(NO_TELEPHONE)
    return plain
