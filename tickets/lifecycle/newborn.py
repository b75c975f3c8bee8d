"""A new ticket on its way into the database, with everything that belongs to it.

While a report is taken in, the verbs gather here the rows that they otherwise write one by one;
then all of them go over in one statement. A test holds what is written so to what the verbs write.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model

from grids.handbook import Handbook
from notices import outbox_sql, wording
from notices.models import Notice
from notices.outbox_sql import Posting
from people import rows_sql
from tickets import broadcast, calendar, search
from tickets.deadlines import Calendar, Clock
from tickets.lifecycle import finding
from tickets.lifecycle.first_look import Seen
from tickets.models import Contact, DueStep, Ticket, TicketEvent, TicketSearch, TicketText


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history that is not written yet: its row, and what a TicketEvent is asked for.

    Not a model's object: to make those of a report costs more than to write them down.
    """

    pk: int
    ticket: Ticket
    at: datetime
    kind: str
    move: str
    after: str
    row: dict[str, Any]


class Newborn:
    """The rows of a ticket that is not written yet, and what is known while it is taken in."""

    def __init__(
        self, ticket: Ticket, *, seen: Seen, book: Handbook, contact: Contact | None
    ) -> None:
        """Give the ticket its id, one of those that the first look has found."""
        self.ticket, self.on_post, self.book, self.contact = ticket, seen.on_post, book, contact
        self.days: Calendar = book.keep("calendar", calendar.current)
        ticket.pk, self._event_ids = seen.ticket_id, seen.event_ids
        ticket.newborn = self
        self.events: list[Line] = []
        # Rows, not objects: there are many, and nobody asks them anything.
        self.steps: list[dict[str, Any]] = []
        self.postings: list[Posting] = []
        self.messages: list[Notice] = []
        # As they were reckoned: nobody need read them from the ticket's JSON again.
        self.clocks: dict[str, Clock] = {}

    def log(self, said: dict[str, Any]) -> Line:
        """Take a line of history, as its columns say it; it has its id from now on."""
        pk = self._event_ids[len(self.events)]
        row = {"id": pk, "ticket_id": self.ticket.pk} | said
        line = Line(pk, self.ticket, said["at"], said["kind"], said["move"], said["after"], row)
        self.events.append(line)
        return line

    def lay_out(self, clock: str, turn: int, steps: Iterable[tuple[str, datetime]]) -> None:
        """Take what will happen on this clock, and when."""
        of_all = {"ticket_id": self.ticket.pk, "clock": clock, "round": turn}
        self.steps += [
            of_all | {"kind": kind, "due_at": due, "done_at": None, "void_at": None, "error": ""}
            for kind, due in steps
        ]

    def void(self, clocks: Iterable[str], at: datetime) -> None:
        """Take back what was to happen on these clocks."""
        for step in self.steps:
            if step["clock"] in clocks and step["void_at"] is None:
                step["void_at"] = at

    def write(self, *, title: str, words: str) -> None:
        """Write it all, as a whole; the ticket is an ordinary one from then on.

        On SQLite that takes the caller's transaction, on PostgreSQL it is one statement.
        """
        ticket, pk = self.ticket, self.ticket.pk
        for posting in self.postings:
            wording.check(posting.template, posting.params)
        inserts = [
            rows_sql.insertion(Ticket, [_row_of(ticket)]),
            rows_sql.insertion(TicketText, [{"ticket_id": pk, "title": title, "words": words}]),
            rows_sql.insertion(TicketSearch, [self._found_by(words)]),
            rows_sql.insertion(TicketEvent, [line.row for line in self.events]),
            rows_sql.insertion(DueStep, self.steps),
        ]
        if self.contact:
            inserts.append(rows_sql.insertion(Contact, _prepared([self.contact])))
        if self.messages:
            inserts.append(rows_sql.insertion(Notice, _prepared(self.messages, but=("id",))))
        if self.postings:
            inserts.append(outbox_sql.insertion(self.postings))
        rows_sql.insert_all(inserts)
        ticket._state.adding, ticket.newborn = False, None
        broadcast.born(ticket, self.events)

    def _found_by(self, words: str) -> dict:
        text = finding.text_of(self.ticket, words, self.book)
        entry = search.Entry(text, self.ticket.reported_at)
        ready = TicketSearch._meta.get_field("found_by").get_db_prep_save(entry, connection)
        return {"ticket_id": self.ticket.pk, "found_by": ready}


def _row_of(ticket: Ticket) -> dict[str, Any]:
    names, read = _columns()
    return dict(zip(names, read(ticket), strict=True))


@cache
def _columns() -> tuple[tuple[str, ...], Callable[[Ticket], tuple]]:
    """A ticket's columns, and what reads them all: put together once."""
    names = tuple(column.attname for column in Ticket._meta.concrete_fields)
    return names, attrgetter(*names)


def _prepared(things: Sequence[Model], *, but: Sequence[str] = ()) -> list[dict]:
    """Return rows of whole things, as their fields have them stored: encrypted, where they are."""
    return [
        {
            field.column: field.get_prep_value(getattr(thing, field.attname))
            for field in thing._meta.concrete_fields
            if field.column not in but
        }
        for thing in things
    ]
