"""Event types with their limits, and the days of the calendar, as tables."""

from typing import Any

from django import forms
from import_export import widgets
from import_export.fields import Field

from people.tables import ByCode, Checked
from tickets.forms.settings import EventTypeForm
from tickets.models import CalendarDay, EventCategory, EventType


class Semicolons(widgets.Widget):
    """A list of codes in one cell, as the form has it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return [part.strip() for part in str(value or "").split(";") if part.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return ";".join(value or [])


class EventTypeTable(Checked):
    """Event types by code. A changed limit holds for new tickets."""

    form = EventTypeForm

    class Meta:
        model = EventType
        fields = (
            "code", "category", "name", "name_en", "first_level", "urgency", "sign_limit",
            "resolve_limit", "restricted", "lead", "support", "words", "standard_codes", "note",
            "in_use",
        )  # fmt: skip
        import_id_fields = ("code",)
        skip_unchanged = True
        use_transactions = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["category"] = Field("category", "category", ByCode(EventCategory, "code"))
        self.fields["support"] = Field("support", "support", Semicolons())


class CalendarDayTable(Checked):
    """Days unlike their weekday, by date. The admin then moves what runs in announced years."""

    form = forms.modelform_factory(
        CalendarDay, fields=("date", "kind", "name", "name_en", "source")
    )

    class Meta:
        model = CalendarDay
        fields = ("date", "kind", "name", "name_en", "source")
        import_id_fields = ("date",)
        skip_unchanged = True
        use_transactions = True
