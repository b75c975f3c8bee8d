"""Search that finds Chinese words: by pairs of characters, on both databases alike. Pure.

A text is cut into runs of letters, digits and ideographs, without regard to width and case. A
search term is found if it stands within one run, wherever it stands: 路灯 in 村口路灯不亮, 0003 in
a number. PostgreSQL keeps each run as its pairs with their places (a phrase of pairs is the term),
SQLite as it is.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

_RUN = re.compile(r"[^\W_]+")
# PostgreSQL counts places no further; what stands behind is found all the same.
LAST_PLACE = 16_383
# Before a month, which stands among the pairs: no run has it, so nobody can type one.
MONTH_MARK = "@"


class Entry(NamedTuple):
    """What something is found by: a text, and the month in which it was reported."""

    text: str
    reported_at: datetime


def runs(text: str) -> list[str]:
    """Return the runs of a text, in order: "Ａ栋-3号 路灯" gives ["a栋", "3号", "路灯"]."""
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def terms(words: str) -> list[str]:
    """Return what must all be found for these words; the same twice counts once."""
    return list(dict.fromkeys(runs(words)))


def vector(text: str, *, after: int = 0) -> str:
    """Return a text as PostgreSQL's tsvector: every pair with its places, which follow `after`.

    The last character of a run stands alone: so no pair reaches from one run into the next, and a
    single character is found as the beginning of a pair.
    """
    pairs = [run[start : start + 2] for run in runs(text) for start in range(len(run))]
    # The same pair may stand here twice, and beyond the last place: PostgreSQL puts that right.
    return " ".join([f"'{pair}':{place}" for place, pair in enumerate(pairs, after + 1)])


def month(at: datetime) -> str:
    """Return the term for the month of this moment, by the world's clock: '@202611'."""
    return f"'{MONTH_MARK}{at.astimezone(UTC):%Y%m}'"


def query(wanted: list[str]) -> str:
    """Return the terms as PostgreSQL's tsquery: each a phrase of pairs, all of them needed."""
    return " & ".join(f"({_phrase(term)})" for term in wanted)


def _phrase(term: str) -> str:
    if len(term) == 1:
        return f"'{term}':*"
    return " <-> ".join(f"'{term[start : start + 2]}'" for start in range(len(term) - 1))
