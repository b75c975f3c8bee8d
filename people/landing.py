"""Where somebody starts after signing in, and what lies under their thumb."""

from people.models import User
from people.roles import ADMIN_ROLES, CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, Role
from people.scope import roles_of


def home_of(user: User) -> str:
    """Return the name of the page that this person's posts make their first."""
    roles = roles_of(user)
    if roles & CENTRE_ROLES:
        return "tickets:list"
    if roles & HANDLING_ROLES:
        return "tickets:unit"
    if roles & GRID_ROLES:
        return "tickets:day"
    if Role.LEADER in roles:
        return "wall:wall"
    if roles & ADMIN_ROLES:
        return "admin:index"
    return "people:me"


def on_rounds(user: User) -> bool:
    """Whether this person works in a grid, phone in hand, and sits in no centre."""
    roles = roles_of(user)
    return bool(roles & GRID_ROLES) and not roles & CENTRE_ROLES
