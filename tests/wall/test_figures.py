"""The figures as pages: whose they are, what they mean, how they are asked, files and papers."""

import csv
import io
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from grids.models import Area, Unit
from people.models import AuditEntry, Post, User
from people.roles import Role
from tests.land import DISTRICT, EAST_CREEK, WEST_HILL, WILLOW_BRIDGE
from tickets import lifecycle, statistics
from tickets.models import EventType, Ticket
from tickets.statistics import By
from wall import queries
from wall.figures import exports
from wall.figures.periods import Kind, Period, holding
from wall.figures.reach import reach_of
from wall.figures.sheet import Asked, Sheet, sheet_of
from wall.scope import scope_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Wednesday in office hours.
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = {"lat": 25.08, "lng": 110.01}
MARCH = holding(Kind.MONTH, date(2026, 3, 1))
HERE = "wall:statistics"


def sheet(user: User, *, area: str = "", by: By = By.AREA, period: Period = MARCH, **more) -> Sheet:
    statistics.refresh(at=timezone.now())
    reach = reach_of(user)
    at = more.pop("at", NOON)
    return sheet_of(Asked(reach, reach.narrowed(area), period, by, at, **more))


def client_of(user: User, language: str = "en") -> Client:
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def get(user: User, name: str = HERE, language: str = "en", **asked: str):
    statistics.refresh(at=timezone.now())
    return client_of(user, language).get(reverse(name), asked)


# --- What they mean ------------------------------------------------------------------------------


def test_the_wall_and_the_figures_agree(through, report, cast, types):
    for stars in (5, 3, 2, None):
        through(NOON, stars=stars)
    through(NOON - 10 * DAY, stars=1)
    passed_up = through(NOON)
    lifecycle.archive(ticket_id=passed_up.pk, by=cast.village, at=NOON)
    report(event_type=types.town, at=NOON)
    today = holding(Kind.DAY, date(2026, 3, 4))

    for user in (cast.leader, cast.district, cast.town, cast.village, cast.outsider):
        wall = {k: f.value for k, f in queries.figures(scope_of(user), NOON).items()}
        month, day = sheet(user).counts, sheet(user, period=today).counts
        spot = wall["on_the_spot"]

        assert (day["reported"], day["closed"]) == (wall["received"], wall["closed"])
        assert {k: month[k] for k in ("answered", "rated", "satisfied")} == {
            k: wall["satisfaction"][k] for k in ("answered", "rated", "satisfied")
        }
        assert (month["closed"], month["on_the_spot"]) == (spot["closed"], spot["village"])
        assert sheet(user).left.work == wall["at_work"]


def test_who_has_not_rated_counts_as_not_rated_also_when_the_time_for_it_is_over(through, cast):
    through(NOON, stars=5)
    for _n in range(3):
        through(NOON)
    lifecycle.sweep(at=NOON + 9 * DAY)

    found = sheet(cast.leader, at=NOON + 9 * DAY)
    rates = {item.key: item.fraction for item in found.rates}

    assert found.counts["closed"] == 4
    assert (rates["satisfaction"], rates["rated"], rates["solved"]) == ("1/1", "1/4", "1/1")


def test_a_day_is_shown_as_it_was_known_then(through, report, cast):
    rated_later = through(NOON)
    lifecycle.rate(ticket_id=rated_later.pk, at=NOON + 2 * DAY, stars=1, solved=True)
    late = NOON + 3 * DAY

    then = sheet(cast.leader, as_of=date(2026, 3, 4), at=late)
    now = sheet(cast.leader, at=late)

    assert (then.counts["rated"], then.counts["closed"], then.counts["answered"]) == (0, 0, 1)
    assert (now.counts["rated"], now.counts["closed"], now.counts["answered"]) == (1, 1, 1)


def test_what_is_late_and_not_done_is_late_although_nobody_touched_it(report, cast, types):
    report(event_type=types.village, at=NOON)
    lifecycle.sweep(at=NOON + 20 * DAY)

    found = sheet(cast.leader, at=NOON + 20 * DAY)

    assert (found.counts["due"], found.counts["on_time"], found.left) == (1, 0, (1, 1))
    assert (found.counts["response_due"], found.counts["responded"]) == (1, 0)


def test_whoever_is_a_little_late_is_late_before_any_sweep_says_so(report, cast, types):
    ticket = report(event_type=types.village, at=NOON)
    by, after = cast.village, ticket.resolve_by + timedelta(seconds=20)
    lifecycle.sign(ticket_id=ticket.pk, by=by, at=NOON)
    lifecycle.start(ticket_id=ticket.pk, by=by, at=NOON)
    lifecycle.resolve(ticket_id=ticket.pk, by=by, at=after, words="清理了", evidence="现场")

    found = sheet(cast.leader, at=after)

    assert (found.counts["due"], found.counts["on_time"], found.left) == (1, 0, (0, 0))


