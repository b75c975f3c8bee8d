"""The unit's verbs and the centre's check: sign, start, resolve, verify, send back, answer."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import User
from tickets.deadlines import Limit
from tickets.lifecycle import record, timing
from tickets.lifecycle.reporting import keep_photos
from tickets.models import Limits, Photo, Ticket, Urgency
from tickets.photos import Received
from tickets.states import Move, MoveRefused

# A closing check is compulsory for these (domain 2.5, 结案).
MUST_BE_VERIFIED = frozenset({Urgency.P1, Urgency.P2})


@transaction.atomic
def sign(*, ticket_id: int, by: User, at: datetime, words: str = "") -> Ticket:
    """The unit confirms that it has the ticket and will see to it (签收)."""
    ticket = record.locked(ticket_id)
    record.make(
        ticket, Move.SIGN, by=by, at=at, words=words, data=timing.promise(ticket, "sign"),
        signed_at=at,
    )  # fmt: skip
    timing.stop(ticket, "sign", "decide", at=at)
    ticket.save()
    return ticket


@transaction.atomic
def start(*, ticket_id: int, by: User, at: datetime, words: str = "") -> Ticket:
    """The unit begins the work."""
    ticket = record.locked(ticket_id)
    event = record.make(ticket, Move.START, by=by, at=at, words=words)
    timing.refresh(ticket)
    ticket.save()
    record.tell_reporter(event, "progress", state=ticket.state)
    return ticket


@transaction.atomic
def resolve(
    *,
    ticket_id: int,
    by: User,
    at: datetime,
    words: str,
    evidence: str = "",
    photos: Sequence[Received] = (),
) -> Ticket:
    """The unit says what it did and what shows it; the centre checks it.

    :param evidence: what shows the result if there is no photo: a document, who confirmed it
    :raises MoveRefused: without the result in words, or without any evidence (domain 2.5, 结案)
    """
    if not words.strip():
        raise MoveRefused(_("Say what was done."))
    if not photos and not evidence.strip():
        raise MoveRefused(_("Add a photo, or say what shows that it is done."))
    ticket = record.locked(ticket_id)
    said = f"{words.strip()}\n\n{evidence.strip()}" if evidence.strip() else words.strip()
    event = record.make(
        ticket, Move.RESOLVE, by=by, at=at, words=said,
        data={"photos": len(photos)} | timing.promise(ticket, "resolve"),
        resolved_at=at, verified_at=None,
    )  # fmt: skip
    keep_photos(ticket, photos, Photo.Purpose.EVIDENCE, at)
    timing.stop_all(ticket, at=at)
    ticket.save()
    record.tell(record.people_at(ticket.centre, ticket, at), event, "to_check", but=by)
    return ticket


@transaction.atomic
def verify(*, ticket_id: int, by: User, at: datetime, words: str = "") -> Ticket:
    """The centre has seen for itself that it is done (核实)."""
    ticket = record.locked(ticket_id)
    record.make(ticket, Move.VERIFY, by=by, at=at, words=words, verified_at=at)
    return ticket


@transaction.atomic
def send_back(*, ticket_id: int, by: User, at: datetime, words: str) -> Ticket:
    """The centre finds it is not done; the unit has half of the limit to put it right (返工).

    :raises MoveRefused: without saying what is missing
    """
    if not words.strip():
        raise MoveRefused(_("Say what is still missing."))
    ticket = record.locked(ticket_id)
    event = record.make(
        ticket, Move.SEND_BACK, by=by, at=at, words=words, reworks=ticket.reworks + 1,
        resolved_at=None, verified_at=None,
    )  # fmt: skip
    rework(ticket, at=at)
    ticket.save()
    record.tell(
        record.people_at(ticket.handler, ticket, at), event, "sent_back", but=by,
        due=ticket.resolve_by,
    )  # fmt: skip
    return ticket


@transaction.atomic
def feed_back(*, ticket_id: int, by: User, at: datetime, words: str) -> Ticket:
    """The centre answers the reporter, who may now rate it (反馈).

    :raises MoveRefused: without an answer; for P1 and P2 before it was verified
    """
    if not words.strip():
        raise MoveRefused(_("Write the answer to the reporter."))
    ticket = record.locked(ticket_id)
    if ticket.urgency in MUST_BE_VERIFIED and ticket.verified_at is None:
        raise MoveRefused(_("An urgent matter must be verified before it is answered."))
    event = record.make(
        ticket, Move.FEED_BACK, by=by, at=at, words=words, public=True, answered_at=at
    )
    wait_for_rating(ticket, at=at)
    ticket.save()
    record.tell_reporter(event, "answered")
    for same in Ticket.objects.merged_with(ticket):
        # Who reported the same thing follows this one.
        record.tell_reporter(event, "answered", ticket=same)
    return ticket


@transaction.atomic
def comment(
    *,
    ticket_id: int,
    by: User | None,
    at: datetime,
    words: str,
    public: bool = False,
    photos: Sequence[Received] = (),
) -> Ticket:
    """Somebody adds words or photos; nothing else changes. By None: the reporter.

    :param public: the reporter may read it; what the reporter adds is always theirs to read
    :raises MoveRefused: without words and photos
    """
    if not words.strip() and not photos:
        raise MoveRefused(_("Write something, or add a photo."))
    ticket = record.locked(ticket_id)
    public = public or by is None
    event = record.make(
        ticket, Move.COMMENT, by=by, at=at, words=words.strip(), public=public,
        data={"photos": len(photos)} if photos else {},
    )  # fmt: skip
    purpose = Photo.Purpose.EVIDENCE if by else Photo.Purpose.REPORT
    keep_photos(ticket, photos, purpose, at, public=public)
    people = record.people_at(ticket.handler or ticket.centre, ticket, at)
    if by is not None and ticket.handler and ticket.handler != ticket.centre:
        people += record.people_at(ticket.centre, ticket, at)
    record.tell(people, event, "commented", but=by)
    if by is not None and public:
        record.tell_reporter(event, "commented")
    return ticket


def rework(ticket: Ticket, *, at: datetime) -> None:
    """Give the unit half of the original limit from now (domain 2.5, 返工)."""
    kind = ticket.event_type
    limit = kind.resolve_limit if kind else Limits.current().resolve_unclear
    timing.set_clock(ticket, "resolve", str(Limit.parse(limit).halved()), start=at, at=at)


def wait_for_rating(ticket: Ticket, *, at: datetime) -> None:
    """Write down when the ticket is archived unrated: never as satisfied (domain 2.4)."""
    due = timing.moment_after(Limits.current().rating, start=at)
    timing.add_step(ticket, timing.Kind.ARCHIVE, clock="rating", due=due)
    timing.refresh(ticket)
