"""What every page may know of the reader's posts."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES
from people.scope import roles_of


def posts(request: HttpRequest) -> dict[str, object]:
    """Give templates `on_rounds`: whether the reader works in the grid, phone in hand. Lazy."""
    return {"on_rounds": SimpleLazyObject(lambda: _on_rounds(getattr(request, "user", None)))}


def _on_rounds(user: object) -> bool:
    if not isinstance(user, User):
        return False
    roles = roles_of(user)
    return bool(roles & GRID_ROLES) and not roles & CENTRE_ROLES
