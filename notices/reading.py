"""A person's inbox: what is in it, and marking it read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from notices import wording
from notices.models import Notice
from people.models import User

PAGE = 30
_MOST_COUNTED = 99


def inbox_of(user: User | AnonymousUser) -> QuerySet[Notice]:
    """Return the notices in this person's inbox; nobody else's are ever in it."""
    if not isinstance(user, User):
        return Notice.objects.none()
    return Notice.objects.filter(user=user, channel=Notice.Channel.INBOX)


@dataclass(frozen=True)
class Line:
    """One notice as its reader sees it."""

    notice: Notice
    text: str


@dataclass(frozen=True)
class Page:
    """Newest first; `older` is the place after the last one, "" at the end."""

    lines: list[Line]
    older: str

    @property
    def older_quoted(self) -> str:
        """The place as it goes into an address."""
        return quote(self.older)


def page(user: User, *, language: str, after: str = "") -> Page:
    """Return a page of the inbox, from the newest or from after a place that `older` gave.

    A place that cannot be read is the beginning.
    """
    notices = inbox_of(user)
    if place := _read_place(after):
        at, pk = place
        notices = notices.filter(Q(posted_at__lt=at) | Q(posted_at=at, pk__lt=pk))
    found = list(notices.order_by("-posted_at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    older = f"{shown[-1].posted_at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    return Page([Line(n, wording.text_for(n, language)) for n in shown], older)


def _read_place(text: str) -> tuple[datetime, int] | None:
    moment, _, pk = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        # Years that no database reckons with.
        at = at.astimezone(UTC) if at.tzinfo else at
        number = int(pk)
    except (ValueError, OverflowError):
        return None
    return (at, number) if at.tzinfo and 0 <= number < 2**63 else None


def mark_read(user: User, *, notice_id: int, at: datetime) -> Notice | None:
    """Mark one notice of this person's inbox read and return it; None if it is not theirs."""
    notice = inbox_of(user).filter(pk=notice_id).first()
    if notice and notice.read_at is None:
        inbox_of(user).filter(pk=notice_id, read_at=None).update(read_at=at)
    return notice


def mark_all_read(user: User, *, at: datetime, up_to: datetime) -> int:
    """Mark read what was posted up to this time: what came meanwhile stays unread."""
    return inbox_of(user).filter(read_at=None, posted_at__lte=up_to).update(read_at=at)


def unread_label(user: User | AnonymousUser) -> str:
    """Return how many notices are unread, "" for none and "99+" beyond."""
    # Counting stops early: the label needs no more.
    some = inbox_of(user).filter(read_at=None).values("pk")[: _MOST_COUNTED + 1]
    count = some.count() if isinstance(user, User) else 0
    return f"{_MOST_COUNTED}+" if count > _MOST_COUNTED else str(count or "")
