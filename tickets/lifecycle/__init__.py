"""Everything that can happen to a ticket, by subject. Nothing else writes tickets.

Each verb is one thing that happens in the district: it locks the ticket, asks the table, changes
it, adds to its history and posts the notices it owes, in one transaction. Screens and phones hear
of it after the commit. Verbs take `by` (who; None is the reporter) and `at` (when), and raise
MoveRefused with a sentence for the person who tried.
"""

from tickets.lifecycle.bulk import Outcome, dispatch_many, forget_bulk
from tickets.lifecycle.calendar_news import recompute
from tickets.lifecycle.climbing import Swept, climb, sweep
from tickets.lifecycle.dispatch import accept, dispatch, merge, refuse
from tickets.lifecycle.finding import index_everything
from tickets.lifecycle.following import follow
from tickets.lifecycle.handling import (
    comment,
    feed_back,
    resolve,
    send_back,
    sign,
    start,
    verify,
)
from tickets.lifecycle.on_the_spot import settle_on_the_spot
from tickets.lifecycle.photo_news import photo_refused
from tickets.lifecycle.questions import question, reply
from tickets.lifecycle.rating import archive, rate, withdraw
from tickets.lifecycle.record import NotYours
from tickets.lifecycle.reporting import OtherBody, report
from tickets.lifecycle.requests import ask, decide
from tickets.lifecycle.retention import Erased, erase
from tickets.lifecycle.supervision import supervise
from tickets.lifecycle.undoing import forget_undone, undo
from tickets.states import MoveRefused

__all__ = [
    "Erased",
    "MoveRefused",
    "NotYours",
    "OtherBody",
    "Outcome",
    "Swept",
    "accept",
    "archive",
    "ask",
    "climb",
    "comment",
    "decide",
    "dispatch",
    "dispatch_many",
    "erase",
    "feed_back",
    "follow",
    "forget_bulk",
    "forget_undone",
    "index_everything",
    "merge",
    "photo_refused",
    "question",
    "rate",
    "recompute",
    "refuse",
    "reply",
    "report",
    "resolve",
    "send_back",
    "settle_on_the_spot",
    "sign",
    "start",
    "supervise",
    "sweep",
    "undo",
    "verify",
    "withdraw",
]
