"""The composite score: rates weighted together, with the sum beside it; of areas and units only."""

import csv
import io
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from people.models import User
from tests.land import EAST_CREEK
from tickets import statistics
from tickets.forms.settings import LimitsForm, entry_names
from tickets.models import Limits
from tickets.statistics import By, score_of
from wall.figures.periods import Kind, holding
from wall.figures.reach import reach_of
from wall.figures.scored import scored
from wall.figures.sheet import Asked, Sheet, sheet_of

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WEIGHTS = {"response": 20, "solved": 40, "satisfaction": 40}
COUNTS = Counter(
    response_due=10, responded=9, rated=8, solved=6, satisfied=7, due=5, on_time=1, reported=10
)


def test_each_rate_counts_by_its_weight():
    assert score_of(COUNTS, WEIGHTS).value == pytest.approx(0.2 * 90 + 0.4 * 75 + 0.4 * 87.5)
    assert score_of(COUNTS, {"on_time": 100}).value == pytest.approx(20)


def test_without_one_of_its_rates_there_is_no_score_and_it_says_which():
    with translation.override("en"):
        found = scored(Counter(response_due=1, responded=1), WEIGHTS)

        assert (found.value, found.text) == (None, "–")
        assert "Solved rate, Satisfaction rate" in found.lacks
    # A rate that weighs nothing is not missed.
    assert score_of(Counter(due=2, on_time=1), {"on_time": 100, "solved": 0}).value == 50
    assert score_of(Counter(), {}).value is None


def test_the_sum_is_told_in_words_and_beside_the_period_before():
    past = COUNTS + Counter(rated=8, solved=8)
    with translation.override("en"):
        found = scored(COUNTS, WEIGHTS, past)

        assert found.arithmetic == (
            "Response rate 90.0% × 0.2 + Solved rate 75.0% × 0.4 + Satisfaction rate 87.5% × 0.4"
            " = 83.0"
        )
    assert (found.past_text, found.change_text, found.mood) == ("70.5", "+12.5", "better")


def sheet(user: User, by: By) -> Sheet:
    statistics.refresh(at=timezone.now())
    reach, march = reach_of(user), holding(Kind.MONTH, date(2026, 3, 1))
    return sheet_of(Asked(reach, reach.narrowed(""), march, by, NOON))


def test_areas_and_units_have_one_and_types_have_none(through, cast, units):
    through(NOON, stars=5)
    through(NOON, stars=2, solved=False)

    by_area, by_unit = sheet(cast.leader, By.AREA), sheet(cast.leader, By.UNIT)

    assert by_area.score.value == pytest.approx(0.2 * 100 + 0.4 * 50 + 0.4 * 50)
    assert {row.code: row.score.text for row in by_area.rows}[EAST_CREEK] == "60.0"
    assert {row.code: row.score.text for row in by_unit.rows}[units.village.code] == "60.0"
    assert {row.score for row in sheet(cast.leader, By.TYPE).rows} == {None}


def test_page_paper_and_file_show_it_with_its_sum(through, cast):
    through(NOON, stars=5)
    statistics.refresh(at=timezone.now())
    User.objects.filter(pk=cast.leader.pk).update(language="en")
    client = Client()
    client.force_login(User.objects.get(pk=cast.leader.pk))
    asked = {"day": "2026-03-04"}

    for name in ("statistics", "brief", "monthly"):
        page = client.get(reverse(f"wall:{name}"), asked).text
        assert "Satisfaction rate 100.0% × 0.4 = 100.0" in page
    file = client.get(reverse("wall:statistics_csv"), asked).getvalue().decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(file)) if row}
    assert rows["Composite score"] == ["Composite score", "100.0", "", "", ""]
    assert rows["East Creek Subdistrict"][-1] == "100.0"


def test_the_system_administrator_sets_weights_that_add_up(cast):
    limits = Limits.current()
    form = LimitsForm(instance=limits)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}

    assert {f"score_{key}" for key in statistics.WEIGHED} <= set(entry_names())
    wrong = LimitsForm(data | {"score_solved": 39}, instance=limits)
    right = LimitsForm(data | {"score_solved": 30, "score_on_time": 10}, instance=limits)
    assert not wrong.is_valid()
    assert right.is_valid(), right.errors
    assert right.save().score == {
        "response": 20, "on_time": 10, "solved": 30, "satisfaction": 40, "finished": 0
    }  # fmt: skip
