"""The daily brief and the monthly report, printed and pressed."""

import io
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from people.models import AuditEntry, User
from tests.land import EAST_CREEK, WEST_HILL
from tests.patience import PATIENCE
from tickets import lifecycle, statistics
from tickets.models import Ticket
from wall.figures import attention, papers, pdf, press
from wall.figures.reach import reach_of
from wall.figures.sheet import Row

NOON = datetime(2026, 3, 4, 11, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def get(user: User, name: str, language: str = "zh-hans", **asked: str):
    statistics.refresh(at=timezone.now())
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(reverse(f"wall:{name}"), asked)


@pytest.fixture
def busy(report, types):
    for _n in range(3):
        report(event_type=types.village, at=NOON, is_demonstration=True)
    lifecycle.sweep(at=NOON + timedelta(days=20))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["brief", "monthly"])
def test_a_paper_says_whose_it_is_of_when_and_who_took_it(busy, cast, name, language):
    page = get(cast.leader, name, language, day="2026-03-04")
    text = page.content.decode()

    with translation.override(language):
        title = translation.gettext({"brief": "Daily brief", "monthly": "Monthly report"}[name])
        watermark = translation.gettext("Exported by %(name)s on %(when)s").split("%")[0]
    assert page.status_code == 200
    assert page.context["sheet"].counts["reported"] == 3
    for said in (title, watermark, "leader", "<svg"):
        assert said in text


def test_a_paper_does_not_change_after_its_day(busy, cast):
    reach, day = reach_of(cast.leader), date(2026, 3, 4)
    statistics.refresh(at=timezone.now())
    before = papers.brief(reach, reach.areas, day, NOON + timedelta(days=1)).sheet
    ticket = Ticket.objects.order_by("pk")[0]
    lifecycle.withdraw(ticket_id=ticket.pk, at=NOON + timedelta(days=21))
    statistics.refresh(at=timezone.now())

    after = papers.brief(reach, reach.areas, day, NOON + timedelta(days=40)).sheet

    assert (before.counts, before.left) == (after.counts, after.left)
    assert (after.counts["withdrawn"], after.left.work) == (0, 3)


def test_nobody_gets_the_paper_of_an_area_that_is_not_theirs(cast):
    names = ("brief", "brief_pdf", "monthly", "monthly_pdf")

    assert {get(cast.town, name, area=WEST_HILL).status_code for name in names} == {404}
    assert get(cast.town, "brief", area=EAST_CREEK).status_code == 200


@pytest.mark.parametrize("day", ["", "0001-01-01", "2099-12-31", "yesterday", "\0"])
def test_a_day_that_makes_no_sense_is_today(cast, day):
    page = get(cast.leader, "brief", day=day)

    assert page.context["sheet"].asked.period.since == timezone.localdate()


@pytest.mark.slow
def test_the_pressed_paper_reads_as_the_page(busy, cast, monkeypatch):
    # A machine that runs other tests too may press for longer than somebody would wait.
    monkeypatch.setattr(pdf, "_SECONDS", 4 * PATIENCE)
    answer = get(cast.leader, "monthly_pdf", day="2026-03-04")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    with translation.override("zh-hans"):
        title = translation.gettext("Monthly report")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert title in text
    assert "leader" in text
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == (595, 842)
    assert AuditEntry.objects.filter(action="figures_exported", subject="figures:monthly").exists()


@pytest.mark.slow
def test_the_press_fetches_nothing(tmp_path):
    """Neither from the network nor from this machine's own disk."""
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">SECRET</text></svg>')
    page = {
        "html": f'<p>open</p><img src="file://{secret}"><img src="http://127.0.0.1:9/x.png">',
        "css": [f"@import url(file://{secret});"],
    }
    done = subprocess.run(
        [sys.executable, "-m", press.__name__], input=json.dumps(page).encode(), check=False,
        capture_output=True, cwd=settings.ROOT,
    )  # fmt: skip
    text = PdfReader(io.BytesIO(done.stdout)).pages[0].extract_text()

    assert ("open" in text, "SECRET" in text, done.returncode) == (True, False, 0)


@pytest.mark.parametrize("code", [press.NO_PANGO, press.NO_FONT, 1, -9])
def test_where_it_cannot_be_pressed_the_page_says_so(cast, monkeypatch, code):
    def broken(*args, **kwargs):
        return subprocess.CompletedProcess(args, code, stdout=b"", stderr=b"")

    monkeypatch.setattr("wall.figures.pdf.subprocess.run", broken)

    page = get(cast.leader, "brief_pdf", "en")

    assert page.status_code == 503
    assert "printed from the browser" in page.content.decode()


def test_a_press_that_takes_too_long_is_stopped(cast, monkeypatch):
    monkeypatch.setattr(pdf, "_SECONDS", 0.001)

    page = get(cast.leader, "brief_pdf", "en")

    assert (page.status_code, "took too long" in page.content.decode()) == (503, True)


def test_what_needs_attention_is_about_units_and_areas():
    def row(code: str, *, late: int = 0, **counts: int) -> Row:
        left = statistics.LeftOver(late, late)
        return Row(code, f"the {code}", statistics.Counts(counts), [], left)

    with translation.override("en"):
        said = attention.of(
            statistics.Counts(due=20, on_time=18, answered=20, rated=8, satisfied=6),
            statistics.LeftOver(9, 3),
            areas=[row("east", due=10, on_time=6), row("west", due=10, on_time=10)],
            units=[row("roads", late=2), row("parks", late=1), row("fire")],
            types=[row("light", reported=6), row("noise", reported=7)],
            types_before={"noise": statistics.Counts(reported=6)},
            target=95,
        )

    assert said == [
        "3 matters are past their promise and not done.",
        "Most of them lie with the roads (2), the parks (1).",
        "Satisfaction is 75.0%, below the target of 95 %.",
        "Only 40.0% of those who were answered have rated.",
        "the east is on time in 60.0% of its matters, all together in 90.0%.",
        "“the light” was reported 6 times, before that 0 times.",
    ]
