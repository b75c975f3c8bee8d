"""What the system administrator sets about tickets: types with limits, and the other limits."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.models import Unit
from tickets.deadlines import BadLimit, Limit
from tickets.deadlines import Unit as LimitUnit
from tickets.models import EventType, Limits, Urgency
from tickets.requests_table import RequestKind
from tickets.statistics import RATES, WEIGHED, WHOLE

# A life or a limb may hang on these: they are never counted in days of the calendar.
_NO_DAYS = frozenset({Urgency.P1, Urgency.P2})


class LimitField(forms.CharField):
    """A time limit as the pack writes it: 10min, 2U, 4H, 5W, 30N."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "help_text",
            _(
                "10min, 2U (hours round the clock), 4H (work hours), "
                "5W (working days) or 30N (calendar days)"
            ),
        )
        super().__init__(max_length=8, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return str(Limit.parse(text)) if text else text
        except BadLimit as fault:
            raise ValidationError(str(fault)) from fault


class TradesField(forms.CharField):
    """Codes of trades, separated by semicolons; cleaned to a list of those that some unit has."""

    def __init__(self, *, at_most: int | None = None, **options: Any) -> None:
        self.at_most = at_most
        super().__init__(max_length=200, **options)

    def prepare_value(self, value: Any) -> Any:
        return ";".join(value) if isinstance(value, (list, tuple)) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> list[str]:
        codes = [code.strip() for code in super().clean(value).split(";") if code.strip()]
        check_trades(codes)
        return list(dict.fromkeys(codes))


def check_trades(codes: Iterable[str]) -> None:
    """Refuse the codes that are no unit's trade.

    :raises ValidationError: naming them
    """
    known = set(Unit.objects.filter(trade__in=codes).values_list("trade", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise ValidationError(
            gettext("No centre and no department has this code: %(codes)s.")
            % {"codes": ", ".join(unknown)}
        )


class EventTypeForm(forms.ModelForm):
    """An event type whose limits and units make sense."""

    sign_limit = LimitField(label=_("signing limit"))
    resolve_limit = LimitField(label=_("resolving limit"))
    support = TradesField(
        label=_("support (trades)"), required=False, help_text=_("separated by semicolons")
    )

    class Meta:
        model = EventType
        exclude = ()  # noqa: DJ006  the admin names the fields

    def clean_lead(self) -> str:
        check_trades([self.cleaned_data["lead"]])
        return self.cleaned_data["lead"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("urgency") in _NO_DAYS:
            for name in ("sign_limit", "resolve_limit"):
                limit = cleaned.get(name)
                if limit and Limit.parse(limit).unit is LimitUnit.NATURAL_DAY:
                    self.add_error(name, gettext("An urgent matter has no limit in calendar days."))
        return cleaned


class LimitsForm(forms.ModelForm):
    """The one row of limits; what lies in tables inside it gets a field for each entry."""

    resolve_unclear = LimitField(label=_("to resolve while the type is unclear"))
    rating = LimitField(label=_("to rate"))
    return_within = LimitField(label=_("to return at the latest"))

    class Meta:
        model = Limits
        fields = ("resolve_unclear", "rating", "return_within", "suspension_days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field, initial in _entries(self.instance):
            self.fields[name] = field
            self.initial.setdefault(name, initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for table in ("accept", "decide"):
                entries = {u: cleaned[f"{table}_{u}"] for u in Urgency.values}
                setattr(self.instance, table, entries)
            self.instance.requests = {
                kind: {
                    "decide": cleaned[f"{kind}_decide"],
                    "at_most": cleaned[f"{kind}_at_most"],
                }
                for kind in RequestKind.values
            }
            self.instance.score = {key: cleaned[f"score_{key}"] for key in WEIGHED}
            if sum(self.instance.score.values()) != WHOLE:
                raise ValidationError(gettext("The weights of the score must add up to 100."))
        return cleaned


def entry_names() -> list[str]:
    """Return the names of the fields that LimitsForm makes of the tables."""
    return [name for name, _field, _initial in _entries(Limits())]


def _entries(limits: Limits) -> list[tuple[str, forms.Field, Any]]:
    entries: list[tuple[str, forms.Field, Any]] = []
    says = {"accept": gettext("to accept: %(what)s"), "decide": gettext("after a climb: %(what)s")}
    for table, label in says.items():
        for urgency in Urgency:
            field = LimitField(label=label % {"what": urgency.label})
            entries.append((f"{table}_{urgency}", field, getattr(limits, table).get(urgency)))
    for kind in RequestKind:
        kept = limits.requests.get(kind, {})
        words = {"what": kind.label}
        decide = LimitField(label=gettext("%(what)s: to decide") % words)
        at_most = forms.IntegerField(
            label=gettext("%(what)s: granted at most") % words, min_value=0, max_value=20
        )
        entries += [
            (f"{kind}_decide", decide, kept.get("decide")),
            (f"{kind}_at_most", at_most, kept.get("at_most")),
        ]
    for key in WEIGHED:
        label = gettext("weight in the score: %(what)s") % {"what": RATES[key].label}
        weight = forms.IntegerField(label=label, min_value=0, max_value=WHOLE)
        entries.append((f"score_{key}", weight, limits.score.get(key, 0)))
    return entries
