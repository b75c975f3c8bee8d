"""The columns that the database builds are the dots that Python makes."""

import json
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grids.models import Area
from tickets import dots, dots_sql
from tickets.models import EventType, Ticket
from tickets.states import AT_WORK, ENDED, STAGE_OF, Stage, State

NOON = datetime(2026, 3, 2, 12, 0, 0, 999_600, tzinfo=ZoneInfo("Asia/Shanghai"))


def as_dots(text: str) -> list[dict]:
    """Read the columns as a screen does."""
    columns = json.loads(text)
    types = columns.pop("types")
    assert tuple(columns) == dots_sql.COLUMNS
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    dots = [read(row | {"type": types.get(str(row["type"]), "")}) for row in rows]
    # The database is spared the sorting.
    return sorted(dots, key=lambda dot: dot["id"])


def read(row: dict) -> dict:
    version, look = divmod(row["look"], dots_sql.VERSION)
    stage, paused, star = look // 4, look // 2 % 2 == 1, look % 2 == 1
    done = stage >= dots_sql.DONE
    stands = done or paused
    return {
        "id": row["id"],
        "lat": row["lat"] / 10_000,
        "lng": row["lng"] / 10_000,
        "stage": list(Stage)[stage].value,
        "still": "blue" if done else "grey" if paused else "",
        "star": star and not done,
        "area": row["area"],
        "type": row["type"],
        "version": version,
        "turns": None if stands else [row[name] for name in ("yellow", "orange", "red")],
    }


def made_in_python(visitor: bool) -> list[dict]:
    return [
        {key: value for key, value in dot.items() if key not in ("number", "light")}
        | {"still": "" if dot["turns"] else dot["light"]}
        for dot in dots.dots_of(Ticket.objects.all(), NOON, visitor=visitor)
    ]


def test_done_is_what_nobody_works_at():
    assert {state for state in State if list(Stage).index(STAGE_OF[state]) < dots_sql.DONE} == (
        AT_WORK
    )


def made_up(dice: random.Random, units) -> Ticket:
    """Return a ticket of any kind, as the database allows it."""
    villages = list(Area.objects.filter(level="village"))
    village = dice.choice(villages)
    grid = dice.choice([None, *Area.objects.filter(level="grid", code__startswith=village.code)])
    state = dice.choice([state for state in State if state != State.MERGED])
    moments = [dice.choice([None, NOON + timedelta(seconds=dice.random() * 1e6)]) for _ in range(3)]
    return Ticket(
        key=dice.randbytes(16).hex(), fingerprint="", code=f"{dice.getrandbits(40):010X}",
        village=village, grid=grid, area_code=(grid or village).code, state=state,
        lat=dice.choice([25.00005, 25.03015, dice.uniform(-90, 90)]),
        lng=dice.choice([110.00005, 110.12345, dice.uniform(-180, 180)]),
        exact=dice.random() < 0.6, restricted=dice.random() < 0.1,
        event_type=dice.choice([None, *EventType.objects.all()]),
        centre=units.district, handler=units.department, reported_at=NOON,
        ended_at=NOON if state in ENDED else None,
        supervision=dice.choice(["", "key"]), climbs=dice.choice([0, 0, 2]),
        version=dice.randrange(9), paused_until=dice.choice([None, None, NOON]),
        yellow_at=moments[0], orange_at=moments[1], red_at=moments[2],
    )  # fmt: skip


@pytest.mark.parametrize("visitor", [False, True])
def test_the_database_builds_the_very_dots(units, visitor):
    dice = random.Random(20260302)
    Ticket.objects.bulk_create([made_up(dice, units) for _ in range(300)])

    built = as_dots(dots_sql.columns_of(Ticket.objects.all(), visitor=visitor))

    assert built == made_in_python(visitor)
    assert len({dot["stage"] for dot in built}) == 5


def test_an_area_without_a_point_is_shown_about_a_kilometre_coarse(units):
    dice = random.Random(1)
    Area.objects.update(lat=None, lng=None)
    Ticket.objects.bulk_create([made_up(dice, units) for _ in range(60)])

    built = as_dots(dots_sql.columns_of(Ticket.objects.all(), visitor=True))

    assert built == made_in_python(True)
    assert all(round(dot["lat"], 2) == dot["lat"] for dot in built)


def test_no_dots_are_empty_columns(units):
    assert as_dots(dots_sql.columns_of(Ticket.objects.all())) == []


def test_the_columns_take_two_queries(units, django_assert_num_queries):
    with django_assert_num_queries(2):
        dots_sql.columns_of(Ticket.objects.all())
