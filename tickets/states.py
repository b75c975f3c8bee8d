"""The life of a ticket as one table: which move leads from where to where, and who may make it.

Pure: no database, no clock. States and moves as settled in the house plan; the practice behind
them is domain 2.5. What is not a move is a typed request (requests_table.py): asked, decided,
with its own clock.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a ticket stands. The values are part of the API."""

    SUBMITTED = "submitted", _("Waiting to be accepted")
    ACCEPTED = "accepted", _("Accepted, to be dispatched")
    DISPATCHED = "dispatched", _("Dispatched, to be signed for")
    SIGNED = "signed", _("Signed for")
    HANDLING = "handling", _("Being handled")
    RESOLVED = "resolved", _("Handled, being checked")
    FEEDBACK = "feedback", _("Answered, waiting for the rating")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Not accepted")
    MERGED = "merged", _("Merged with another")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = State
# Nothing more happens by itself. A closed or refused ticket can be reopened by a request.
ENDED = frozenset({S.CLOSED, S.REFUSED, S.MERGED, S.WITHDRAWN})
# Somebody still has to do something about the matter itself: the resolve clock runs.
AT_WORK = frozenset({S.SUBMITTED, S.ACCEPTED, S.DISPATCHED, S.SIGNED, S.HANDLING})
OPEN = frozenset(set(State) - ENDED)


class Stage(models.TextChoices):
    """What the shape of a dot on the wall says."""

    NEW = "new", _("New")
    DISPATCHED = "dispatched", _("Dispatched")
    HANDLING = "handling", _("Being handled")
    RESOLVED = "resolved", _("Handled")
    CLOSED = "closed", _("Closed")


STAGE_OF = {
    S.SUBMITTED: Stage.NEW,
    S.ACCEPTED: Stage.NEW,
    S.DISPATCHED: Stage.DISPATCHED,
    S.SIGNED: Stage.HANDLING,
    S.HANDLING: Stage.HANDLING,
    S.RESOLVED: Stage.RESOLVED,
    S.FEEDBACK: Stage.RESOLVED,
    S.CLOSED: Stage.CLOSED,
    S.REFUSED: Stage.CLOSED,
    S.MERGED: Stage.CLOSED,
    S.WITHDRAWN: Stage.CLOSED,
}


class Hat(models.TextChoices):
    """In what capacity somebody stands before one ticket. access.hats_over() tells."""

    REPORTER = "reporter", _("Reporter")
    CENTRE = "centre", _("Duty officer of the centre that decides, or of one above it")
    SUPERVISOR = "supervisor", _("Shift supervisor of the centre that decides, or of one above it")
    HANDLER = "handler", _("Works for the unit that handles it")
    HEAD = "head", _("Heads the unit that handles it")
    HELPER = "helper", _("Works for a unit that helps")
    # Worn only while it is reported: nobody stands so before a ticket that is there already.
    FINDER = "finder", _("Found it on a round and put it right there")
    SYSTEM = "system", _("The platform itself")


class Move(models.TextChoices):
    """What can happen to a ticket. The values are part of the API."""

    ACCEPT = "accept", _("Accept")
    REFUSE = "refuse", _("Do not accept")
    MERGE = "merge", _("Merge")
    DISPATCH = "dispatch", _("Dispatch")
    SIGN = "sign", _("Sign for")
    START = "start", _("Start")
    RESOLVE = "resolve", _("Resolve")
    VERIFY = "verify", _("Verify")
    SEND_BACK = "send_back", _("Send back")
    FEED_BACK = "feed_back", _("Answer the reporter")
    RATE = "rate", _("Rate")
    ARCHIVE = "archive", _("Archive")
    WITHDRAW = "withdraw", _("Withdraw")
    COMMENT = "comment", _("Comment")
    QUESTION = "question", _("Ask the reporter")
    REPLY = "reply", _("Answer the question")
    CLIMB = "climb", _("Pass up a level")
    SUPERVISE = "supervise", _("Supervise")
    SETTLE = "settle", _("Settle on the spot")
    UNDO = "undo", _("Take back")


