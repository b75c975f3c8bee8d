"""Who may act where: from a person to areas and units, and from a place to its people.

An area's administrative code is the tree: a post over "500151001" covers every code that
starts with it. A post in a command centre covers the centre's area; a post in a department
covers no area, only what is sent to that department.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from people.models import Post, User
from people.roles import Role


@dataclass(frozen=True)
class Held:
    """One post in force: the role, the area code it covers ("" for a department), the unit."""

    role: Role
    code: str
    unit_id: int | None
    is_centre: bool


def person_of(request: HttpRequest) -> User:
    """Return who is signed in.

    :raises PermissionDenied: if nobody is; the middleware does not let it come to that
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def posts_of(user: User, at: datetime | None = None) -> tuple[Held, ...]:
    """Return the posts this person holds at `at` (now, if not given).

    The answer is kept on the user object, which lives as long as one request: a post that is
    taken away counts from the next request on.
    """
    if not user.is_authenticated or not user.is_active:
        return ()
    day = timezone.localdate(at or timezone.now())
    kept = user.__dict__.setdefault("_posts_held", {})
    if day not in kept:
        posts = Post.objects.held_on(day).filter(user=user).select_related("area", "unit__area")
        kept[day] = tuple(held_of(post) for post in posts.order_by("pk"))
    return kept[day]


def held_of(post: Post) -> Held:
    """Return what this post gives; its area and its unit's area are read."""
    role = Role(post.role)
    if post.unit is None:
        assert post.area is not None  # the database keeps it so
        return Held(role, post.area.code, None, False)
    centre = post.unit.is_centre
    return Held(role, post.unit.area.code if centre else "", post.unit_id, centre)


def areas_of(user: User, roles: Iterable[Role] | None = None) -> list[str]:
    """Return the codes of the areas this person's posts cover, topmost first, no repeats."""
    wanted = None if roles is None else set(roles)
    codes = {
        held.code
        for held in posts_of(user)
        if held.code and (wanted is None or held.role in wanted)
    }
    return sorted(c for c in codes if not any(c != o and c.startswith(o) for o in codes))


def units_of(user: User, roles: Iterable[Role] | None = None) -> set[int]:
    """Return the ids of the units (centres and departments) this person has a post in."""
    wanted = None if roles is None else set(roles)
    return {
        held.unit_id
        for held in posts_of(user)
        if held.unit_id and (wanted is None or held.role in wanted)
    }


def roles_of(user: User) -> set[Role]:
    """Return every role this person holds anywhere."""
    return {held.role for held in posts_of(user)}


def within(codes: Iterable[str], field: str) -> Q:
    """Return a filter for rows whose area code, in `field`, lies under one of these codes."""
    # pk__in=[] matches nothing: no area, no rows.
    inside = Q(pk__in=[])
    for code in codes:
        inside |= Q(**{f"{field}__startswith": code})
    return inside


def holders(
    *,
    at: datetime,
    roles: Iterable[Role],
    unit_id: int | None = None,
    area_code: str | None = None,
) -> QuerySet[User]:
    """Return who holds one of the roles in the unit, or exactly over the area, at `at`.

    A disabled account works nowhere, whatever posts it still has.
    """
    posts = Post.objects.held_on(timezone.localdate(at)).filter(role__in=list(roles))
    if unit_id is not None:
        posts = posts.filter(unit_id=unit_id)
    if area_code is not None:
        posts = posts.filter(area__code=area_code)
    people = User.objects.filter(pk__in=posts.values("user_id"), is_active=True)
    return people.order_by("pk")