def test_what_was_found_and_settled_is_closed_and_flatters_no_rate(cast, types, spot):
    lifecycle.settle_on_the_spot(
        key=uuid4(), event_type=types.village, by=cast.worker, at=NOON, area_code=spot.grid
    )

    counts = sheet(cast.leader).counts

    assert {name: counts[name] for name in counts if counts[name]} == {
        "reported": 1, "filed": 1, "finished": 1, "closed": 1, "on_the_spot": 1, "work_in": 2,
        "work_out": 2,
    }  # fmt: skip


def test_what_was_taken_back_never_was(report, cast, types):
    ticket = report(words="说不清的事", at=NOON)
    waiting = sheet(cast.leader).counts
    lifecycle.accept(ticket_id=ticket.pk, by=cast.village, at=NOON, event_type=types.village)
    accepted = sheet(cast.leader).counts
    lifecycle.undo(ticket_id=ticket.pk, by=cast.village, at=NOON + timedelta(seconds=5))

    assert accepted["responded"] == 1
    assert sheet(cast.leader).counts == waiting
    assert sheet(cast.leader, by=By.TYPE).rows[0].code == ""


# --- Whose they are ------------------------------------------------------------------------------


def test_everybody_gets_what_their_posts_cover(report, cast, types):
    report(event_type=types.village, at=NOON)
    report(event_type=types.department, at=NOON)
    report(event_type=types.village, at=NOON, **ELSEWHERE)

    counted = {
        name: sheet(getattr(cast, name)).counts["reported"]
        for name in ("leader", "district", "town", "village", "worker", "outsider", "department")
    }

    assert counted == {
        "leader": 3, "district": 3, "town": 2, "village": 2, "worker": 2, "outsider": 1,
        "department": 1,
    }  # fmt: skip


def test_nobody_asks_about_an_area_that_is_not_theirs(cast):
    answers = {area: get(cast.town, area=area).status_code for area in (EAST_CREEK, WEST_HILL)}

    assert answers == {EAST_CREEK: 200, WEST_HILL: 404}
    with pytest.raises(Http404):
        reach_of(cast.town).narrowed(DISTRICT)


def test_an_area_is_told_by_its_parts_and_by_units_and_types(report, cast, types):
    report(event_type=types.village, at=NOON)
    report(event_type=types.department, at=NOON)
    report(event_type=types.village, at=NOON, **ELSEWHERE)

    rows = {by: [(r.code, r.counts["reported"]) for r in sheet(cast.leader, by=by).rows]
            for by in (By.AREA, By.UNIT, By.TYPE)}  # fmt: skip

    assert rows[By.AREA] == [(EAST_CREEK, 2), (WEST_HILL, 1)]
    assert dict(rows[By.UNIT])["ROADS"] == 1
    assert rows[By.TYPE] == [("0102", 2), ("0104", 1)]


