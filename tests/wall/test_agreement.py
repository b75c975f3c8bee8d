"""The wall, the figures and the lists behind them give one answer, whoever asks.

For the district, a town, a village, a department and a leader: with reports that were reopened and
answered again in another month, passed up, handed on, helped with, restricted, taken back.
"""

from datetime import date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import User
from tickets import lifecycle, statistics
from tickets.models import Ticket
from wall import queries
from wall.figures import addresses
from wall.figures.periods import Kind, Period, holding
from wall.figures.reach import reach_of
from wall.figures.sheet import Asked, Sheet, sheet_of
from wall.scope import scope_of
from wall.views import behind

# A Wednesday in office hours; the wall's month is March.
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FEBRUARY = NOON - 10 * DAY
MARCH = holding(Kind.MONTH, date(2026, 3, 1))
TODAY = holding(Kind.DAY, date(2026, 3, 4))
ELSEWHERE = {"lat": 25.08, "lng": 110.01}
ALL = ("leader", "district", "town", "village", "outsider", "department")


@pytest.fixture
def answer(cast):
    """Bring a ticket in somebody's hands to its answer, and rate it if stars are given."""

    def go(ticket: Ticket, by: User, at: datetime, stars: int | None = None) -> Ticket:
        pk = ticket.pk
        ticket.refresh_from_db()
        # What was reopened is at work already.
        if ticket.state == "dispatched":
            lifecycle.sign(ticket_id=pk, by=by, at=at)
            lifecycle.start(ticket_id=pk, by=by, at=at)
        lifecycle.resolve(ticket_id=pk, by=by, at=at, words="处理了", evidence="照片在现场")
        lifecycle.feed_back(ticket_id=pk, by=cast.district, at=at, words="已处理")
        if stars:
            lifecycle.rate(ticket_id=pk, at=at, stars=stars, solved=stars > 2)
        return ticket

    return go


@pytest.fixture
def reopened(answer, cast):
    """Not solved when it was first answered: reopened some days later by the centre."""

    def go(ticket: Ticket, by: User, at: datetime, again: datetime) -> Ticket:
        answer(ticket, by, at, stars=1)
        request = ticket.requests.get(state="open")
        lifecycle.decide(request_id=request.pk, by=cast.district, at=again, grant=True, words="是")
        return ticket

    return go


@pytest.fixture
def a_month(report, answer, reopened, cast, types, units) -> None:
    def road(at: datetime, **more) -> Ticket:
        return report(event_type=types.department, words="路灯不亮", at=at, **more)

    def village(at: datetime) -> Ticket:
        return report(event_type=types.village, at=at)

    roads = cast.department
    # Answered again in March, not yet rated again: February's rating is no longer the last word.
    answer(reopened(road(FEBRUARY), roads, FEBRUARY, NOON - DAY), roads, NOON - MINUTE)
    answer(reopened(village(FEBRUARY), cast.village, FEBRUARY, NOON - DAY), cast.village, NOON, 5)
    # Reopened in March and not answered again: its answer is February's, and it is at work.
    reopened(road(FEBRUARY), roads, FEBRUARY, NOON - DAY)
    answer(road(NOON - DAY), roads, NOON - MINUTE, stars=4)
    answer(road(NOON - DAY), roads, NOON - MINUTE, stars=2)
    answer(village(NOON), cast.village, NOON)
    # The department helps the village with one, and had another until it was given away.
    lifecycle.dispatch(
        ticket_id=village(NOON).pk, unit=units.village, helpers=[units.department],
        by=cast.district, at=NOON,
    )  # fmt: skip
    lifecycle.dispatch(ticket_id=road(NOON).pk, unit=units.district, by=cast.district, at=NOON)
    road(NOON, **ELSEWHERE)
    report(event_type=types.restricted, at=NOON)
    report(words="说不清", at=NOON)
    statistics.refresh(at=timezone.now())


def sheet(user: User, period: Period) -> Sheet:
    reach = reach_of(user)
    return sheet_of(Asked(reach, reach.narrowed(""), period, addresses.By.AREA, NOON))


def test_wall_figures_and_rows_agree(a_month, cast, rf):
    for name in ALL:
        user = getattr(cast, name)
        assert told_by_wall(user) == told_by_figures(user), name
        assert behind_the_wall(user, rf) == {k: told_by_wall(user)[k] for k in BEHIND}, name
        # And the list of the desk, to which the figures lead.
        for period in (MARCH, TODAY):
            shown = sheet(user, period)
            assert listed(user, shown) == shown.counts["reported"], name


def told_by_wall(user: User) -> dict[str, int]:
    found = {key: f.value for key, f in queries.figures(scope_of(user), NOON).items()}
    told = {key: found[key] for key in ("received", "closed", "at_work")}
    told |= {key: found["satisfaction"][key] for key in ("answered", "rated", "satisfied")}
    return told | {
        "of_month": found["on_the_spot"]["closed"],
        "spot": found["on_the_spot"]["village"],
    }


def told_by_figures(user: User) -> dict[str, int]:
    day, month = sheet(user, TODAY), sheet(user, MARCH)
    told = {"received": day.counts["reported"], "closed": day.counts["closed"]}
    told |= {key: month.counts[key] for key in ("answered", "rated", "satisfied")}
    told |= {"of_month": month.counts["closed"], "spot": month.counts["on_the_spot"]}
    return told | {"at_work": month.left.work}


# What is told, and the figure whose rows are so many.
BEHIND = {
    "received": "received", "closed": "closed", "at_work": "at_work", "answered": "satisfaction",
    "of_month": "on_the_spot",
}  # fmt: skip


def behind_the_wall(user: User, rf) -> dict[str, int]:
    request = rf.get("/")
    request.user, request.session = user, {}
    heard: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wall.views.timezone.now", lambda: NOON)
        patch.setattr("wall.views.render", lambda _r, _t, page: heard.append(len(page["rows"])))
        for figure in BEHIND.values():
            behind(request, figure)
    return dict(zip(BEHIND, heard, strict=True))


def listed(user: User, shown: Sheet) -> int:
    client = Client()
    client.force_login(user)
    asked = parse_qs(addresses.list_query(shown))
    rows = client.get(reverse("tickets:list"), asked).context["rows"]
    # Restricted reports are in no figures.
    return sum(1 for row in rows if not row.ticket.restricted)


def test_what_was_answered_again_counts_once_and_with_the_last_rating(a_month, cast):
    found = {name: queries.figures(scope_of(getattr(cast, name)), NOON) for name in ALL}
    answered = {name: figures["satisfaction"].value for name, figures in found.items()}

    # Of the department: one answered again, two more; the first is no longer rated.
    assert {key: answered["department"][key] for key in ("answered", "rated", "satisfied")} == {
        "answered": 3, "rated": 2, "satisfied": 1,
    }  # fmt: skip
    assert answered["leader"]["answered"] == 5
    february = sheet(cast.leader, holding(Kind.MONTH, FEBRUARY.date())).counts
    assert (february["answered"], february["rated"], february["satisfied"]) == (1, 1, 0)
