"""The ways that the header of every staff page offers: to this person's work, and to nothing shut.

Whatever is added here must open: tests follow every link of every member of the cast.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.landing import sits_in_a_centre, works_in_a_unit
from people.models import User
from people.roles import ADMIN_ROLES, CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, Role
from people.scope import roles_of

# Whose posts show tickets at all; tickets.querysets says which.
_SHOWN_TICKETS = CENTRE_ROLES | HANDLING_ROLES | GRID_ROLES | {Role.LEADER, Role.MEDIATOR}


@dataclass(frozen=True)
class Way:
    """One link of the header: the page's name, what it says, its icon."""

    view: str
    label: str | Promise
    icon: str


def ways_of(user: User) -> list[Way]:
    """Return the links to this person's pages, the one where their work is first."""
    roles = roles_of(user)
    offered = [
        (sits_in_a_centre(user), Way("tickets:console", _("Console"), "layers")),
        (works_in_a_unit(user), Way("tickets:unit", _("Our work"), "users")),
        (bool(roles & GRID_ROLES), Way("tickets:day", _("My day"), "calendar-days")),
        (bool(roles & _SHOWN_TICKETS), Way("tickets:list", _("Tickets"), "list")),
        (bool(roles & _SHOWN_TICKETS), Way("wall:wall", _("Wall"), "monitor")),
        (
            bool(roles & _SHOWN_TICKETS),
            Way("wall:statistics", pgettext_lazy("page", "Figures"), "file-text"),
        ),
        (bool(roles & ADMIN_ROLES), Way("admin:index", _("Administration"), "settings")),
        (Role.SECURITY_ADMIN in roles, Way("tickets:why", _("Who sees what"), "eye")),
        (Role.SYSTEM_ADMIN in roles, Way("operations", _("Running state"), "history")),
        (Role.SYSTEM_ADMIN in roles, Way("wall:devices", _("Wall devices"), "monitor")),
    ]
    return [way for fits, way in offered if fits]
