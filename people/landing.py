"""Where somebody starts after signing in, and what lies under their thumb."""

from people.models import User
from people.roles import ADMIN_ROLES, CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, Role
from people.scope import posts_of, roles_of


def home_of(user: User) -> str:
    """Return the name of the page that this person's posts make their first."""
    roles = roles_of(user)
    if sits_in_a_centre(user):
        return "tickets:console"
    if works_in_a_unit(user):
        return "tickets:unit"
    if roles & GRID_ROLES:
        return "tickets:day"
    if Role.LEADER in roles:
        return "wall:wall"
    if roles & ADMIN_ROLES:
        return "admin:index"
    if roles & (CENTRE_ROLES | HANDLING_ROLES | {Role.MEDIATOR}):
        # Over an area, without a desk of their own.
        return "tickets:list"
    return "people:me"


def sits_in_a_centre(user: User) -> bool:
    """Whether this person works the queue of a command centre."""
    return any(held.is_centre and held.role in CENTRE_ROLES for held in posts_of(user))


def works_in_a_unit(user: User) -> bool:
    """Whether a unit's work is this person's: a department's, or a centre's own."""
    return any(held.unit_id and held.role in HANDLING_ROLES for held in posts_of(user))


def on_rounds(user: User) -> bool:
    """Whether this person works in a grid, phone in hand, and sits in no centre."""
    return bool(roles_of(user) & GRID_ROLES) and not sits_in_a_centre(user)
