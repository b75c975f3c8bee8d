"""Who has a ticket open now, so that two do not write the same thing.

Rows with a short life that a page renews; when it stops they are gone, and nothing remembers them:
this is no register of who worked when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from people.models import User
from tickets import latest
from tickets.models import Presence, Ticket

# A page beats every 15 seconds; whoever missed two is gone.
BEAT_EVERY = timedelta(seconds=15)
LIVES = timedelta(seconds=40)


@dataclass(frozen=True)
class Other:
    """Somebody else at the same ticket: by post and unit, never by name."""

    who: str
    doing: str

    @property
    def sentence(self) -> str:
        return f"{self.who}: {Presence.Doing(self.doing).label}"


def beat(ticket: Ticket, user: User, *, doing: str, at: datetime) -> None:
    """This person (still) has the ticket open, or is writing."""
    Presence.objects.update_or_create(
        ticket=ticket, user=user, defaults={"doing": doing, "beat_at": at}
    )


def leave(ticket: Ticket, user: User) -> None:
    """This person has left the ticket."""
    Presence.objects.filter(ticket=ticket, user=user).delete()


def others(ticket: Ticket, user: User, *, at: datetime) -> list[Other]:
    """Return who else is at the ticket now; those who write stand first."""
    here = Presence.objects.filter(ticket=ticket, beat_at__gt=at - LIVES).exclude(user=user)
    found = [
        Other(latest.post_of(one.user, at=at), one.doing) for one in here.select_related("user")
    ]
    return sorted(found, key=lambda one: (one.doing != Presence.Doing.EDITING, one.who))


def forget(*, at: datetime) -> int:
    """Delete the rows of those who are gone; return how many. Safe to repeat."""
    return Presence.objects.filter(beat_at__lte=at - LIVES).delete()[0]
