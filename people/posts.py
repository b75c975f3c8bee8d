"""Giving, changing and taking posts: what decides all rights."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit, sessions
from people.models import Post, User
from people.roles import ADMIN_ROLES


class PostRefused(Exception):
    """The post cannot be given or changed; the message says why."""


@transaction.atomic
def save(*, post: Post, by: User | None, at: datetime) -> Post:
    """Give the post, or change it if it exists. The person signs in again with their new rights.

    :param by: the security administrator; None from the server's own shell
    :raises PostRefused: to oneself, or two of the three administrators in one hand
    """
    # The lock: two posts given at once must not pass the check on each other's absence.
    User.objects.select_for_update().get(pk=post.user_id)
    check(post=post, by=by, at=at)
    action = audit.Action.POST_CHANGED if post.pk else audit.Action.POST_GIVEN
    post.save()
    _note(post, action, by, at)
    return post


@transaction.atomic
def take(*, post: Post, by: User | None, at: datetime) -> None:
    """Take the post away; it counts from the person's next click on."""
    _note(post, audit.Action.POST_TAKEN, by, at)
    post.delete()


def check(*, post: Post, by: User | None, at: datetime) -> None:
    """Check that this person may give or change the post as it is now.

    :raises PostRefused: to oneself, or two of the three administrators in one hand
    """
    if by is not None and post.user_id == by.pk:
        raise PostRefused(_("Nobody may give a post to themself: somebody else must do it."))
    if post.role in ADMIN_ROLES:
        _keep_apart(post, at)


def _keep_apart(post: Post, at: datetime) -> None:
    others = Post.objects.filter(user_id=post.user_id, role__in=ADMIN_ROLES).exclude(role=post.role)
    today = timezone.localdate(at)
    if any(other.ends is None or other.ends >= today for other in others.exclude(pk=post.pk)):
        raise PostRefused(
            _("System, security and audit administration must be in different hands.")
        )


def people_without(*, on: date) -> QuerySet[User]:
    """Return the active accounts that hold no post on this day: they see nothing."""
    return User.objects.filter(is_active=True).exclude(
        pk__in=Post.objects.held_on(on).values("user")
    )


def _note(post: Post, action: str, by: User | None, at: datetime) -> None:
    place = post.area.code if post.area else post.unit.area.code if post.unit else ""
    audit.record(
        actor=by, action=action, subject=f"user:{post.user_id}", at=at, area_code=place,
        data={
            "post": post.pk, "role": str(post.role),
            "area": post.area.code if post.area else "",
            "unit": post.unit.code if post.unit else "",
            "from": post.starts.isoformat() if post.starts else "",
            "to": post.ends.isoformat() if post.ends else "",
        },
    )  # fmt: skip
    sessions.end_sessions(post.user, by=by, at=at)
