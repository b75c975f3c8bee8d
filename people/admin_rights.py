"""Who may do what in Django's admin: posts decide, not flags, groups or permissions.

Three administrators with separate work (domain 2.15): one configures and makes accounts, one gives
posts, one reads the logs. A model's admin takes the mixin that fits it, first in its bases.
"""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from people.admin_fields import StandsAnything
from people.models import User
from people.roles import ADMIN_ROLES, Role
from people.scope import roles_of

NOBODY: frozenset[Role] = frozenset()


def may_enter(user: User | AnonymousUser) -> bool:
    """Tell whether this person is one of the administrators: they alone enter the admin."""
    return isinstance(user, User) and bool(roles_of(user) & ADMIN_ROLES)


class RightsByPost(StandsAnything):
    """A ModelAdmin mixin: `readers` may look, `writers` may add, change and (if said) delete."""

    readers: ClassVar[frozenset[Role]] = NOBODY
    writers: ClassVar[frozenset[Role]] = NOBODY
    may_delete: ClassVar[bool] = True

    def _holds(self, request: HttpRequest, roles: frozenset[Role]) -> bool:
        return isinstance(request.user, User) and bool(roles_of(request.user) & roles)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.readers | self.writers)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self._holds(request, self.readers | self.writers)

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return self._holds(request, self.writers)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self._holds(request, self.writers)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.may_delete and self._holds(request, self.writers)


class SystemAdminOnly(RightsByPost):
    """What the system administrator configures; the security administrator may look."""

    readers = frozenset({Role.SECURITY_ADMIN})
    writers = frozenset({Role.SYSTEM_ADMIN})


class SecurityAdminOnly(RightsByPost):
    """What only the security administrator does: giving and taking posts."""

    writers = frozenset({Role.SECURITY_ADMIN})


class AuditorReads(RightsByPost):
    """What only the auditor looks at and nobody changes here."""

    readers = frozenset({Role.AUDITOR})
    may_delete = False