@dataclass(frozen=True)
class Rule:
    """One row: from these states to that one (None: it stays), by people with one of the hats."""

    sources: frozenset[State]
    target: State | None
    makers: frozenset[Hat]


def _rule(sources, target, *makers: Hat) -> Rule:
    return Rule(frozenset(sources), target, frozenset(makers))


CENTRE, SUPERVISOR, HANDLER, HEAD = Hat.CENTRE, Hat.SUPERVISOR, Hat.HANDLER, Hat.HEAD
HELPER, REPORTER, SYSTEM, FINDER = Hat.HELPER, Hat.REPORTER, Hat.SYSTEM, Hat.FINDER
RULES: dict[Move, Rule] = {
    Move.ACCEPT: _rule({S.SUBMITTED}, S.ACCEPTED, CENTRE, SYSTEM),
    Move.REFUSE: _rule({S.SUBMITTED, S.ACCEPTED}, S.REFUSED, CENTRE),
    Move.MERGE: _rule({S.SUBMITTED, S.ACCEPTED, S.DISPATCHED}, S.MERGED, CENTRE),
    # Again while somebody handles it: after a climb the next centre may choose another unit.
    Move.DISPATCH: _rule(
        {S.ACCEPTED, S.DISPATCHED, S.SIGNED, S.HANDLING}, S.DISPATCHED, CENTRE, SYSTEM
    ),
    Move.SIGN: _rule({S.DISPATCHED}, S.SIGNED, HANDLER),
    Move.START: _rule({S.SIGNED}, S.HANDLING, HANDLER),
    Move.RESOLVE: _rule({S.HANDLING}, S.RESOLVED, HANDLER),
    Move.VERIFY: _rule({S.RESOLVED}, None, CENTRE),
    Move.SEND_BACK: _rule({S.RESOLVED}, S.HANDLING, CENTRE),
    Move.FEED_BACK: _rule({S.RESOLVED}, S.FEEDBACK, CENTRE),
    Move.RATE: _rule({S.FEEDBACK, S.CLOSED}, None, REPORTER),
    Move.ARCHIVE: _rule({S.FEEDBACK}, S.CLOSED, CENTRE, SYSTEM),
    Move.WITHDRAW: _rule(AT_WORK, S.WITHDRAWN, REPORTER),
    Move.COMMENT: _rule(set(State), None, REPORTER, CENTRE, HANDLER, HEAD, HELPER),
    # The clock runs on while the reporter thinks: what stops it is a suspension.
    Move.QUESTION: _rule(OPEN - {S.FEEDBACK}, None, CENTRE, HANDLER),
    Move.REPLY: _rule(OPEN - {S.FEEDBACK}, None, REPORTER),
    Move.CLIMB: _rule(AT_WORK, None, CENTRE, HANDLER, SYSTEM),
    Move.SUPERVISE: _rule(OPEN - {S.FEEDBACK}, None, SUPERVISOR, SYSTEM),
    # Found and fixed (现场处置): reported and closed in one breath, lifecycle.on_the_spot.
    Move.SETTLE: _rule({S.SUBMITTED}, S.CLOSED, FINDER),
    # For some seconds, by whoever made the last move (lifecycle.undo): to where it came from.
    Move.UNDO: _rule({S.ACCEPTED, S.DISPATCHED, S.REFUSED, S.MERGED}, None, CENTRE),
}


class MoveRefused(Exception):
    """The move cannot be made; the message is a sentence for the person who tried."""


def after(state: State, move: Move) -> State:
    """Return the state this move leads to.

    :raises MoveRefused: if it cannot be made from here
    """
    rule = RULES[move]
    if state not in rule.sources:
        raise MoveRefused(
            gettext("“%(move)s” is not possible: the ticket is now “%(state)s”.")
            % {"move": Move(move).label, "state": State(state).label}
        )
    return rule.target or State(state)


def moves_for(state: State, hats: set[Hat]) -> list[Move]:
    """Return the moves that somebody with these hats may make from this state, in table order."""
    return [move for move, rule in RULES.items() if state in rule.sources and rule.makers & hats]