@pytest.mark.parametrize(
    ("restricted", "said"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5 or a few more"), (8, "5 or a few more")],
)
def test_restricted_reports_are_only_a_round_number_of_all(report, cast, types, restricted, said):
    report(event_type=types.village, at=NOON)
    for _n in range(restricted):
        report(event_type=types.restricted, at=NOON)

    with translation.override("en"):
        whole = sheet(cast.leader)
        part, kinds = sheet(cast.leader, area=EAST_CREEK), sheet(cast.leader, by=By.TYPE)
        village = sheet(cast.village)

    assert (whole.counts["reported"], whole.restricted) == (1, said)
    assert (part.restricted, village.restricted) == ("", "")
    assert "0303" not in {row.code for row in kinds.rows}
    assert sum(row.counts["reported"] for row in kinds.rows) == 1


def test_a_restricted_type_cannot_be_asked_for(report, cast, types):
    report(event_type=types.restricted, at=NOON)

    page = get(cast.leader, type="0303", day="2026-03-04")

    assert page.context["form"].errors.keys() == {"type"}
    assert page.context["sheet"].type == ""


# --- The page ------------------------------------------------------------------------------------


def test_the_page_asks_and_answers_without_scripts(through, cast):
    through(NOON, stars=5)

    page = get(cast.leader, day="2026-03-04", period="month")
    text = page.content.decode()

    assert page.status_code == 200
    for said in ("100.0%", "1/1", "East Creek", "Response rate", "What this means", "<svg"):
        assert said in text
    # One level down, and to the reports themselves through the list's own door.
    assert f"?day=2026-03-04&amp;period=month&amp;area={EAST_CREEK}" in text
    assert f"area={EAST_CREEK}&amp;since=2026-03-01&amp;until=2026-03-31" in text


def test_the_list_shows_the_reports_that_the_figures_count(through, report, cast, types):
    inside = through(NOON)
    report(event_type=types.department, at=NOON)
    report(event_type=types.village, at=NOON - 10 * DAY)

    asked = {"queue": "all", "type": "0102", "since": "2026-03-01", "until": "2026-03-31"}
    page = client_of(cast.leader).get(reverse("tickets:list"), asked)

    assert [row.ticket.pk for row in page.context["rows"]] == [inside.pk]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"period": "range", "since": "2026-03-01"}, "until"),
        ({"period": "range", "since": "2026-03-09", "until": "2026-03-01"}, "until"),
        ({"period": "range", "since": "2009-03-09", "until": "2026-03-01"}, "until"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "2099-12-31"}, "day"),
        ({"day": "yesterday"}, "day"),
        ({"day": "2026-03-04", "as_of": "2026-02-01"}, "as_of"),
        ({"area": "Everywhere"}, "area"),
        ({"area": "<script>"}, "area"),
        ({"unit": "NOBODY"}, "unit"),
        ({"unit": "\0"}, "unit"),
        ({"by": "person"}, "by"),
        ({"period": "century"}, "period"),
        ({"type": "9999"}, "type"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_typed_is_lost(cast, asked, field):
    page = get(cast.leader, **asked)

    assert page.status_code == 200
    assert set(page.context["form"].errors) == {field}
    assert page.context["form"].data[field if field in asked else "since"]


def test_a_period_that_is_not_over_is_compared_with_as_many_days():
    running = MARCH.cut(date(2026, 3, 4))

    assert MARCH.before().as_long_as(running) == Period(Kind.MONTH, *february(1, 5))
    assert holding(Kind.QUARTER, date(2026, 12, 31)).until == date(2027, 1, 1)
    assert holding(Kind.WEEK, date(2026, 3, 4)).since == date(2026, 3, 2)


def february(first: int, until: int) -> tuple[date, date]:
    return date(2026, 2, first), date(2026, 2, until)


def test_more_reports_need_no_more_queries(report, cast, types, clock_stands):
    asked = {}
    for wanted in (1, 12):
        while Ticket.objects.count() < wanted:
            kind = EventType.objects.filter(restricted=False)[Ticket.objects.count() % 5]
            report(event_type=kind, at=NOON, **(ELSEWHERE if wanted % 2 else {}))
        statistics.refresh(at=timezone.now())
        client = client_of(cast.leader)
        for by in By.AREA, By.UNIT, By.TYPE:
            client.get(reverse(HERE), {"day": "2026-03-04", "by": by.value})
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(reverse(HERE), {"day": "2026-03-04", "by": by.value})
            asked.setdefault(by, []).append(len(seen))

    assert all(few == many for few, many in asked.values()), asked


# --- Files ---------------------------------------------------------------------------------------


@pytest.fixture
def dangerous(through, cast):
    """An area that a spreadsheet would reckon with."""
    Area.objects.filter(code=EAST_CREEK).update(name="=1+1|危险", name_en='@SUM(1)"')
    Unit.objects.filter(code=f"VC-{WILLOW_BRIDGE}").update(name="-2+3", name_en="+cmd")
    through(NOON, stars=5)
    User.objects.filter(pk=cast.leader.pk).update(full_name="=HYPERLINK(1)")
    return User.objects.get(pk=cast.leader.pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_workbook_holds_everything_and_no_formula(dangerous, language):
    answer = get(dangerous, "wall:statistics_xlsx", language, day="2026-03-04")
    book = load_workbook(io.BytesIO(answer.getvalue()))
    cells = [cell for leaf in book for row in leaf.iter_rows() for cell in row]
    texts = [str(cell.value) for cell in cells if cell.value is not None]

    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert not [text for text in texts if text.startswith(("=", "+", "@"))]
    assert len(book.sheetnames) == 5
    with translation.override(language):
        for said in (statistics.RATES["response"].label, statistics.RATES["rated"].means):
            assert str(said) in texts
        watermark = exports.taken_by(dangerous, timezone.now())[:12]
    assert any(text.startswith(watermark) for text in texts)
    assert book.worksheets[-1].oddHeader.right.text
    by_area = [[cell.value for cell in row] for row in book.worksheets[-1].iter_rows()]
    assert [row[1:3] for row in by_area[1:]] == [[EAST_CREEK, 1], [WEST_HILL, 0]]


def test_the_csv_opens_in_a_spreadsheet_and_reckons_nothing(dangerous):
    answer = get(dangerous, "wall:statistics_csv", by="unit", day="2026-03-04")
    content = answer.getvalue()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))

    assert content.startswith("\ufeff".encode())
    assert not [text for row in rows for text in row if text.startswith(("=", "+", "@", "-"))]
    assert ["'+cmd", f"VC-{WILLOW_BRIDGE}"] in [row[:2] for row in rows]


def test_whoever_takes_figures_along_is_recorded(cast):
    get(cast.leader, "wall:statistics_csv", day="2026-03-04").getvalue()

    entry = AuditEntry.objects.order_by("-pk")[0]

    assert (entry.action, entry.actor, entry.data["since"]) == (
        "figures_exported", cast.leader, "2026-03-01"
    )  # fmt: skip


def test_somebody_with_two_posts_is_told_both_together(report, cast, types, units):
    for place in ({}, ELSEWHERE):
        report(event_type=types.village, at=NOON, **place)
    Post.objects.create(user=cast.town, role=Role.DUTY_OFFICER, unit=units.other_town)
    both = User.objects.get(pk=cast.town.pk)

    found = sheet(both)

    assert found.counts["reported"] == 2
    assert found.restricted == "" or reach_of(both).areas == (EAST_CREEK, WEST_HILL)
