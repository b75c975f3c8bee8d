"""Why somebody sees a ticket or an area, or not: each post asked alone at the very same door.

Says which door a post opens or why it stays shut; never what the ticket is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.models import Area, lineage
from people.models import Post, User
from people.scope import held_of
from tickets.models import Ticket
from tickets.querysets import Sight, sight_through


class Reason(models.TextChoices):
    """What opens a post's door, or keeps it shut."""

    AREA = "area", _("The place lies in the area of this post.")
    CENTRE = "centre", _("This centre decides on the ticket.")
    HANDLER = "handler", _("This unit handles the ticket.")
    HELPER = "helper", _("This unit helps with the ticket.")
    PART = "part", _("The post covers a part of this area.")
    DISABLED = "disabled", _("The account is disabled.")
    NOT_YET = "not_yet", _("The post has not begun.")
    ENDED = "ended", _("The post has ended.")
    ROLE = "role", _("This role shows no tickets.")
    RESTRICTED = "restricted", _("Restricted: being in the area is not enough.")
    ELSEWHERE = "elsewhere", _("The place lies outside, and the unit has no part in it.")
    OUTSIDE = "outside", _("The area lies outside the area of this post.")
    NO_AREA = "no_area", _("A department covers no area: it sees what it is sent.")


OPENING = frozenset(
    {Reason.AREA, Reason.CENTRE, Reason.HANDLER, Reason.HELPER, Reason.PART},
)


@dataclass(frozen=True)
class Verdict:
    """One post and what it does for the question."""

    post: Post
    reason: Reason

    @property
    def opens(self) -> bool:
        return self.reason in OPENING


@dataclass(frozen=True)
class Watcher:
    """Somebody who sees it, and through which of their posts."""

    person: User
    verdicts: list[Verdict]


def of_ticket(user: User, ticket: Ticket, *, at: datetime) -> list[Verdict]:
    """Return what each of this person's posts does for the ticket, in the order they were given."""
    return [Verdict(post, _about_ticket(post, ticket, at)) for post in _all_posts_of(user)]


def of_area(user: User, area: Area, *, at: datetime) -> list[Verdict]:
    """Return what each of this person's posts shows of what is reported in the area."""
    return [Verdict(post, _about_area(post, area, at)) for post in _all_posts_of(user)]


def watchers_of_ticket(ticket: Ticket, *, at: datetime) -> list[Watcher]:
    """Return everybody who sees this ticket at `at`, with the posts that open it."""
    codes = lineage(ticket.area_code)
    units = {ticket.centre_id, ticket.handler_id, *ticket.helpers.values_list("pk", flat=True)}
    posts = _in_force(at).filter(_over(codes) | Q(unit__in=units - {None}))
    known: dict[Sight, Reason] = {}
    return _gathered(Verdict(post, _through(sight_of_post(post), ticket, known)) for post in posts)


def watchers_of_area(area: Area, *, at: datetime) -> list[Watcher]:
    """Return everybody who sees what is reported in the whole area at `at`."""
    posts = _in_force(at).filter(_over(lineage(area.code)))
    return _gathered(Verdict(post, _about_area(post, area, at)) for post in posts)


def sight_of_post(post: Post) -> Sight:
    """Return what this post shows while it is in force."""
    return sight_through(held_of(post))


def _all_posts_of(user: User) -> Iterable[Post]:
    posts = Post.objects.filter(user=user).select_related("user", "area", "unit__area")
    return posts.defer("area__boundary", "unit__area__boundary").order_by("pk")


def _in_force(at: datetime) -> models.QuerySet[Post]:
    posts = Post.objects.held_on(timezone.localdate(at))
    posts = posts.select_related("user", "area", "unit__area")
    return posts.defer("area__boundary", "unit__area__boundary").order_by("user", "pk")


def _over(codes: list[str]) -> Q:
    return Q(area__code__in=codes) | Q(unit__area__code__in=codes) & ~Q(unit__tier="")


def _asleep(post: Post, at: datetime) -> Reason | None:
    day = timezone.localdate(at)
    if not post.user.is_active:
        return Reason.DISABLED
    if post.starts and post.starts > day:
        return Reason.NOT_YET
    return Reason.ENDED if post.ends and post.ends < day else None


def _about_ticket(post: Post, ticket: Ticket, at: datetime) -> Reason:
    return _asleep(post, at) or _through(sight_of_post(post), ticket, {})


def _through(sight: Sight, ticket: Ticket, known: dict[Sight, Reason]) -> Reason:
    """Ask the door of the lists for each part of the post's sight."""
    if sight not in known:
        known[sight] = _asked(sight, ticket)
    return known[sight]


def _asked(sight: Sight, ticket: Ticket) -> Reason:
    if not sight:
        return Reason.ROLE
    this = Ticket.objects.filter(pk=ticket.pk)
    nothing = Sight((), frozenset(), frozenset())
    if this.in_sight(replace(nothing, centres=sight.centres)).exists():
        return Reason.CENTRE
    if this.in_sight(replace(nothing, units=sight.units)).exists():
        return Reason.HANDLER if ticket.handler_id in sight.units else Reason.HELPER
    if this.in_sight(replace(nothing, areas=sight.areas)).exists():
        return Reason.AREA
    inside = any(ticket.area_code.startswith(code) for code in sight.areas)
    return Reason.RESTRICTED if inside and ticket.restricted else Reason.ELSEWHERE


def _about_area(post: Post, area: Area, at: datetime) -> Reason:
    if asleep := _asleep(post, at):
        return asleep
    sight = sight_of_post(post)
    if not sight:
        return Reason.ROLE
    if not sight.areas:
        return Reason.NO_AREA
    if any(area.code.startswith(code) for code in sight.areas):
        return Reason.AREA
    part = any(code.startswith(area.code) for code in sight.areas)
    return Reason.PART if part else Reason.OUTSIDE


def _gathered(verdicts: Iterable[Verdict]) -> list[Watcher]:
    people: dict[int, Watcher] = {}
    for verdict in verdicts:
        if verdict.opens:
            person = verdict.post.user
            people.setdefault(person.pk, Watcher(person, [])).verdicts.append(verdict)
    return list(people.values())
