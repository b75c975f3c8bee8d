"""The figures beside a plain recount, over random histories, today and as known on past days."""

import random
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.doors import undone
from tests.land import DISTRICT, TINY, load_tiny
from tests.tickets.archive import INVENTED
from tests.tickets.figures.recount import recount
from tickets import statistics
from tickets.models import DayFigures, DirtyDay, Ticket, TicketEvent
from tickets.simulation import staff
from tickets.simulation.character import Temper
from tickets.simulation.course import Course
from tickets.simulation.desk import Desk
from tickets.simulation.messages import read
from tickets.simulation.replaying import Replay, grouped
from tickets.simulation.script import of_the_district
from tickets.simulation.spreading import Spread
from tickets.statistics import By, Question
from tickets.statistics.spans import midnight

# What thirty histories must at least hold, for the comparison to mean something.
MUST_OCCUR = {
    "reported", "filed", "finished", "response_due", "responded", "received", "sign_due", "signed",
    "due", "on_time", "resolved", "minutes", "answered", "rated", "satisfied", "closed", "work_in",
    "work_out", "late_in", "climbed",
}  # fmt: skip
DAY = timedelta(days=1)
TEMPERS = [
    Temper(),
    Temper(late_accept=0.4, late_sign=0.4, late_resolve=0.5, unhappy=0.6, returned=0.5),
]


@pytest.fixture(scope="module", params=TEMPERS, ids=["calm", "troubled"])
def once(request, django_db_setup, django_db_blocker):
    """Thirty reports and all that follows, made once; each test is rolled back to it."""
    with django_db_blocker.unblock(), undone():
        yield live(request.param)


@pytest.fixture
def lived(once, db) -> tuple[datetime, datetime]:
    """The first and the last moment of what happened; the figures are reckoned."""
    statistics.refresh(at=timezone.now(), seconds=300)
    return once


def live(temper: Temper) -> tuple[datetime, datetime]:
    load_tiny()
    staff.make(of_the_district(TINY))
    sent = read(INVENTED)[0][:30]
    replay = Replay(
        seed="figures", shift=timedelta(), spread=Spread.over_the_district(), temper=temper
    )  # fmt: skip
    course = Course(desk=Desk(timezone.now()), script=of_the_district(TINY))
    until = sent[-1].sent_at + timedelta(days=60)
    for group in grouped([replay.report(message) for message in sent]):
        course.play(group, until=until)
    lines = TicketEvent.objects.order_by("at").values_list("at", flat=True)
    return lines[0], lines[len(lines) - 1]


def everything(**given) -> Question:
    first = TicketEvent.objects.order_by("at").values_list("at", flat=True)[0]
    usual = {"since": timezone.localdate(first), "until": timezone.localdate() + DAY}
    return Question(**usual | {"areas": (DISTRICT,)} | given)


def of_area(code: str) -> list[Ticket]:
    return list(Ticket.objects.filter(area_code__startswith=code))


@pytest.mark.django_db
@pytest.mark.slow
def test_the_figures_are_what_a_recount_gives(lived):
    chance, (first, last) = random.Random(7), lived
    days = (timezone.localdate(last) - timezone.localdate(first)).days + 2

    for _turn in range(12):
        since = timezone.localdate(first) + chance.randrange(days) * DAY
        until = since + chance.randrange(1, days) * DAY
        known = None if chance.random() < 0.4 else midnight(since + chance.randrange(days) * DAY)
        code = chance.choice([DISTRICT, *Ticket.objects.values_list("area_code", flat=True)[:3]])
        code = code[: chance.choice([6, 9, 12])]
        question = Question(since, until, areas=(code,), until_known=known)
        end = min(until, timezone.localdate(known)) if known else until

        assert statistics.total(question) == recount(of_area(code), since, end, known), question
    assert set(statistics.total(everything())) >= MUST_OCCUR


@pytest.mark.django_db
@pytest.mark.slow
def test_every_way_of_asking_adds_up_to_the_same(lived):
    known = midnight(timezone.localdate(lived[0]) + 9 * DAY)
    for until_known in (None, known):
        question = everything(until_known=until_known)
        whole = statistics.total(question)
        hidden = whole.pop("restricted", 0)

        for by in (By.UNIT, By.TYPE, By.DAY, By.WEEK, By.MONTH, By.AREA):
            rows = statistics.ask(everything(by=by, until_known=until_known))
            together = sum(rows.values(), start=type(whole)())
            together.pop("restricted", None)
            assert together == whole, by
        assert (
            hidden
            == recount(of_area(DISTRICT), question.since, question.until, None).get("restricted", 0)
            or until_known
        )


@pytest.mark.django_db
@pytest.mark.slow
def test_what_the_summary_does_not_hold_is_reckoned_alike(lived):
    code = Ticket.objects.values_list("area_code", flat=True)[0]
    for kind, counts in statistics.ask(everything(areas=(code[:9],), by=By.TYPE)).items():
        villages = statistics.ask(everything(areas=(code[:9],), by=By.AREA, type=kind))
        if kind:
            assert sum(villages.values(), start=type(counts)()) == counts


@pytest.mark.django_db
@pytest.mark.slow
def test_only_the_days_of_what_moved_are_reckoned_again(lived):
    before = list(DayFigures.objects.order_by("pk").values_list("pk", flat=True))

    again = statistics.refresh(at=timezone.now() + timedelta(hours=1), seconds=300)
    after = list(DayFigures.objects.order_by("pk").values_list("pk", flat=True))

    assert (again > 0, DirtyDay.objects.count(), after) == (True, 0, before)
    assert statistics.refresh(at=timezone.now() + timedelta(hours=1, seconds=30)) == 0


@pytest.mark.django_db
@pytest.mark.slow
def test_spoilt_rows_heal_with_their_day(lived):
    whole = statistics.total(everything())
    DayFigures.objects.filter(area=DISTRICT).update(reported=7)
    DayFigures.objects.filter(grain="cell")[0].delete()

    statistics.reckon_everything(at=timezone.now())
    statistics.refresh(at=timezone.now(), seconds=300)

    assert statistics.total(everything()) == whole
