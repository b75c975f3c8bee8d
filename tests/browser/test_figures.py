"""The figures in a real browser: charts beside tables, by keyboard, on paper, without scripts."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from people.models import User
from tests.land import EAST_CREEK
from tickets import lifecycle, statistics

OFTEN = {"width": 1366, "height": 768}


@pytest.fixture
def busy(live, cast, types, spot):
    """A few days of reports, one of them answered and rated, all counted."""
    for days in (0, 1, 2, 3):
        at = timezone.now() - timedelta(days=days)
        ticket = lifecycle.report(
            key=uuid4(), words="路边有垃圾", lat=spot.lat, lng=spot.lng, at=at,
            event_type=types.village,
        )  # fmt: skip
    pk, by, at = ticket.pk, cast.village, timezone.now() - timedelta(days=2)
    lifecycle.sign(ticket_id=pk, by=by, at=at)
    lifecycle.start(ticket_id=pk, by=by, at=at)
    lifecycle.resolve(ticket_id=pk, by=by, at=at, words="清理了", evidence="现场")
    lifecycle.feed_back(ticket_id=pk, by=by, at=at, words="已清理")
    lifecycle.rate(ticket_id=pk, at=at, stars=4, solved=True)
    statistics.refresh(at=timezone.now())
    return live


@pytest.fixture
def look(busy, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of the figures; whatever the console complains about fails the test."""
    contexts, complaints = [], []

    def open_page(user: User, path: str = "/figures/", *, language: str = "zh-hans", **given):
        User.objects.filter(pk=user.pk).update(language=language)
        context = browser.new_context(**{"viewport": OFTEN, "locale": "zh-CN"} | given)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": busy.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        page.goto(f"{busy.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def overflow(page: Page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def drawn(page: Page) -> None:
    expect(page.locator("#chart-much")).to_have_attribute("data-drawn", "yes")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844), (3840, 1080), (683, 384)])
def test_charts_and_tables_stand_beside_each_other_at_every_size(look, cast, size):
    page = look(cast.leader, viewport={"width": size[0], "height": size[1]})
    drawn(page)
    chart = page.locator("#chart-much canvas").bounding_box()
    table = page.locator(".pair-table").first.bounding_box()

    assert overflow(page) == 0
    assert chart["width"] > 200
    beside = table["x"] > chart["x"] + chart["width"] - 1
    assert beside == (size[0] >= 1120)


def test_from_the_district_down_to_the_reports_by_keyboard(look, cast):
    page = look(cast.leader)
    link = page.locator(f'.pair-rows a[href*="area={EAST_CREEK}"]').first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".crumb a")).to_have_count(1)
    page.locator('.pair-rows td a[href^="/tickets/"]').first.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/tickets/\?.*since="))
    expect(page.locator(".row")).not_to_have_count(0)


def test_the_tip_of_a_chart_says_what_its_table_says(look, cast):
    page = look(cast.leader)
    drawn(page)
    box = page.locator("#chart-rows canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.wait_for_timeout(200)  # what a tip of elements would need to come

    # On the canvas itself: a tip of elements would need styles that the page forbids.
    assert page.locator("#chart-rows .drawing > div > div").count() == 1
    assert page.evaluate("document.querySelectorAll('[style*=absolute] span').length") == 0


def test_without_scripts_there_are_drawings_tables_and_a_form(look, cast):
    page = look(cast.leader, java_script_enabled=False)
    page.locator("#id_by").select_option("unit")
    page.locator(".filter-show button").click()

    expect(page).to_have_url(re.compile("by=unit"))
    # On the first of a month it is one point.
    expect(page.locator("#chart-much svg :is(polyline, circle)").first).to_be_visible()
    expect(page.locator(".pair-rows tbody tr")).not_to_have_count(0)
    # The days of a range are asked only when a range is asked for.
    expect(page.locator("#id_since")).to_be_hidden()
    page.goto(f"{page.url}&period=range")
    expect(page.locator("#id_since")).to_be_visible()


@pytest.mark.parametrize("path", ["/figures/", "/figures/brief/", "/figures/monthly/"])
def test_on_paper_there_is_no_navigation_and_nothing_is_cut_off(look, cast, path):
    page = look(cast.leader, path, viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")

    expect(page.locator(".top nav, .paper-nav, .asking").first).to_be_hidden()
    cut = page.evaluate(
        "[...document.querySelectorAll('table')].filter("
        "t => t.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert (cut, overflow(page)) == (0, 0)
