"""Taking back what one just did: for some seconds, if nobody has acted since."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from notices import outbox
from people.models import User
from people.roles import CENTRE_ROLES
from people.scope import roles_of
from tickets import latest
from tickets.lifecycle import finding, record
from tickets.models import DueStep, Helper, Question, Request, Ticket, TicketEvent, Undoable
from tickets.states import Move, MoveRefused, State, after

UNDO_FOR = timedelta(seconds=10)
# Who is told about the move hears of it when it can no longer be taken back.
TOLD_AFTER = UNDO_FOR
# What a report is; no move changes it.
_LASTING = frozenset(
    {
        "id", "key", "fingerprint", "number", "code", "channel", "entered_by", "area_code",
        "village", "grid", "lat", "lng", "exact", "is_demonstration", "reported_at", "version",
    }
)  # fmt: skip


def remember(ticket: Ticket) -> dict[str, Any]:
    """Return how the locked ticket stands, for offer(): before the move changes anything."""
    steps = DueStep.objects.filter(ticket=ticket)
    waiting = steps.filter(done_at=None, void_at=None)
    asked = Request.objects.filter(ticket=ticket, state=Request.State.OPEN)
    return {
        "columns": {f.attname: _plain(getattr(ticket, f.attname)) for f in _columns()},
        "last_step": steps.aggregate(last=models.Max("pk"))["last"] or 0,
        "waiting": list(waiting.values_list("pk", flat=True)),
        "asked": list(asked.values_list("pk", flat=True)),
        "questions": list(ticket.questions.open().values_list("pk", flat=True)),
        "helpers": list(Helper.objects.filter(ticket=ticket).values_list("unit_id", flat=True)),
    }


def offer(before: dict[str, Any], event: TicketEvent, *, by: User, at: datetime) -> None:
    """Let `by` take the move back for some seconds: keep how the ticket stood before it."""
    ticket = event.ticket
    Undoable.objects.update_or_create(
        ticket_id=ticket.pk,
        defaults={
            "event": event, "by": by, "at": at, "version": ticket.version, "before": before,
        },
    )  # fmt: skip


@transaction.atomic
def undo(*, ticket_id: int, by: User, at: datetime) -> Ticket:
    """Take back one's own last move: state, hands and limits are exactly as they were before.

    The history keeps both the move and its end. Notices not yet sent are withdrawn, for the others
    a second one says that the first does not hold.

    :raises MoveRefused: after UNDO_FOR, if somebody has acted since, or if there is nothing
    """
    other_id = Ticket.objects.values_list("merged_into_id", flat=True).get(pk=ticket_id)
    held = {pk: record.locked(pk) for pk in sorted(filter(None, (ticket_id, other_id)))}
    ticket = held[ticket_id]
    kept = _still_to_take_back(ticket, by, at)
    left = State(ticket.state)
    _restore(ticket, kept)
    event = record.log(
        ticket, record.Kind.MOVED, by=by, hat=kept.event.hat, at=at, move=Move.UNDO, before=left,
        after=ticket.state, data={"undone": kept.event.move},
    )  # fmt: skip
    if other_id:
        other = held[other_id]
        record.log(
            other, record.Kind.MOVED, by=by, hat=kept.event.hat, at=at, move=Move.UNDO,
            before=other.state, after=other.state, data={"from": ticket.number}, public=False,
        )  # fmt: skip
    _put_right(kept.event, event, by)
    kept.delete()
    return ticket


def forget_undone(*, at: datetime) -> int:
    """Delete what can no longer be taken back; return how many there were. Safe to repeat."""
    return Undoable.objects.filter(at__lt=at - UNDO_FOR).delete()[0]


def _still_to_take_back(ticket: Ticket, by: User, at: datetime) -> Undoable:
    kept = Undoable.objects.filter(ticket=ticket).select_related("event").first()
    if kept is None or kept.by_id != by.pk or kept.version != ticket.version:
        last = latest.faster(by, ticket.pk)
        if last:
            said = {"faster": last.sentence(at=at)}
            raise MoveRefused(_("This can no longer be taken back. %(faster)s") % said)
        raise MoveRefused(_("There is nothing of yours to take back here."))
    if at - kept.at > UNDO_FOR:
        raise MoveRefused(
            _("It is too late to take this back: more than %(n)d seconds have passed.")
            % {"n": UNDO_FOR.seconds}
        )
    after(State(ticket.state), Move.UNDO)
    if not roles_of(by) & CENTRE_ROLES:
        raise record.NotYours(_("This is not in your hands (any more)."))
    steps = DueStep.objects.filter(ticket=ticket, pk__gt=kept.before["last_step"])
    if steps.filter(done_at__isnull=False).exists():
        raise MoveRefused(_("It is too late to take this back: a limit has passed meanwhile."))
    return kept


def _restore(ticket: Ticket, kept: Undoable) -> None:
    before = kept.before
    for field in _columns():
        setattr(ticket, field.attname, field.to_python(before["columns"][field.attname]))
    finding.index_again(ticket)
    steps = DueStep.objects.filter(ticket=ticket)
    # Plans, not history: what the move laid out never was, what it made void waits again.
    steps.filter(pk__gt=before["last_step"]).delete()
    steps.filter(pk__in=before["waiting"], done_at=None).update(void_at=None)
    asked = Request.objects.filter(pk__in=before["asked"], state=Request.State.VOID)
    asked.update(state=Request.State.OPEN, decided_at=None)
    Question.objects.filter(pk__in=before["questions"], answered_at=None).update(void_at=None)
    helpers = Helper.objects.filter(ticket=ticket)
    helpers.exclude(unit__in=before["helpers"]).delete()
    there = set(helpers.values_list("unit_id", flat=True))
    Helper.objects.bulk_create(
        Helper(ticket=ticket, unit_id=pk) for pk in before["helpers"] if pk not in there
    )


def _put_right(move: TicketEvent, event: TicketEvent, by: User) -> None:
    """Withdraw what was not told yet, and tell the others that it does not hold."""
    told = outbox.withdraw(happening=f"event:{move.pk}:")
    people = User.objects.filter(pk__in=told.users, is_active=True)
    record.tell(people, event, "undone", but=by)
    if told.reporter:
        record.tell_reporter(event, "undone")


def _columns() -> Iterator[models.Field]:
    return (f for f in Ticket._meta.concrete_fields if f.name not in _LASTING)


def _plain(value: Any) -> Any:
    # The clocks are changed where they lie: what is remembered must not change with them.
    return value.isoformat() if isinstance(value, datetime) else deepcopy(value)
