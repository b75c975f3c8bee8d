"""The composite score as it is shown: the number, how it came about, and how it stood before."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets.statistics import WHOLE, Counts, Score, score_of
from wall.figures.shown import said

LABEL = gettext_lazy("Composite score")
MEANS = gettext_lazy(
    "Some rates weighted together, of an area or a unit and never of a person. The weights are the "
    "district's own. Where one of the rates cannot be reckoned there is no score."
)


@dataclass(frozen=True)
class Scored:
    """A score, beside that of the period before (None: nothing to compare with)."""

    score: Score
    past: float | None = None

    @property
    def value(self) -> float | None:
        return self.score.value

    @property
    def text(self) -> str:
        return points(self.value)

    @property
    def past_text(self) -> str:
        return points(self.past)

    @property
    def means(self) -> str:
        return str(MEANS)

    @property
    def change_text(self) -> str:
        """By how many points it changed, with its sign; "" where nothing can be compared."""
        if self.value is None or self.past is None:
            return ""
        rounded = round(self.value - self.past, 1)
        return f"{'+' if rounded > 0 else '−' if rounded < 0 else '±'}{abs(rounded):.1f}"

    @property
    def mood(self) -> str:
        if not self.change_text:
            return ""
        return {"+": "better", "−": "worse"}.get(self.change_text[0], "same")

    @property
    def mood_text(self) -> str:
        words = {"better": pgettext("figures", "better"), "worse": pgettext("figures", "worse")}
        return words.get(self.mood, "")

    @property
    def arithmetic(self) -> str:
        """The sum in words: “Response rate 96.4% × 0.2 + … = 91.7”."""
        terms = " + ".join(
            f"{part.rate.label} {said(part.rate, part.value)} × {part.weight / WHOLE:g}"
            for part in self.score.parts
        )
        return f"{terms} = {self.text}"

    @property
    def lacks(self) -> str:
        """Say why there is no score; "" if there is one."""
        labels = [str(part.rate.label) for part in self.score.parts if part.value is None]
        if not labels:
            return ""
        return _("No score: there is nothing yet to reckon %(rates)s from.") % {
            "rates": _(", ").join(labels)
        }  # fmt: skip


def scored(counts: Counts, weights: dict[str, int], past: Counts | None = None) -> Scored:
    """Return the score of these counts, beside those of the period before."""
    before = score_of(past, weights).value if past is not None else None
    return Scored(score_of(counts, weights), before)


def points(value: float | None) -> str:
    """Return a score in words: “91.7”, “–” where there is none."""
    return "–" if value is None else number_format(round(value, 1), 1)
