"""The composite score: rates weighted together (domain 2.4). Of areas and units, not of people.

What has no rate has no score: nothing stands in for answers that nobody rated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.statistics.asking import Counts
from tickets.statistics.rates import RATES, Rate

# The rates that may have a weight; a district gives them numbers that add up to WHOLE.
WEIGHED = ("response", "on_time", "solved", "satisfaction", "finished")
WHOLE = 100


@dataclass(frozen=True)
class Part:
    """One rate in the score: its value in per cent (None: there is none), its weight of WHOLE."""

    rate: Rate
    weight: int
    value: float | None


@dataclass(frozen=True)
class Score:
    """A score between 0 and 100; `value` None where one of its rates has nothing below the line."""

    parts: tuple[Part, ...]

    @property
    def value(self) -> float | None:
        if not self.parts or any(part.value is None for part in self.parts):
            return None
        return sum((part.value or 0) * part.weight for part in self.parts) / WHOLE


def score_of(counts: Counts, weights: Mapping[str, int]) -> Score:
    """Return the score of these counts; rates without weight are no part of it."""
    weighed = {key: weights.get(key, 0) for key in WEIGHED}
    return Score(
        tuple(
            Part(RATES[key], weight, RATES[key].of(counts))
            for key, weight in weighed.items()
            if weight
        )
    )
