"""Which guide is whose, and whether its tour is wanted on this page."""

from django.http import HttpRequest

from people.landing import home_of, sits_in_a_centre, works_in_a_unit
from people.models import User
from people.roles import GRID_ROLES, Role
from people.scope import roles_of
from tonglianggov.guide import administration, desks, outside
from tonglianggov.guide.shape import Guide

GUIDES = {
    guide.slug: guide
    for guide in (
        outside.RESIDENT,
        outside.WORKER,
        desks.DEPARTMENT,
        desks.CENTRE,
        desks.LEADER,
        administration.SYSTEM_ADMIN,
        administration.SECURITY_ADMIN,
        administration.AUDITOR,
    )
}


def guide_of(user: User) -> Guide | None:
    """Return the guide to where this person lands; None for somebody without a post."""
    roles = roles_of(user)
    if sits_in_a_centre(user):
        return desks.CENTRE
    if works_in_a_unit(user):
        return desks.DEPARTMENT
    if roles & GRID_ROLES:
        return outside.WORKER
    if Role.LEADER in roles:
        return desks.LEADER
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        if role in roles:
            return GUIDES[role]
    return None


def tour_for(request: HttpRequest) -> Guide | None:
    """Return the guide whose tour this page shows: asked for with ?tour, on the person's home."""
    user, match = getattr(request, "user", None), request.resolver_match
    if "tour" not in request.GET or not isinstance(user, User) or match is None:
        return None
    return guide_of(user) if match.view_name == home_of(user) else None
