"""Which type of matter a reporter's words seem to mean, and whether that is sure enough to act on.

A wrong automatic dispatch costs more than a look by the duty officer: "confident" is said rarely
and must be right. The words that speak for a type are data (EventType.words, from the pack), set
apart by semicolons. A word with a question mark before it only hints: people write it about much
else too. It helps to rank the types, but makes nothing certain.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grids.handbook import Handbook
from tickets.models import EventType

# What a matter is about is said early. The cap also makes a megabyte as fast as a page.
_READ_AT_MOST = 3000
_TITLE_AT_MOST = 30
_ENDS_OF_A_CLAUSE = "\n。！？；!?;"
_OTHERS_AT_MOST = 4

_HINT = "?"
_HINT_COUNTS = 0.4

# Sure enough to dispatch without a look: so much is said for the best type, so many times as much
# as for the next one, by two different words that are more than hints or by one in the title.
_ENOUGH = 12.0
_AHEAD = 2.1


@dataclass(frozen=True)
class Suggestion:
    """The likeliest type, if anything speaks for one; whether it is sure; the next ones."""

    event_type: EventType | None
    confident: bool
    others: tuple[EventType, ...]


@dataclass(frozen=True)
class Score:
    """How much speaks for one type; by how many words that are no hints, and if in the title."""

    code: str
    points: float
    words: int
    in_title: bool


class Index:
    """The words of all types, each with its weight: the longer and the rarer, the more it says."""

    def __init__(self, words_of: Mapping[str, Sequence[str]]) -> None:
        """Build from {type code: words}; a word that begins with a question mark only hints."""
        # {word: {type code: whether it only hints}}
        self.words: dict[str, dict[str, bool]] = defaultdict(dict)
        for code, words in words_of.items():
            for word in words:
                hint = word.strip().startswith(_HINT)
                if plain := tidy(word.strip().removeprefix(_HINT)):
                    self.words[plain][code] = hint

    def scores(self, text: str) -> list[Score]:
        """Return what the text says for each type that it says anything for, the best first.

        Of two words of a type of which one holds the other, only the longer counts. A word in the
        title counts double. Equal points: the smaller code first.
        """
        title, body = _title_and_body(text)
        by_type: dict[str, list[str]] = defaultdict(list)
        for word, types in self.words.items():
            if word in body:
                for code in types:
                    by_type[code].append(word)
        scores = [self._score(code, words, title) for code, words in by_type.items()]
        return sorted(scores, key=lambda score: (-score.points, score.code))

    def _score(self, code: str, words: list[str], title: str) -> Score:
        points, sure, in_title = 0.0, 0, False
        for word in words:
            if any(word != other and word in other for other in words):
                continue
            hint, titled = self.words[word][code], word in title
            points += self._weight(word) * (2 if titled else 1) * (_HINT_COUNTS if hint else 1)
            sure += not hint
            in_title = in_title or (titled and not hint)
        return Score(code, round(points, 3), sure, in_title)

    def _weight(self, word: str) -> float:
        """The longer a word is and the fewer types it may mean, the more it says."""
        return len(word) * (1 + math.log(max(8 / len(self.words[word]), 1)))


def is_confident(scores: Sequence[Score]) -> bool:
    """Whether the first of these scores, the best first, is sure enough to act on unseen."""
    if not scores:
        return False
    best = scores[0]
    second = scores[1].points if len(scores) > 1 else 0.0
    said_clearly = best.words >= 2 or best.in_title
    return said_clearly and best.points >= _ENOUGH and best.points >= _AHEAD * second


def suggest(words: str, book: Handbook | None = None) -> Suggestion:
    """Return the type that the words seem to mean among the types in use, and how sure that is.

    Never raises, whatever was written; a change of the types counts from the next call on.

    :param book: the handbook of this moment, if the caller has it
    """
    types = book.keep("types", types_in_use) if book else types_in_use()
    scores = _index(tuple((code, kind.words) for code, kind in types.items())).scores(words)
    if not scores:
        return Suggestion(None, False, ())
    ranked = [types[score.code] for score in scores[: _OTHERS_AT_MOST + 1]]
    return Suggestion(ranked[0], is_confident(scores), tuple(ranked[1:]))


def types_in_use() -> dict[str, EventType]:
    """Return the types that a report may have, by their codes."""
    kinds = EventType.objects.filter(in_use=True).select_related("category")
    return {kind.code: kind for kind in kinds}


# Keyed by the words themselves: an edited type is a new key. Two, for a moment of change.
@lru_cache(maxsize=2)
def _index(words_of: tuple[tuple[str, str], ...]) -> Index:
    return Index({code: words.split(";") for code, words in words_of})


def _title_and_body(text: str) -> tuple[str, str]:
    start = text[:_READ_AT_MOST].lstrip()
    ends = [place for mark in _ENDS_OF_A_CLAUSE if (place := start.find(mark)) >= 0]
    title = start[: min([*ends, _TITLE_AT_MOST])]
    return tidy(title), tidy(start)


def tidy(text: str) -> str:
    """Return the text in one form: full width as half width, lower case, no gaps or nulls."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and c != "\x00")
