"""A rate as it is shown: the number with its fraction, and how it stood before."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets.statistics import Counts, Rate

_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True)
class Shown:
    """A rate of some counts; `value` None where there is nothing to divide by."""

    rate: Rate
    above: int
    below: int
    value: float | None
    past: float | None = None

    @property
    def key(self) -> str:
        return self.rate.key

    @property
    def text(self) -> str:
        return said(self.rate, self.value)

    @property
    def past_text(self) -> str:
        return said(self.rate, self.past)

    @property
    def fraction(self) -> str:
        """The numbers above and below the line; for a time, only how many it is the average of."""
        if self.rate.is_time:
            return f"{self.below}"
        return f"{self.above}/{self.below}"

    @property
    def change(self) -> float | None:
        """By how many points (or minutes) it changed."""
        if self.value is None or self.past is None:
            return None
        return self.value - self.past

    @property
    def change_text(self) -> str:
        """The change with its sign: “+1.2” points, or a time."""
        if self.change is None:
            return ""
        if self.rate.is_time:
            return ("+" if self.change > 0 else "−") + time_said(abs(self.change))
        rounded = round(self.change, 1)
        return f"{'+' if rounded > 0 else '−' if rounded < 0 else '±'}{abs(rounded):.1f}"

    @property
    def mood_text(self) -> str:
        """The same in a word, beside the colour; "" where it neither is."""
        words = {"better": pgettext("figures", "better"), "worse": pgettext("figures", "worse")}
        return words.get(self.mood, "")

    @property
    def mood(self) -> str:
        """“better”, “worse” or “same”; "" where nothing can be compared."""
        if self.change is None:
            return ""
        if abs(self.change) < 0.05:
            return "same"
        return "better" if (self.change > 0) == self.rate.good_high else "worse"


def shown(rate: Rate, counts: Counts, past: Counts | None = None) -> Shown:
    """Return the rate of these counts, beside those of the period before."""
    return Shown(
        rate, counts[rate.above], counts[rate.below], rate.of(counts),
        rate.of(past) if past is not None else None,
    )  # fmt: skip


def said(rate: Rate, value: float | None) -> str:
    """Return a rate in words: “96.4 %”, “1 d 4 h”, “–” where there is none."""
    if value is None:
        return "–"
    return time_said(value) if rate.is_time else f"{number_format(round(value, 1), 1)}%"


def time_said(minutes: float) -> str:
    """Return a time in days and hours, or hours and minutes."""
    whole = round(minutes)
    if whole >= _DAY:
        return _("%(days)s d %(hours)s h") % {
            "days": whole // _DAY, "hours": whole % _DAY // _HOUR
        }  # fmt: skip
    return _("%(hours)s h %(minutes)s min") % {
        "hours": whole // _HOUR, "minutes": whole % _HOUR
    }  # fmt: skip


def as_number(item: Shown) -> Any:
    """Return the bare number for a spreadsheet: a share of 1, or hours; None if there is none."""
    if item.value is None:
        return None
    return round(item.value / (_HOUR if item.rate.is_time else 100), 4)
