"""One report under simulation: where it stands, how it will go, who is there, what is said."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from people.models import User
from tickets.deadlines import Clock
from tickets.models import EventType, Ticket
from tickets.simulation.character import Character
from tickets.simulation.desk import Desk
from tickets.simulation.script import Script


@dataclass(frozen=True)
class Step:
    """Something that somebody will do: when, its name, and the verb, which still wants `at`."""

    at: datetime
    name: str
    do: Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One ticket under simulation.

    since: when it last moved. seed: what all its dice hang on. into: the id of an open ticket
    about the same thing, None if there is none. meant: the type that it truly is, if one knows.
    """

    ticket: Ticket
    character: Character
    words: str
    since: datetime
    seed: str
    desk: Desk
    script: Script
    into: int | None = None
    meant: EventType | None = None

    def chance(self, what: str) -> random.Random:
        """Return the dice for a step: the same however often it is asked."""
        t = self.ticket
        turns = (t.climbs, t.returns, t.reworks, t.reopenings, t.extensions)
        return random.Random(f"{what} {self.seed} {t.state} {turns}")

    def say(self, what: str, turn: int = 0) -> str:
        """Return words for a step: the case's own, or such as are said in its category."""
        own = self.character.words.get(what)
        if own:
            return own if isinstance(own, str) else own[min(turn, len(own) - 1)]
        kind = self.ticket.event_type
        category = kind.category.code if kind else ""
        return self.script.say(what, self.chance(f"say {what} {turn}"), category)

    def hand(self) -> User | None:
        """Return who does the work for the unit: the same person from signing to the result."""
        dice = random.Random(f"hand {self.seed} {self.ticket.handler_id}")
        return self.desk.hand(self.ticket, dice)

    def clock(self, name: str) -> Clock | None:
        """Return one of the ticket's clocks with its arithmetic."""
        kept = self.ticket.clocks.get(name)
        return Clock.from_json(kept) if kept else None

    def step(self, at: datetime, name: str, verb: Callable[..., Any], **values: Any) -> Step:
        """Return a step that calls the verb for this ticket."""
        return Step(at, name, partial(verb, ticket_id=self.ticket.pk, **values))
