"""Fields that more than one form needs: grouped choices, words, photos."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from tickets import photos
from tickets.models import EventType

WORDS_AT_MOST = 2_000


class Grouped(ModelChoiceIterator):
    """The choices under headings, in the order in which `field.heading` first meets each."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        groups: dict[str, list] = {}
        for thing in self.queryset:
            groups.setdefault(self.field.heading(thing), []).append(self.choice(thing))
        yield from groups.items()


class GroupedChoice(forms.ModelChoiceField):
    """One of a queryset, shown under headings; `says` makes an option's text."""

    iterator = Grouped

    def __init__(
        self, *args: Any, heading: Callable[[Any], str], says: Callable[[Any], str], **kwargs: Any
    ) -> None:
        self.heading, self._says = heading, says
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return self._says(obj)


class WordsField(forms.CharField):
    """A few sentences."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", WORDS_AT_MOST)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to eight photos, checked and stored as received; cleaned to a list of photos.Received."""

    widget = ManyFiles

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("Photos"))
        kwargs.setdefault(
            "help_text", _("At most 8, JPEG, PNG or WebP. Location and other hidden data are removed.")
        )
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", "image/jpeg,image/png,image/webp")

    def clean(self, data: Any, initial: Any = None) -> list[photos.Received]:
        files = [file for file in _listed(data) if file]
        if not files:
            return []
        try:
            return photos.receive(files)
        except photos.BadPhotos as fault:
            raise forms.ValidationError(str(fault)) from fault


def event_types() -> Any:
    """Return the types that may be chosen, grouped by category in the order of their codes."""
    return (
        EventType.objects.filter(in_use=True)
        .select_related("category")
        .order_by("category__code", "code")
    )


def _listed(data: Any) -> Iterable[Any]:
    return data if isinstance(data, (list, tuple)) else [data]
