"""The people of the tests, and where they stand: the cast plays in the tiny invented district."""

from dataclasses import dataclass

import pytest

from grids.models import Area, Unit
from people.models import Post, User
from people.roles import Role
from tickets.models import EventType

TOWN, OTHER_TOWN = "990101001", "990101101"
VILLAGE, GRID = "990101001001", "990101001001001"
PASSWORD = "a long walk by the creek 1"


@dataclass(frozen=True)
class Spot:
    """A point in the grid where the worker works."""

    lat: float = 25.02
    lng: float = 110.11
    village: str = VILLAGE
    grid: str = GRID
    town: str = TOWN
    prefix: str = "CK"
    # A village that nobody has cut into grids, in another town.
    bare_village: str = "990101101202"


@dataclass(frozen=True)
class Units:
    """The units that matter: three tiers of centres, a department, a centre elsewhere."""

    district: Unit
    town: Unit
    village: Unit
    department: Unit
    other_town: Unit


@dataclass(frozen=True)
class Types:
    """One type for each way through the district."""

    village: EventType
    town: EventType
    department: EventType
    critical: EventType
    restricted: EventType


@dataclass(frozen=True)
class Cast:
    """The demonstration's accounts, as the issue names them; all with PASSWORD."""

    district: User
    supervisor: User
    leader: User
    town: User
    village: User
    worker: User
    department: User
    department_head: User
    outsider: User
    sysadmin: User
    secadmin: User
    auditor: User


@pytest.fixture
def spot() -> Spot:
    return Spot()


@pytest.fixture
def units(tiny) -> Units:
    return find_units()


def find_units() -> Units:
    """Return the tiny district's units that matter."""

    def unit(code: str) -> Unit:
        return Unit.objects.select_related("area").get(code=code)

    return Units(
        district=unit("DC"),
        town=unit(f"TC-{TOWN}"),
        village=unit(f"VC-{VILLAGE}"),
        department=unit("ROADS"),
        other_town=unit(f"TC-{OTHER_TOWN}"),
    )


@pytest.fixture
def types(tiny) -> Types:
    def kind(code: str) -> EventType:
        return EventType.objects.select_related("category").get(code=code)

    return Types(
        village=kind("0102"),
        town=kind("0103"),
        department=kind("0104"),
        critical=kind("0101"),
        restricted=kind("0303"),
    )


@pytest.fixture
def cast(units: Units) -> Cast:
    return make_cast(units)


def make_cast(units: Units) -> Cast:
    """Write everybody and their posts into the tiny district."""
    district = Area.objects.get(code="990101")
    posts: dict[str, tuple[Role, dict]] = {
        "district": (Role.DUTY_OFFICER, {"unit": units.district}),
        "supervisor": (Role.SHIFT_SUPERVISOR, {"unit": units.district}),
        "leader": (Role.LEADER, {"area": district}),
        "town": (Role.DUTY_OFFICER, {"unit": units.town}),
        "village": (Role.DUTY_OFFICER, {"unit": units.village}),
        "worker": (Role.GRID_WORKER, {"area": Area.objects.get(code=GRID)}),
        "department": (Role.HANDLER, {"unit": units.department}),
        "department_head": (Role.UNIT_HEAD, {"unit": units.department}),
        "outsider": (Role.DUTY_OFFICER, {"unit": units.other_town}),
        "sysadmin": (Role.SYSTEM_ADMIN, {"area": district}),
        "secadmin": (Role.SECURITY_ADMIN, {"area": district}),
        "auditor": (Role.AUDITOR, {"area": district}),
    }
    people = {}
    for name, (role, where) in posts.items():
        people[name] = User.objects.create_user(username=name, password=PASSWORD, full_name=name)
        Post.objects.create(user=people[name], role=role, **where)
    return Cast(**people)
