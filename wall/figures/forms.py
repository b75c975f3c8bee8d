"""What figures are asked for: as it stands in the page's address. Everything is optional."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.models import Unit
from tickets.forms.filters import area_choices, day_field
from tickets.models import EventType
from tickets.statistics import By
from wall.figures.periods import Kind, Period, holding
from wall.figures.reach import Reach

# Of five years and a little: more days than that are not asked for at once.
_LONGEST = timedelta(days=6 * 366)
_BREAKDOWNS = [
    (By.AREA.value, pgettext_lazy("figures by", "Area")),
    (By.UNIT.value, pgettext_lazy("figures by", "Unit")),
    (By.TYPE.value, pgettext_lazy("figures by", "Type")),
]


class FiguresForm(forms.Form):
    """Where, when, of what, by what, and as known on which day."""

    area = forms.RegexField(
        r"^[0-9]{6,15}$", label=_("Area"), required=False, widget=forms.Select,
        error_messages={"invalid": _("There is no such area.")},
    )  # fmt: skip
    period = forms.ChoiceField(label=_("Period"), required=False, choices=Kind.choices)
    day = day_field(_("That holds the day"))
    since = day_field(pgettext_lazy("period", "From"))
    until = day_field(pgettext_lazy("period", "To"))
    type = forms.ChoiceField(label=_("Type"), required=False, choices=lambda: _types())
    unit = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    by = forms.ChoiceField(label=_("Compare by"), required=False, choices=_BREAKDOWNS)
    as_of = day_field(_("As known on"))

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get("area", ""))
        clean = chosen if chosen.isascii() and chosen.isdigit() else ""
        everywhere = [] if len(reach.areas) == 1 else [("", _("Everywhere"))]
        self.fields["area"].widget.choices = [*everywhere, *area_choices(reach.user, clean)]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        today = timezone.localdate()
        since, until = given.get("since"), given.get("until")
        if given.get("period") == Kind.RANGE and not self.errors:
            if not since or not until:
                self.add_error("until" if since else "since", _("Give the first and last day."))
            elif until < since:
                self.add_error("until", _("The last day lies before the first."))
            elif until - since > _LONGEST:
                self.add_error("until", _("Choose at most six years at once."))
        if not self.errors and self.asked_period(today).since > today:
            self.add_error(
                "since" if given.get("period") == Kind.RANGE else "day",
                _("This lies in the future: nothing can be known of it."),
            )
        known = given.get("as_of")
        if known and not self.errors and known < self.asked_period(today).since:
            self.add_error("as_of", _("On that day this period had not yet begun."))
        return given

    def clean_unit(self) -> str:
        code: str = self.cleaned_data["unit"]
        if code and not Unit.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is no such unit."))
        return code

    def asked_period(self, today: date) -> Period:
        """Return the period that was asked for; this month, if none or nonsense."""
        given = self.cleaned_data
        kind = Kind(given.get("period") or Kind.MONTH)
        since, until = given.get("since"), given.get("until")
        if kind == Kind.RANGE and since and until and since <= until:
            return Period(kind, since, until + timedelta(days=1))
        if kind == Kind.RANGE:
            kind = Kind.MONTH
        return holding(kind, given.get("day") or today)


def _types() -> list[tuple[Any, Any]]:
    """Return all, and the types in groups of their categories; without restricted ones."""
    groups: dict[str, list[tuple[str, str]]] = {}
    kinds = EventType.objects.filter(restricted=False).select_related("category")
    for kind in kinds.order_by("category__code", "code"):
        groups.setdefault(kind.category.shown_name, []).append((kind.code, kind.shown_name))
    return [("", _("All")), *groups.items()]
