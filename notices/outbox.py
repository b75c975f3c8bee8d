"""The outbox: post a notice with the change that it reports; the relay delivers it afterwards.

Delivery is at least once. What reaches a person twice is prevented by the key that every sender
passes on, and by the unique row: one happening tells one reader once.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from time import monotonic

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from notices import outbox_sql, wording
from notices.models import Notice
from notices.outbox_sql import Posting
from notices.senders.base import CannotSend, Message, Sender
from people import audit
from people.models import User

log = logging.getLogger(__name__)

GIVES_UP_AFTER = 10  # attempts
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
# A relay that died gives its batch back after this. A batch is stopped well before.
_LEASE = timedelta(minutes=5)
_BATCH_TIME = 180  # seconds


def post_to_users(
    *,
    users: Iterable[User],
    happening: str,
    template: str,
    params: dict,
    link: str,
    at: datetime,
) -> None:
    """Put a notice into the inbox of each of these people, in the caller's transaction.

    Whoever was already told about this happening is not told again. It is in the inbox at once:
    only other channels wait for the relay.

    :param happening: names what happened, such as "event:17:new_work"
    :raises wording.NotInCatalogue: if the notice cannot be worded
    """
    wording.check(template, params)
    Notice.objects.bulk_create(
        [
            Notice(
                happening=happening, reader=f"user:{user.pk}", user=user,
                channel=Notice.Channel.INBOX, template=template, params=params, link=link,
                language=user.language, posted_at=at, due_at=at,
                state=Notice.State.SENT, sent_at=at,
            )
            for user in {user.pk: user for user in users}.values()
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def post_many(postings: Sequence[Posting]) -> None:
    """Put many notices into many inboxes, in the caller's transaction and one statement.

    :raises wording.NotInCatalogue: if one cannot be worded
    """
    for posting in postings:
        wording.check(posting.template, posting.params)
    if postings:
        with connection.cursor() as cursor:
            cursor.execute(*outbox_sql.insertion(postings))


def to_reporter(
    *,
    ticket_id: int,
    phone: str,
    language: str,
    happening: str,
    template: str,
    params: dict,
    link: str,
    at: datetime,
    due: datetime | None = None,
) -> Notice:
    """Return a text message to the reporter of a ticket, not yet posted.

    :param due: not to be sent before this; at once, if not given
    :raises wording.NotInCatalogue: if the notice cannot be worded
    """
    wording.check(template, params)
    return Notice(
        happening=happening, reader=f"ticket:{ticket_id}", channel=Notice.Channel.SMS,
        address=phone, template=template, params=params, link=link, language=language,
        posted_at=at, due_at=due or at,
    )  # fmt: skip


def post_to_reporter(notice: Notice) -> None:
    """Post what to_reporter() gave, in the caller's transaction, once for its happening."""
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


@dataclass(frozen=True)
class Told:
    """Who had already heard of what was withdrawn: ids of people; whether the reporter had."""

    users: list[int]
    reporter: bool


def withdraw(*, happening: str) -> Told:
    """Take back, in the caller's transaction, the notices of a happening that nobody has seen.

    That is what waits and no relay is sending now, and what lies unread in an inbox.

    :param happening: the beginning of its name, such as "event:17:"
    """
    notices = Notice.objects.filter(happening__startswith=happening)
    # Locked first: a relay that is claiming one at this moment has it, or we have.
    list(notices.select_for_update().values_list("pk", flat=True))
    unseen = Q(channel=Notice.Channel.INBOX, read_at=None)
    untouched = Q(state=Notice.State.WAITING, lease_until=None)
    notices.filter(unseen | untouched).delete()
    left = notices.exclude(state=Notice.State.FAILED).values_list("user_id", "reader")
    return Told(
        users=sorted({user for user, _reader in left if user}),
        reporter=any(reader.startswith("ticket:") for _user, reader in left),
    )


