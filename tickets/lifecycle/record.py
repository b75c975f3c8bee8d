"""What every verb shares: the locked ticket, the check of the hat, the line in the history.

Used by the verbs of this package and by nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext as _

from notices import outbox
from notices.outbox_sql import Posting
from people.models import User
from tickets import broadcast, routing
from tickets.access import hats_over
from tickets.dots import marks_of
from tickets.models import Contact, EventWords, Helper, Question, Ticket, TicketEvent
from tickets.states import ENDED, RULES, Hat, Move, MoveRefused, State, after

Kind = TicketEvent.Kind

# What the reporter sees on the tracking page. The words with it have their own mark.
_PUBLIC_MOVES = frozenset(
    {
        Move.ACCEPT, Move.REFUSE, Move.MERGE, Move.DISPATCH, Move.SIGN, Move.START, Move.RESOLVE,
        Move.FEED_BACK, Move.RATE, Move.ARCHIVE, Move.WITHDRAW, Move.CLIMB, Move.QUESTION,
        Move.REPLY, Move.SETTLE, Move.UNDO,
    }
)  # fmt: skip
_PUBLIC_KINDS = frozenset({Kind.REPORTED, Kind.ROUTED, Kind.RECLOCKED, Kind.RESUMED})


class NotYours(MoveRefused):
    """The person's post does not let them make this move on this ticket (any more)."""


def locked(ticket_id: int) -> Ticket:
    """Return the ticket, its row locked until the transaction ends."""
    tickets = Ticket.objects.with_places().select_related("event_type__category")
    ticket = tickets.select_for_update(of=("self",)).get(pk=ticket_id)
    ticket.dot_was = marks_of(ticket)
    return ticket


def make(
    ticket: Ticket,
    move: Move,
    *,
    by: User | None,
    at: datetime,
    words: str = "",
    public: bool = False,
    data: dict | None = None,
    system: bool = False,
    **changes,
) -> TicketEvent:
    """Make the move on the locked ticket: check the hat and the table, change, save, log.

    `by` None is the reporter, or the platform itself where `system` is given. `public` says
    whether the reporter may read the words.

    :raises NotYours: if no hat of theirs may make the move
    :raises MoveRefused: if the ticket's state does not allow it
    """
    hat = Hat.SYSTEM if system else may(ticket, by, RULES[move].makers)
    before = State(ticket.state)
    ticket.state = after(before, move)
    if ticket.state not in RULES[Move.REPLY].sources:
        # Nobody waits for that answer any more.
        Question.objects.open().filter(ticket=ticket).update(void_at=at)
    change(ticket, **changes)
    return log(
        ticket, Kind.MOVED, by=by, hat=hat, at=at, move=move, before=before, after=ticket.state,
        words=words, public_words=public, data=data,
    )  # fmt: skip


def may(ticket: Ticket, by: User | None, makers: Iterable[Hat]) -> Hat:
    """Return the hat with which this person may act on the locked ticket.

    The door was passed before the lock; a colleague may have moved the ticket on since.

    :raises NotYours: if none of theirs will do
    """
    hats = {Hat.REPORTER} if by is None else hats_over(by, ticket)
    for hat in Hat:
        if hat in makers and hat in hats:
            return hat
    raise NotYours(_("This is not in your hands (any more)."))


def change(ticket: Ticket, **changes) -> None:
    """Set these fields on the locked ticket; log() saves them with its own."""
    for field, value in changes.items():
        setattr(ticket, field, value)


def log(
    ticket: Ticket,
    kind: Kind,
    *,
    by: User | None,
    at: datetime,
    hat: Hat | str = "",
    move: Move | str = "",
    before: str = "",
    after: str = "",
    words: str = "",
    public_words: bool = False,
    data: dict | None = None,
    public: bool | None = None,
) -> TicketEvent:
    """Add a line to the history, save the ticket as it now stands, and tell the screens."""
    if public is None:
        public = kind in _PUBLIC_KINDS or move in _PUBLIC_MOVES or public_words
    said = {
        "kind": kind, "move": move, "by_id": by.pk if by else None, "hat": hat, "at": at,
        "before": before, "after": after, "data": data or {}, "public": public,
        "dot_was": ticket.dot_was,
    }  # fmt: skip
    ticket.version += 1
    if ticket.newborn:
        return ticket.newborn.log(said)
    event = TicketEvent(ticket=ticket, **said)
    event.save(force_insert=True)
    if words:
        EventWords.objects.create(event=event, words=words, public=public_words)
    ticket.save()
    if (before in ENDED) != (after in ENDED):
        Helper.objects.filter(ticket=ticket).update(ended=after in ENDED)
    broadcast.changed(ticket)
    return event


def tell(
    people: Iterable[User], event: TicketEvent, template: str, *, but: User | None = None, **params
) -> None:
    """Post a notice to these people about the event, once for each; not to whoever did it."""
    tell_by_id([person.pk for person in people if person != but], event, template, **params)


def tell_by_id(readers: Sequence[int], event: TicketEvent, template: str, **params) -> None:
    """Post a notice about the event to the people with these ids, once for each."""
    if not readers:
        return
    ticket = event.ticket
    posting = Posting(
        readers=list(dict.fromkeys(readers)),
        happening=f"event:{event.pk}:{template}",
        template=template,
        params={"number": ticket.number} | _plain(params),
        link=_page_of(ticket),
        at=event.at,
    )
    if ticket.newborn:
        ticket.newborn.postings.append(posting)
    else:
        outbox.post_many([posting])


def _page_of(ticket: Ticket) -> str:
    before, after_number = _around_number()
    return f"{before}{ticket.number}{after_number}"


@cache
def _around_number() -> tuple[str, str]:
    """The address of a ticket's page, before and after its number: not looked up for each."""
    before, _number, after_number = reverse("tickets:detail", args=["NUMBER"]).partition("NUMBER")
    return before, after_number


def tell_reporter(
    event: TicketEvent,
    template: str,
    *,
    ticket: Ticket | None = None,
    wait: timedelta = timedelta(),
    **params,
) -> None:
    """Post a text message to the reporter, if they left a phone number.

    `ticket`: another one whose reporter the event concerns; the event's own, if not given.
    `wait`: how long the move may still be taken back; only then is the message sent.
    """
    ticket = ticket or event.ticket
    if ticket.newborn:
        contact = ticket.newborn.contact
    else:
        contact = Contact.objects.filter(ticket=ticket).first()
    if contact is None or not contact.phone:
        return
    message = outbox.to_reporter(
        ticket_id=ticket.pk, phone=contact.phone, language=contact.language,
        happening=f"event:{event.pk}:{template}", template=template,
        params={"number": ticket.number, "code": ticket.code} | _plain(params),
        link=reverse("tickets:track_one", args=[ticket.code]),
        at=event.at, due=event.at + wait,
    )  # fmt: skip
    if ticket.newborn:
        ticket.newborn.messages.append(message)
    else:
        outbox.post_to_reporter(message)


def people_at(unit, ticket: Ticket, at: datetime) -> list[User]:
    """Return who works for the unit, as far as the ticket concerns them."""
    return routing.people_for(ticket, unit, at=at) if unit else []


def _plain(params: dict) -> dict:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in params.items()
    }
