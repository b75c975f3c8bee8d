"""What an administrator must look after: counted, in a sentence, with the list that mends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grids.models import Area, CommandCentre, Department
from notices import outbox
from people import audit, posts
from people.models import AuditEntry, Post, User
from people.roles import Role
from people.scope import roles_of
from tickets.models import CalendarYear, EventType
from tonglianggov import health

# From this month on the next year's holidays are usually announced.
NEXT_YEAR_FROM = 11
LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Care:
    """One line of the dashboard. `weight`: "now" what fails or is missing, "soon" the rest."""

    count: int | str
    words: str | Promise
    url: str
    weight: str = "soon"


def cares_for(user: User, *, at: datetime) -> list[Care]:
    """Return what this administrator can mend or must know, what cannot wait first."""
    roles = roles_of(user)
    parts: list[tuple[Role, Callable[[datetime], Iterator[Care]]]] = [
        (Role.SYSTEM_ADMIN, _running),
        (Role.SYSTEM_ADMIN, _land),
        (Role.SYSTEM_ADMIN, _rules),
        (Role.SECURITY_ADMIN, _posts),
        (Role.AUDITOR, _happenings),
    ]
    found = [care for role, part in parts if role in roles for care in part(at)]
    return sorted((care for care in found if care.count), key=lambda care: care.weight)


def _list(model: str, query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{query}"


def _running(at: datetime) -> Iterator[Care]:
    lag, parts = outbox.lag(at=at), health.state(at=at)
    failed = _list("notices_notice", "state__exact=failed")
    waiting = _list("notices_notice", "state__exact=waiting")
    yield Care(lag.failed, _("Notices were given up: a sender fails."), failed, "now")
    late = lag.waiting if lag.seconds > health.OUTBOX_LATE_AFTER.total_seconds() else 0
    yield Care(late, _("Notices wait longer than they should."), waiting, "now")
    silent = "!" if not parts["worker"]["ok"] else 0
    state = reverse("operations")
    yield Care(silent, _("The worker has not been seen: nothing is sent."), state, "now")
    ill = sum(not part["ok"] for name, part in parts.items() if name not in ("worker", "outbox"))
    yield Care(ill, _("Parts of the platform are not well."), state, "now")


def _land(at: datetime) -> Iterator[Care]:
    day = timezone.localdate(at)
    areas = Area.objects.in_force(day)
    yield Care(
        areas.without_centre(day).count(), _("Areas have no command centre."),
        _list("grids_area", "lacks=centre"), "now",
    )  # fmt: skip
    yield Care(
        areas.without_outline().count(), _("Areas have no outline: the map cannot find them."),
        _list("grids_area", "lacks=outline"),
    )  # fmt: skip
    yield Care(
        areas.redrawn_since(at - LOOKED_BACK).count(), _("Outlines changed in the last 7 days."),
        _list("grids_area", "lacks=redrawn"),
    )  # fmt: skip
    yield from _empty_units(day)


def _rules(at: datetime) -> Iterator[Care]:
    missing = EventType.objects.without_limits().count()
    yield Care(
        missing, _("Types in use have no limit."), _list("tickets_eventtype", "limits=none"), "now"
    )
    today = timezone.localdate(at)
    years = [today.year] + ([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])
    known = {row.year: row for row in CalendarYear.objects.filter(year__in=years)}
    for year in years:
        row = known.get(year)
        if row is None or not row.announced:
            weight = "now" if year == today.year else "soon"
            words = _("The holidays of this year are not entered: deadlines are provisional.")
            yield Care(str(year), words, _form_of(year, row), weight)


def _form_of(year: int, row: CalendarYear | None) -> str:
    """Return where the year is entered, or marked as announced; its days are linked there."""
    if row:
        return reverse("admin:tickets_calendaryear_change", args=[row.pk])
    return f"{reverse('admin:tickets_calendaryear_add')}?year={year}"


def _posts(at: datetime) -> Iterator[Care]:
    day = timezone.localdate(at)
    without = posts.people_without(on=day)
    yield Care(
        without.count(), _("People hold no post: they see nothing."),
        _list("people_user", "posts=none"),
    )  # fmt: skip
    yield Care(
        Post.objects.held_on(day).ending_by(day + timedelta(days=30)).count(),
        _("Posts end within 30 days."), _list("people_post", "in_force=soon"),
    )  # fmt: skip
    idle = Post.objects.filter(user__is_active=False)
    yield Care(
        idle.count(), _("Posts belong to disabled accounts."), _list("people_post", "in_force=idle")
    )
    yield from _empty_units(day)


def _empty_units(day: date) -> Iterator[Care]:
    for model, name, words in (
        (CommandCentre, "grids_commandcentre", _("Command centres have nobody on post.")),
        (Department, "grids_department", _("Departments have nobody on post.")),
    ):
        yield Care(
            model.objects.in_force(day).without_people(day).count(), words,
            _list(name, "people=none"), "now",
        )  # fmt: skip


def _happenings(at: datetime) -> Iterator[Care]:
    since = AuditEntry.objects.filter(at__gte=at - LOOKED_BACK)
    for action, words, weight in (
        (audit.Action.REVEALED_OFTEN, _("Unusually many looks at personal data, 7 days."), "now"),
        (audit.Action.LOCKED_OUT, _("Lock-outs after failed attempts, 7 days."), "now"),
        (audit.Action.REVEALED, _("Looks at personal data, 7 days."), "soon"),
        (audit.Action.SIGHT_EXPLAINED, _("Questions who sees what, 7 days."), "soon"),
    ):
        count = since.filter(action=action).count()
        yield Care(count, words, _list("people_auditentry", f"action={action}"), weight)
