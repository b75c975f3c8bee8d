"""The rates that the district steers by: what is divided by what, and how that is said.

Formulas after domain 2.1 and 2.4. Nobody who has not rated counts as satisfied: beside each share
of the rated stands how many rated at all.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Rate:
    """One rate: the measures above and below the line, its name, and what it means."""

    key: str
    label: Any
    above: str
    below: str
    means: Any
    good_high: bool = True
    is_time: bool = False

    def of(self, counts: Counter[str]) -> float | None:
        """Return it in per cent (or minutes), None where nothing is below the line."""
        if not counts[self.below]:
            return None
        part = counts[self.above] / counts[self.below]
        return part if self.is_time else 100 * part


RATES: dict[str, Rate] = {rate.key: rate for rate in (
    Rate(
        "response", _("Response rate"), "responded", "response_due",
        _("Of the reports that somebody had to take up: those that a person accepted, refused or "
          "signed for before the first limit for that ended."),
    ),
    Rate(
        "on_time", _("On-time rate"), "on_time", "due",
        _("Of the matters that were handled, or whose promised time ended: those handled within "
          "the promised time."),
    ),
    Rate(
        "solved", _("Solved rate"), "solved", "rated",
        _("Of the answers that were rated: those of which the reporter says that it is solved."),
    ),
    Rate(
        "satisfaction", _("Satisfaction rate"), "satisfied", "rated",
        _("Of the answers that were rated: those with fairly satisfied or better. Who has not "
          "rated counts as not rated, never as satisfied."),
    ),
    Rate(
        "rated", _("Share that rated"), "rated", "answered",
        _("Of the reports that were answered: those whose reporter rated the answer."),
    ),
    Rate(
        "filed", _("Accepted rate"), "filed", "reported",
        _("Of what was reported in this time: what was accepted by now."),
    ),
    Rate(
        "finished", _("Closed rate"), "finished", "filed",
        _("Of what was reported in this time and accepted: what is closed by now."),
    ),
    Rate(
        "signed", _("Signed on time"), "signed", "sign_due",
        _("Of what units had to sign for: what they signed for within the limit."),
    ),
    Rate(
        "on_the_spot", _("Settled in the village"), "on_the_spot", "closed",
        _("Of what was closed: what a village or community settled itself, without passing it up."),
    ),
    Rate(
        "returned", _("Return rate"), "returned", "received",
        _("Of what units received: what they gave back with the centre's consent."),
        good_high=False,
    ),
    Rate(
        "reworked", _("Rework rate"), "reworked", "resolved",
        _("For each matter handled: how many the centre sent back as not done."), good_high=False,
    ),
    Rate(
        "merged", _("Repeated reports"), "merged", "reported",
        _("Of what was reported in this time: what was about the same as another report."),
        good_high=False,
    ),
    Rate(
        "time", _("Average time to handle"), "minutes", "resolved",
        _("From the report until it was handled, in all hours of the day, on average."),
        good_high=False, is_time=True,
    ),
)}  # fmt: skip

# What is shown as a number of its own: its name, and what it counts.
COUNTS: dict[str, tuple[Any, Any]] = {
    "reported": (pgettext_lazy("figures", "Reported"), _("Reports that came in.")),
    "received": (_("Received by units"), _("How often something was given to a unit to handle.")),
    "resolved": (pgettext_lazy("figures", "Handled"), _("How often a unit finished something.")),
    "answered": (pgettext_lazy("figures", "Answered"), _("Reports whose reporter was answered.")),
    "closed": (pgettext_lazy("figures", "Closed"), _("Reports that were closed and are so still.")),
    "climbed": (_("Passed up a level"), _("How often something was passed to the centre above.")),
    "extended": (pgettext_lazy("figures", "Extended"), _("Extensions that were granted.")),
    "reopened": (pgettext_lazy("figures", "Reopened"), _("Reports that were opened once more.")),
    "supervised": (
        pgettext_lazy("figures", "Supervised"), _("How often something came under supervision."),
    ),
    "refused": (_("Not accepted"), _("Of what was reported in this time: what was refused.")),
    "withdrawn": (_("Withdrawn"), _("Of what was reported in this time: what was taken back.")),
}  # fmt: skip
HEADLINES = ("response", "on_time", "solved", "satisfaction")
