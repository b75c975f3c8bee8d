"""Who made the last move on a ticket: by their post and unit, what, and when.

For whoever comes too late: the answer names who was faster.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Post, User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, HEAD_ROLES, Role
from tickets import history
from tickets.models import TicketEvent
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

    @property
    def sentence(self) -> str:
        return _("%(who)s was faster: “%(done)s” at %(time)s.") % {
            "who": self.who,
            "done": self.what,
            "time": f"{timezone.localtime(self.at):%H:%M}",
        }


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
