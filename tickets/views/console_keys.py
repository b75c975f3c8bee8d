"""The keys of the console: one letter for each thing that can be done, listed only here.

Two things may share a letter only where no ticket offers both: refuse, send back, return.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.listing import Queue
from tickets.requests_table import RequestKind
from tickets.states import Move

MOVES = {
    Move.ACCEPT: "A",
    Move.DISPATCH: "D",
    Move.CLIMB: "U",
    Move.REFUSE: "R",
    Move.SEND_BACK: "R",
    Move.MERGE: "M",
    Move.COMMENT: "N",
    Move.QUESTION: "Q",
    Move.SUPERVISE: "S",
    Move.SIGN: "I",
    Move.START: "B",
    Move.RESOLVE: "W",
    Move.VERIFY: "V",
    Move.FEED_BACK: "F",
    Move.ARCHIVE: "C",
    Move.UNDO: "Z",
}
ASKS = {
    RequestKind.RETURN: "R",
    RequestKind.EXTENSION: "T",
    RequestKind.SUSPENSION: "P",
}
DECIDE = "Y"
# After G.
QUEUES = {
    Queue.ACCEPT: "A",
    Queue.DISPATCH: "D",
    Queue.WORK: "W",
    Queue.CHECK: "C",
    Queue.DECIDE: "Y",
    Queue.SENT: "S",
    Queue.OVERDUE: "O",
    Queue.ANSWERED: "F",
    Queue.ALL: "L",
}


@dataclass(frozen=True)
class Shortcut:
    """A line of the sheet: the keys to press, one after the other, and what they do."""

    keys: tuple[str, ...]
    does: Any


_AROUND = (
    Shortcut(("J",), _("Next ticket")),
    Shortcut(("K",), _("Ticket before")),
    Shortcut(("Enter",), _("Read the opened ticket; Esc leads back to the list")),
    Shortcut(("E",), _("Take the likely step, then the next ticket")),
    Shortcut((".",), _("Show what is new")),
    Shortcut(("X",), _("Choose the ticket, to dispatch several together")),
    Shortcut(("Shift", "D"), _("Dispatch the chosen ones together")),
    Shortcut(("L",), _("List or map")),
    Shortcut(("/",), _("Search")),
    Shortcut(("Esc",), _("Close the form, back to the list")),
    Shortcut(("/",), _("While you write: canned sentences")),
    Shortcut(("Ctrl", "Enter"), _("Send the form and go to the next ticket")),
    Shortcut(("?",), _("This sheet")),
)


def sheet() -> list[tuple[Any, list[Shortcut]]]:
    """Return the sheet: (heading, shortcuts), in the order in which one learns them."""
    moves = [Shortcut((key,), move.label) for move, key in MOVES.items()]
    moves.append(Shortcut((DECIDE,), _("Decide what was asked")))
    moves += [Shortcut((key,), kind.label) for kind, key in ASKS.items()]
    queues = [Shortcut(("G", key), queue.label) for queue, key in QUEUES.items()]
    queues.append(Shortcut(("G", "1–9"), _("A saved view")))
    return [
        (_("Get around"), list(_AROUND)),
        (_("Do something with the ticket"), moves),
        (_("Go to a queue"), queues),
    ]
