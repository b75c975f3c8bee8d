from datetime import UTC, datetime

import pytest

from grids.models import Area, Unit
from people.models import Post, User
from people.roles import Role

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
PASSWORD = "Copper-Beam-7"


@pytest.fixture
def village(db) -> Area:
    return Area.objects.create(code="990001001001", level="village", kind="community", name="Ash")


@pytest.fixture
def office(village) -> Unit:
    return Unit.objects.create(
        code="ROADS", trade="ROADS", kind="department", name="Roads", area=village
    )


@pytest.fixture
def person(village):
    """Make somebody with a post: person("ann", Role.AUDITOR) or person("bob", role, unit=…)."""

    def make(username: str, role: Role | None = None, **post) -> User:
        user = User.objects.create_user(
            username, password=PASSWORD, full_name=username.title(), language="en"
        )
        if role:
            place = {} if "unit" in post else {"area": village}
            Post.objects.create(user=user, role=role, **place, **post)
        return user

    return make


@pytest.fixture
def sysadmin(person) -> User:
    return person("sysadmin", Role.SYSTEM_ADMIN)


@pytest.fixture
def secadmin(person) -> User:
    return person("secadmin", Role.SECURITY_ADMIN)


@pytest.fixture
def auditor(person) -> User:
    return person("auditor", Role.AUDITOR)


@pytest.fixture
def worker(person) -> User:
    return person("worker", Role.GRID_WORKER)
