"""Which type of matter a reporter's words seem to mean, and whether that is sure enough to act on.

A wrong automatic dispatch costs more than a look by the duty officer: "confident" is said rarely
and must be right. The words that speak for a type are data (EventType.words, from the pack).
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tickets.models import EventType

# What a matter is about is said early. The cap also makes a megabyte as fast as a page.
_READ_AT_MOST = 3000
_TITLE_AT_MOST = 60
_ENDS_OF_A_CLAUSE = "\n。！？；!?;"
_OTHERS_AT_MOST = 4

# Sure enough to dispatch without a look: so much is said for the best type, so many times as much
# as for the next one, by at least two different words or by one that stands in the title.
_ENOUGH = 12.0
_AHEAD = 2.0


@dataclass(frozen=True)
class Suggestion:
    """The likeliest type, if anything speaks for one; whether it is sure; the next ones."""

    event_type: EventType | None
    confident: bool
    others: tuple[EventType, ...]


@dataclass(frozen=True)
class Score:
    """How much speaks for one type, by how many different words, and whether the title does."""

    code: str
    points: float
    words: int
    in_title: bool


class Index:
    """The words of all types, each with its weight: the longer and the rarer, the more it says."""

    def __init__(self, words_of: Mapping[str, Sequence[str]]) -> None:
        """Build from {type code: words}."""
        types_of: dict[str, set[str]] = defaultdict(set)
        for code, words in words_of.items():
            for word in words:
                if tidy := _tidy(word):
                    types_of[tidy].add(code)
        self.words = {
            word: (_weight(len(word), len(codes)), tuple(sorted(codes)))
            for word, codes in types_of.items()
        }

    def scores(self, text: str) -> list[Score]:
        """Return what the text says for each type that it says anything for, the best first.

        Of two words of a type of which one holds the other, only the longer counts. A word in the
        title counts double. Equal points: the smaller code first.
        """
        title, body = _title_and_body(text)
        found = {word for word in self.words if word in body or word in title}
        by_type: dict[str, list[str]] = defaultdict(list)
        for word in found:
            for code in self.words[word][1]:
                by_type[code].append(word)
        scores = []
        for code, words in by_type.items():
            counted = [w for w in words if not any(w != other and w in other for other in words)]
            titled = [word for word in counted if word in title]
            points = sum(self.words[word][0] for word in (*counted, *titled))
            scores.append(Score(code, round(points, 3), len(counted), bool(titled)))
        return sorted(scores, key=lambda score: (-score.points, score.code))


def is_confident(scores: Sequence[Score]) -> bool:
    """Whether the first of these scores, the best first, is sure enough to act on without a look."""
    if not scores:
        return False
    best = scores[0]
    second = scores[1].points if len(scores) > 1 else 0.0
    said_clearly = best.words >= 2 or best.in_title
    return said_clearly and best.points >= _ENOUGH and best.points >= _AHEAD * second


def suggest(words: str) -> Suggestion:
    """Return the type that the words seem to mean among the types in use, and how sure that is.

    Never raises, whatever was written; a change of the types counts from the next call on.
    """
    types = {kind.code: kind for kind in EventType.objects.filter(in_use=True)}
    scores = _index(tuple((code, kind.words) for code, kind in types.items())).scores(words)
    if not scores:
        return Suggestion(None, False, ())
    ranked = [types[score.code] for score in scores[: _OTHERS_AT_MOST + 1]]
    return Suggestion(ranked[0], is_confident(scores), tuple(ranked[1:]))


# Keyed by the words themselves: an edited type is a new key. Two, for a moment of change.
@lru_cache(maxsize=2)
def _index(words_of: tuple[tuple[str, str], ...]) -> Index:
    return Index({code: words.split(";") for code, words in words_of})


def _weight(length: int, types: int) -> float:
    return length * (1 + math.log(8 / types) if types < 8 else 1.0)


def _title_and_body(text: str) -> tuple[str, str]:
    start = text[:_READ_AT_MOST].lstrip()
    ends = [place for mark in _ENDS_OF_A_CLAUSE if (place := start.find(mark)) >= 0]
    title = start[: min([*ends, _TITLE_AT_MOST])]
    return _tidy(title), _tidy(start)


def _tidy(text: str) -> str:
    """Return the text in one form: full width as half width, lower case, no gaps or nulls."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and c != "\x00")
