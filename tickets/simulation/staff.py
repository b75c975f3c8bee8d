"""Invented staff: somebody on post in every centre, unit and grid, so that work can be simulated.

Their accounts have no password: nobody can sign in with them.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from grids.models import Area, Unit
from people.models import Post, User
from people.roles import CENTRE_ROLES, Role
from tickets.simulation.script import Script

_BATCH = 400
_IN_A_CENTRE = (Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR)
_IN_A_UNIT = (Role.HANDLER, Role.UNIT_HEAD)


@dataclass(frozen=True)
class Vacancy:
    """A post to be filled by an account of its own, over an area or in a unit (by id)."""

    username: str
    role: Role
    area_id: int | None = None
    unit_id: int | None = None
    full_time: bool = True


def anybody_on_post() -> bool:
    """Whether any centre has somebody who works its queue."""
    today = timezone.localdate()
    posts = Post.objects.held_on(today).filter(role__in=CENTRE_ROLES)
    return posts.filter(unit__kind=Unit.Kind.CENTRE).exists()


@transaction.atomic
def make(script: Script) -> int:
    """Fill every post of the district that is still vacant; return how many people were added.

    In every centre a duty officer and a shift supervisor, in every other unit a handler and its
    head, in every grid a leader; and as many full-time and part-time grid workers as the script
    says. Who holds such a post already counts as one of them.
    """
    wanted = {vacancy.username: vacancy for vacancy in _vacancies(script)}
    there = set(User.objects.values_list("username", flat=True))
    new = [vacancy for name, vacancy in wanted.items() if name not in there]
    # Hashing "no password" is quick, and each gets a string of its own.
    users = User.objects.bulk_create(
        [
            User(
                username=vacancy.username, password=make_password(None), is_demonstration=True,
                full_name=script.name(random.Random(f"name of {vacancy.username}")),
            )
            for vacancy in new
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    Post.objects.bulk_create(
        [
            Post(
                user=user, role=vacancy.role, area_id=vacancy.area_id, unit_id=vacancy.unit_id,
                full_time=vacancy.full_time,
            )
            for user, vacancy in zip(users, new, strict=True)
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    return len(new)


def _vacancies(script: Script) -> Iterator[Vacancy]:
    today = timezone.localdate()
    for pk, code, tier in Unit.objects.in_force(today).values_list("pk", "code", "tier"):
        roles = (
            (Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR) if tier else (Role.HANDLER, Role.UNIT_HEAD)
        )
        for role in roles:
            yield Vacancy(f"{role}-{code}".lower(), role, unit_id=pk)
    areas = Area.objects.in_force(today).defer("boundary").order_by("code")
    grids = list(areas.filter(level=Area.Level.GRID))
    villages = list(areas.filter(level=Area.Level.VILLAGE))
    for grid in grids:
        yield Vacancy(f"leader-{grid.code}", Role.GRID_LEADER, area_id=grid.pk)
    yield from _workers("worker", grids or villages, script.full_time, full_time=True)
    yield from _workers("helper", list(_hands(villages, grids)), script.part_time, full_time=False)


def _hands(villages: Iterable[Area], grids: Sequence[Area]) -> Iterator[Area]:
    """Where part-time workers stand: the grids of a village that has any, else the village."""
    for village in villages:
        inside = [grid for grid in grids if grid.code.startswith(village.code)]
        if not inside:
            yield village
        for grid in inside:
            # Where a pack says nothing about its grids, they share the village's people.
            grid.population = grid.population or village.population // len(inside)
            yield grid


def _workers(name: str, areas: Sequence[Area], count: int, *, full_time: bool) -> Iterator[Vacancy]:
    if not areas:
        return
    others = Post.objects.filter(role=Role.GRID_WORKER, full_time=full_time).exclude(
        user__username__startswith=f"{name}-"
    )
    taken = list(others.values_list("area_id", flat=True))
    for area, share in zip(areas, shares([a.population for a in areas], count), strict=True):
        for place in range(1, share - taken.count(area.pk) + 1):
            yield Vacancy(
                f"{name}-{area.code}-{place:02d}", Role.GRID_WORKER, area_id=area.pk,
                full_time=full_time,
            )  # fmt: skip


def shares(weights: Sequence[int], count: int) -> list[int]:
    """Return how `count` people are shared out by weight, one to each first if there are enough.

    The remainders go to the largest, the earlier first: the sum is exactly `count`.
    """
    if not weights or count <= 0:
        return [0] * len(weights)
    least = 1 if count >= len(weights) else 0
    rest, whole = count - least * len(weights), sum(weights)
    exact = [rest * w / whole if whole else rest / len(weights) for w in weights]
    given = [int(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (given[i] - exact[i], i))
    for i in by_remainder[: rest - sum(given)]:
        given[i] += 1
    return [least + part for part in given]
