"""The demonstration's accounts that everybody may use: one for each kind of work."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from grids import organisation
from grids.models import Area, Unit
from people.models import Post, User
from people.roles import Role
from tickets.simulation.script import BadScript, Script


class NotADemonstration(Exception):
    """Accounts with a password that everybody knows are refused here; the message says why."""


@transaction.atomic
def make(script: Script) -> list[User]:
    """Bring up the script's accounts with their posts; the second time nothing changes.

    :raises NotADemonstration: outside demonstration mode
    :raises BadScript: if a post names a place, unit or role that does not exist
    """
    if not settings.DEMONSTRATION or settings.PRODUCTION:
        raise NotADemonstration(
            _("Accounts with a known password exist in demonstration mode only: DEMONSTRATION=1.")
        )
    names = [values["username"] for values in script.accounts]
    there = {user.username: user for user in User.objects.filter(username__in=names)}
    # One slow hash for all: everybody knows the password, and the next start must be quick.
    hashed = next((user.password for user in there.values() if user.is_demonstration), "")
    if not check_password(script.password, hashed):
        hashed = make_password(script.password)
    return [_account(values, there.get(values["username"]), hashed) for values in script.accounts]


def _account(values: Mapping[str, Any], user: User | None, hashed: str) -> User:
    username = values["username"]
    if user is not None and not user.is_demonstration:
        raise BadScript(
            _("There is an account “%s” already that is not for demonstration.") % username
        )
    if user is None:
        user = User(
            username=username, full_name=values["full_name"], is_demonstration=True,
            language=values.get("language", "zh-hans"),
        )  # fmt: skip
    if user.password != hashed:
        user.password = hashed
        user.save()
    for post in values["posts"]:
        area, unit = _where(post, username)
        Post.objects.get_or_create(user=user, role=Role(post["role"]), area=area, unit=unit)
    return user


def _where(post: Mapping[str, Any], username: str) -> tuple[Area | None, Unit | None]:
    """Return the area, or the unit, that a post in the script names.

    {"area": code}, {"grid_of": village code} for its first grid, {"centre": area code},
    {"unit": trade, "at": area code}.
    """
    area = unit = None
    if "centre" in post:
        unit = organisation.centre_of(post["centre"])
    elif "unit" in post:
        unit = organisation.unit_for(post["unit"], post["at"])
    elif "grid_of" in post:
        area = Area.objects.children_of(post["grid_of"]).order_by("code").first()
    else:
        area = Area.objects.filter(code=post["area"]).first()
    if area is None and unit is None:
        raise BadScript(
            _("The post of “%(name)s” names nothing that exists: %(post)s.")
            % {"name": username, "post": dict(post)}
        )
    return area, unit
