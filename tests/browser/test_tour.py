"""The tour and the menu in a real browser: by keyboard or thumb, nothing wrong for readers."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from people.models import User
from tests.screen import watch  # noqa: F401  somebody signed in, in Chinese

DESK = (1366, 768)


def faults(page: Page) -> list[str]:
    return [one["id"] for one in Axe().run(page).response["violations"]]


@pytest.mark.slow
def test_the_tour_goes_by_keyboard_ends_with_escape_and_comes_no_more(cast, watch):  # noqa: F811
    page = watch(cast.department, size=DESK, path="/unit/?tour=1")
    tour = page.get_by_role("dialog")
    expect(tour.get_by_text("1 / 5")).to_be_visible()
    assert faults(page) == []

    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(tour.get_by_text("2 / 5")).to_be_visible()
    expect(page.locator(".tour-here")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(tour.get_by_text("1 / 5")).to_be_visible()
    with page.expect_response("**/help/tour/"):
        page.keyboard.press("Escape")

    expect(tour).to_be_hidden()
    expect(page.locator(".tour-here")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("tour"))
    assert User.objects.get(pk=cast.department.pk).tour_seen_at


def test_the_tour_stays_beside_what_a_live_page_draws_anew(cast, watch):  # noqa: F811
    page = watch(cast.district, size=DESK, path="/console/?tour=1")
    expect(page.locator(".tour-here")).to_have_count(1)

    page.evaluate("""() => {
        const old = document.querySelector('.tour-here'), fresh = old.cloneNode(true);
        fresh.classList.remove('tour-here');
        old.replaceWith(fresh);
    }""")

    expect(page.locator(".tour-here")).to_have_count(1)


def test_on_a_phone_the_menu_opens_under_the_thumb_and_leads_to_help(cast, watch):  # noqa: F811
    page = watch(cast.worker, size=(390, 844), path="/day/")
    page.get_by_role("button", name="菜单").click()
    ways = page.locator("#ways :is(a, button):visible")
    expect(ways.first).to_be_visible()
    assert faults(page) == []
    assert min(way.bounding_box()["height"] for way in ways.all()) >= 44

    page.keyboard.press("Escape")
    expect(page.locator("#ways")).to_be_hidden()
    page.get_by_role("button", name="菜单").click()
    page.locator("#ways").get_by_role("link", name="帮助").click()
    expect(page).to_have_url(re.compile("/help/$"))
