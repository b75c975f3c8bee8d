"""How the handling of one report will go, drawn beforehand and the same for the same seed. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tickets.requests_table import RefusalReason


@dataclass(frozen=True)
class Temper:
    """How often things go otherwise than smoothly: shares of all reports, from 0 to 1."""

    late_accept: float = 0.06
    late_sign: float = 0.05
    late_resolve: float = 0.08
    patience: float = 0.3  # of the late: even after a climb nobody acts at once
    returned: float = 0.04
    extended: float = 0.04
    suspended: float = 0.01
    refused: float = 0.02
    withdrawn: float = 0.01
    passed_up: float = 0.02
    sent_back: float = 0.05
    supervised: float = 0.01
    commented: float = 0.15
    rated: float = 0.6
    unhappy: float = 0.12  # of those who rate
    unsolved: float = 0.5  # of the unhappy: it is not solved either


# Like the article's month: about one in twenty-five of those who rate is not satisfied.
CALM = Temper(
    late_accept=0.02, late_sign=0.02, late_resolve=0.035, returned=0.02, extended=0.02,
    suspended=0.006, refused=0.015, withdrawn=0.006, passed_up=0.02, sent_back=0.03,
    rated=0.74, unhappy=0.03, unsolved=0.45,
)  # fmt: skip


@dataclass(frozen=True)
class Character:
    """What will happen to one report.

    late: at which clock nobody acts in time, "" at none; patience: through how many climbs;
    stuck: nobody acts at all.
    refused: a reason or "". rounds: talks before it is settled. stars: None if it is not rated.
    words: the script's own words by step, where a case has them; resolve_share: of the limit.
    """

    late: str = ""
    patience: int = 0
    stuck: bool = False
    returned: bool = False
    extended: bool = False
    suspended: bool = False
    refused: str = ""
    withdrawn: bool = False
    passed_up: bool = False
    sent_back: bool = False
    supervised: bool = False
    rounds: int = 0
    stars: int | None = None
    solved: bool = True
    words: Mapping[str, Any] = field(default_factory=dict)
    resolve_share: float | None = None

    def with_case(self, case: Mapping[str, Any]) -> "Character":
        """Return a smooth course with what the script says about a case of its own."""
        words = case.get("words", {})
        return replace(
            Character(),
            passed_up="passed_up" in words,
            rounds=len(words.get("round", ())),
            stars=case.get("stars", 5),
            words=words,
            resolve_share=case.get("resolve_share"),
        )


# Most refusals in practice: it belongs elsewhere, or it is handled already, or nobody knows what.
_REFUSALS = (
    RefusalReason.R05, RefusalReason.R03, RefusalReason.R07, RefusalReason.R09, RefusalReason.R02,
)  # fmt: skip
_GOOD_STARS, _GOOD_WEIGHTS = (5, 4, 3), (62, 30, 8)


def draw(seed: str, temper: Temper) -> Character:
    """Return the character of the report with this seed."""
    chance = random.Random(f"character {seed}")

    def happens(share: float) -> bool:
        return chance.random() < share

    kinds = ("accept", "sign", "resolve", "")
    shares = (temper.late_accept, temper.late_sign, temper.late_resolve)
    late = chance.choices(kinds, (*shares, 1 - sum(shares)))[0]
    unhappy = happens(temper.unhappy)
    stars = chance.choice((1, 2)) if unhappy else chance.choices(_GOOD_STARS, _GOOD_WEIGHTS)[0]
    rated = happens(temper.rated)
    return Character(
        late=late,
        patience=chance.choice((1, 2, 3)) if happens(temper.patience) else 0,
        returned=happens(temper.returned),
        extended=happens(temper.extended),
        suspended=happens(temper.suspended),
        refused=chance.choice(_REFUSALS) if happens(temper.refused) else "",
        withdrawn=happens(temper.withdrawn),
        passed_up=happens(temper.passed_up),
        sent_back=happens(temper.sent_back),
        supervised=happens(temper.supervised),
        rounds=chance.choice((1, 1, 2)) if happens(temper.commented) else 0,
        stars=stars if rated else None,
        solved=not (unhappy and happens(temper.unsolved)),
    )
