"""Which emergency numbers a report's words call for. It never keeps a report back."""

from collections.abc import Iterable, Mapping
from typing import Any

from tickets.suggest import tidy


def calls_for(words: str, numbers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the emergency numbers (District.shown_emergency_numbers) one of whose words is said.

    Width, case and gaps make no difference, as for suggestions. static/js/report/stopper.js does
    the same while somebody types.
    """
    said = tidy(words)
    return [n for n in numbers if any(tidy(word) in said for word in n["words"])]
