"""Who made the last move on a ticket: by their post and unit, what, and how long ago.

For whoever comes too late: the answer names who was faster, as far as their door lets them see.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import Post, User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, HEAD_ROLES, Role
from tickets import history
from tickets.models import Ticket, TicketEvent
from tickets.states import Hat

# As whom somebody acted, and the roles that make one that.
_ROLES_OF: dict[str, frozenset[Role]] = {
    Hat.CENTRE: CENTRE_ROLES,
    Hat.SUPERVISOR: frozenset({Role.SHIFT_SUPERVISOR}),
    Hat.HANDLER: HANDLING_ROLES | GRID_ROLES,
    Hat.HEAD: HEAD_ROLES,
    Hat.HELPER: HANDLING_ROLES,
}


@dataclass(frozen=True)
class Latest:
    """The last move: `who` is a post and its unit or area, never a person's name."""

    who: str
    what: str
    at: datetime
    by_id: int | None

    def sentence(self, *, at: datetime) -> str:
        """Return who was faster, with what, and how long before `at`."""
        return _("%(who)s was faster: “%(done)s”, %(ago)s.") % {
            "who": self.who,
            "done": self.what,
            "ago": ago(self.at, at=at),
        }

    def plain(self, *, at: datetime) -> dict[str, Any]:
        """Return the same for a script or another system."""
        return {
            "who": self.who,
            "what": self.what,
            "at": self.at.isoformat(),
            "seconds": seconds_between(self.at, at),
            "sentence": self.sentence(at=at),
        }


def seconds_between(then: datetime, at: datetime) -> int:
    """Return the whole seconds from `then` to `at`; 0 if another process's clock is ahead."""
    return max(0, int((at - then).total_seconds()))


def ago(then: datetime, *, at: datetime) -> str:
    """Return how long before `at` that was: seconds and minutes; from an hour on, when it was."""
    seconds = seconds_between(then, at)
    if seconds < 60:
        return ngettext("%(n)d second ago", "%(n)d seconds ago", seconds) % {"n": seconds}
    if seconds < 3_600:
        minutes = seconds // 60
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    local = timezone.localtime(then)
    same_day = local.date() == timezone.localtime(at).date()
    time = f"{local:%H:%M}" if same_day else f"{local:%Y-%m-%d %H:%M}"
    return _("at %(time)s") % {"time": time}


def faster(user: User, ticket_id: int) -> Latest | None:
    """Return the last move if somebody else made it and the ticket lies behind this door still.

    Out of their sight nothing is told of it, also not who took it there.
    """
    if not Ticket.objects.visible_to(user).filter(pk=ticket_id).exists():
        return None
    last = of(ticket_id)
    return last if last and last.by_id != user.pk else None


def of(ticket_id: int) -> Latest | None:
    """Return the ticket's last move; None if nobody has made one."""
    moved = TicketEvent.objects.filter(ticket=ticket_id, kind=TicketEvent.Kind.MOVED)
    event = moved.select_related("by").order_by("-pk").first()
    if event is None:
        return None
    what = history.done(event.move)
    if event.by is None:
        return Latest(history.line(event).who, what, event.at, None)
    roles = _ROLES_OF.get(event.hat, frozenset())
    return Latest(post_of(event.by, at=event.at, roles=roles), what, event.at, event.by_id)


def post_of(user: User, *, at: datetime, roles: frozenset[Role] = frozenset()) -> str:
    """Return somebody's post in words, e.g. "Duty officer, Willow Bridge Centre".

    Of several the first whose role is one of `roles`, else the first; without any, "a colleague".
    """
    held = Post.objects.held_on(timezone.localdate(at)).filter(user=user)
    posts = list(held.select_related("unit", "area").order_by("pk"))
    if not posts:
        return _("a colleague")
    post = next((one for one in posts if one.role in roles), posts[0])
    place = post.unit or post.area
    return _("%(role)s, %(place)s") % {
        "role": Role(post.role).label,
        "place": place.shown_name if place else "",
    }