@dataclass(frozen=True)
class Delivered:
    """What one round of the relay did."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0

    @property
    def handled(self) -> int:
        return self.sent + self.put_off + self.given_up


def deliver_due(*, at: datetime, limit: int = 50) -> Delivered:
    """Claim up to `limit` due notices with a lease, send them, and note what became of each.

    Any number of relays may run: each notice is claimed by one. Do not call it in a transaction.
    """
    outcomes = dict.fromkeys(Notice.State, 0)
    started = monotonic()
    for notice in _claim(at=at, limit=limit):
        if monotonic() - started > _BATCH_TIME:
            # Slow senders: what is left comes back when the lease ends.
            break
        outcomes[_deliver(notice, at=at)] += 1
    return Delivered(
        sent=outcomes[Notice.State.SENT],
        put_off=outcomes[Notice.State.WAITING],
        given_up=outcomes[Notice.State.FAILED],
    )


def _claim(*, at: datetime, limit: int) -> list[Notice]:
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    with transaction.atomic(durable=True):
        # SQLite knows no locked rows: there the transaction itself is the only writer.
        due = Notice.objects.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        ).filter(free, state=Notice.State.WAITING, due_at__lte=at)
        ids = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
        Notice.objects.filter(pk__in=ids).update(
            lease_until=at + _LEASE, attempts=F("attempts") + 1
        )
        return list(Notice.objects.filter(pk__in=ids).order_by("due_at", "pk"))


def _deliver(notice: Notice, *, at: datetime) -> Notice.State:
    try:
        if notice.attempts > GIVES_UP_AFTER:
            raise CannotSend("The relay stopped while sending it, every time.", temporary=False)
        _sender(settings.NOTICE_SENDERS[notice.channel]).send(_message(notice, at))
    except CannotSend as fault:
        return _fail(notice, str(fault), temporary=fault.temporary, at=at)
    except Exception as fault:
        # A bad row or a faulty sender must not stop the others.
        log.exception("notice %s (%s) could not be sent", notice.pk, notice.template)
        return _fail(notice, f"Fault in the platform: {type(fault).__name__}", True, at=at)
    # Told: the number has served its purpose, and is kept no longer with the notice.
    _note(notice, state=Notice.State.SENT, sent_at=at, error="", address="")
    return Notice.State.SENT


def _fail(notice: Notice, error: str, temporary: bool, *, at: datetime) -> Notice.State:
    if temporary and notice.attempts < GIVES_UP_AFTER:
        wait = min(_FIRST_WAIT * 2 ** (notice.attempts - 1), _LONGEST_WAIT)
        _note(notice, due_at=at + wait, error=error[:200])
        return Notice.State.WAITING
    log.warning("notice %s given up after %s attempts: %s", notice.pk, notice.attempts, error)
    _note(notice, state=Notice.State.FAILED, error=error[:200])
    return Notice.State.FAILED


def _note(notice: Notice, **changes) -> None:
    # The attempt's number is the claim: if another relay has it by now, its word counts.
    claimed = Notice.objects.filter(
        pk=notice.pk, attempts=notice.attempts, state=Notice.State.WAITING
    )
    claimed.update(lease_until=None, **changes)


def _message(notice: Notice, at: datetime) -> Message:
    link = settings.SITE_URL.rstrip("/") + notice.link if notice.link else ""
    return Message(
        key=sha256(f"{notice.happening} {notice.reader}".encode()).hexdigest()[:32],
        address=notice.address,
        template=notice.template,
        params=notice.params,
        text=wording.text_for(notice, notice.language),
        link=link,
        language=notice.language,
        at=at,
    )


@cache
def _sender(path: str) -> Sender:
    return import_string(path)()


def retry(*, notice_ids: Iterable[int], by: User, at: datetime) -> int:
    """Let given-up notices be sent again, from the first attempt; return how many there were."""
    with transaction.atomic():
        failed = Notice.objects.select_for_update().filter(
            pk__in=list(notice_ids), state=Notice.State.FAILED
        )
        ids = list(failed.values_list("pk", flat=True))
        Notice.objects.filter(pk__in=ids).update(
            state=Notice.State.WAITING, attempts=0, due_at=at, lease_until=None, error=""
        )
        for pk in ids:
            audit.record(
                actor=by, action=audit.Action.NOTICE_RETRIED, subject=f"notice:{pk}", at=at
            )
    return len(ids)


def forget_addresses(*, before: datetime) -> int:
    """Erase where notices given up before then were to go; return how many. Safe to repeat."""
    given_up = Notice.objects.filter(state=Notice.State.FAILED, posted_at__lt=before)
    return given_up.exclude(address="").update(address="")


@dataclass(frozen=True)
class Lag:
    """How far behind the relay is: seconds since the oldest due notice fell due, and counts."""

    seconds: float
    waiting: int
    failed: int


def lag(*, at: datetime) -> Lag:
    """Return how far behind the relay is. What is put off to later is not late."""
    due = Notice.objects.filter(state=Notice.State.WAITING, due_at__lte=at).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    return Lag(
        seconds=(at - oldest).total_seconds() if oldest else 0.0,
        waiting=due.count() if oldest else 0,
        failed=Notice.objects.filter(state=Notice.State.FAILED).count(),
    )
