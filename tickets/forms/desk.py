"""The forms of the desk's own tools: saved views, canned sentences, dispatching many at once."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grids.models import Unit
from people.models import User
from people.scope import units_of
from tickets import phrases
from tickets.forms.choices import name_what_is_missing
from tickets.forms.fields import StaffWords, WordsField
from tickets.lifecycle.bulk import AT_MOST
from tickets.models import Phrase, SavedView, Ticket


class UnitByCode(forms.ModelChoiceField):
    """One of some units, by its code, shown by its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, to_field_name="code", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return obj.shown_name


class ViewForm(forms.Form):
    """A view's name, and with whom it is shared."""

    name = forms.CharField(label=_("View name"), max_length=60)
    unit = UnitByCode(
        Unit.objects.none(),
        label=_("Shared with"),
        required=False,
        empty_label=_("Only for me"),
    )

    def __init__(self, *args: Any, user: User, view: SavedView | None = None, **kw: Any) -> None:
        self.user, self.view = user, view
        super().__init__(*args, **kw)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitByCode)
        # One shares with one's own units only.
        unit.queryset = Unit.objects.filter(pk__in=units_of(user)).order_by("code")
        name_what_is_missing(self)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        owner = self.view.owner if self.view else self.user
        others = SavedView.objects.filter(owner=owner, name=name)
        if self.view:
            others = others.exclude(pk=self.view.pk)
        if others.exists():
            raise forms.ValidationError(_("There is already a view of this name."))
        return name


class PhraseForm(forms.Form):
    """A canned sentence: whose it is, a short name to find it by, and the sentence."""

    unit = UnitByCode(Unit.objects.none(), label=_("Unit"), empty_label=None)
    name = forms.CharField(
        label=_("Short name"), max_length=20, help_text=_("What you type after “/” to find it.")
    )
    words = WordsField(
        label=_("Sentence"), max_length=500, rows=3,
        help_text=_("No names and no telephone numbers: everybody below your unit reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, phrase: Phrase | None = None, **kw: Any) -> None:
        self.phrase = phrase
        super().__init__(*args, **kw)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitByCode)
        unit.queryset = phrases.looked_after(user)
        if phrase:
            del self.fields["unit"]
        name_what_is_missing(self)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit = self.phrase.unit if self.phrase else cleaned.get("unit")
        same = Phrase.objects.filter(unit=unit, name=cleaned.get("name"))
        if self.phrase:
            same = same.exclude(pk=self.phrase.pk)
        if unit and same.exists():
            self.add_error("name", _("The unit has a sentence of this name already."))
        if unit and not self.phrase and not phrases.room_for_one_more(unit):
            said = _("At most %(n)d sentences. Delete one first.") % {"n": phrases.AT_MOST}
            raise forms.ValidationError(said)
        return cleaned


class BulkForm(forms.Form):
    """Which tickets, to which unit, in what words; `key` is made when the form opens."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = UnitByCode(
        Unit.objects.none(),
        label=_("Who gets them"),
        required=False,
        empty_label=_("Each one to whom it belongs by the rules"),
    )
    words = StaffWords(label=_("Words to the unit"), required=False, rows=2)

    def __init__(self, *args: Any, numbers: list[str], units: list[Unit], **kwargs: Any) -> None:
        self.numbers = numbers
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        unit = self.fields["unit"]
        assert isinstance(unit, UnitByCode)
        here = Unit.objects.filter(pk__in=[one.pk for one in units]).select_related("area")
        unit.queryset = here.defer("area__boundary").order_by("area__code", "code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.numbers:
            raise forms.ValidationError(_("Choose at least one ticket."))
        if len(self.numbers) > AT_MOST:
            raise forms.ValidationError(
                ngettext("At most %(n)d ticket at once.", "At most %(n)d tickets at once.", AT_MOST)
                % {"n": AT_MOST}
            )
        return cleaned


def numbers_in(data: Any) -> list[str]:
    """Return the ticket numbers that were sent, each once, in their order."""
    sent = (number.strip().upper() for number in data.getlist("number"))
    return list(dict.fromkeys(number for number in sent if number and "\0" not in number))


def tickets_with(numbers: list[str], user: User) -> list[Ticket]:
    """Return those of the tickets that this person may see, in the order of the numbers."""
    found = Ticket.objects.visible_to(user).with_places().select_related("text", "event_type")
    by_number = {one.number: one for one in found.filter(number__in=numbers[: AT_MOST + 1])}
    return [by_number[number] for number in numbers if number in by_number]
