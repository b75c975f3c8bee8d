"""What the forms of the staff share: choices under headings, what to say of an empty field."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from tickets.models import EventType


class Grouped(ModelChoiceIterator):
    """The choices under headings, in the order in which `field.heading` first meets each."""

    field: Any

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


class LongSelect(forms.Select):
    """A select of many options, without groups, written at once.

    Django's own renders two templates for each: a hundred types cost as much as a page's rows.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (value, mark_safe(" selected") if str(value) in chosen else "", label)
                for value, label in self.choices
            ),
        )
        about = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>\n{}\n</select>", about, options)

    def use_required_attribute(self, initial: Any) -> bool:
        """Whether the browser may insist: not known without asking the database for the choices."""
        return False


def event_types() -> Any:
    """Return the types that may be chosen, grouped by category in the order of their codes."""
    return (
        EventType.objects.filter(in_use=True)
        .select_related("category")
        .order_by("category__code", "code")
    )


def name_what_is_missing(form: forms.Form) -> None:
    """Let every field say its own name when it is empty: the summary on top lists many."""
    for field in form.fields.values():
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = _("“%(field)s” is missing.") % {"field": field.label}
