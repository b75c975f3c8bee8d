"""Answers that come late: they undo nothing that somebody has done meanwhile."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.tickets.desk import Desk
from tickets import lifecycle
from tickets.models import EventType

pytestmark = pytest.mark.slow


def held(page: Page, asks: Callable[[str], bool]) -> list[Route]:
    """Return a list of the requests that wait from now on, until they are let go."""
    waiting: list[Route] = []
    page.route(asks, lambda route: waiting.append(route))
    return waiting


def until_one_waits(page: Page, waiting: list[Route]) -> None:
    for _ in range(600):
        if waiting:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked")


def let_go(page: Page, waiting: list[Route]) -> None:
    """Let the answer come, and wait until the page has had it."""
    with page.expect_event("requestfinished", lambda done: done == waiting[0].request):
        waiting[0].continue_()
    # What the page does with it is done before the next thing that it is asked.
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")


def two_waiting(office: Desk) -> None:
    for words in ("第一件", "第二件"):
        office.unclear(words)


def test_a_form_that_comes_late_is_not_put_beside_another_ticket(office, sit_down):
    two_waiting(office)
    page = sit_down("village")
    first = page.locator("#ticket-title").inner_text()
    waiting = held(page, lambda url: "/moves/" in url)

    page.locator("#pane-do a[data-inline]").first.click()
    until_one_waits(page, waiting)
    with page.expect_event("requestfailed", lambda given_up: given_up == waiting[0].request):
        page.locator("[data-row]").nth(1).click()
    expect(page.locator("#ticket-title")).not_to_have_text(first)
    second = page.locator("#ticket-title").inner_text()
    # The page has given that question up: there is nobody left to hear an answer.
    assert waiting[0].request.failure == "net::ERR_ABORTED"
    page.unroute_all()

    expect(page.locator("#pane-do form[data-send]")).to_have_count(0)
    expect(page.locator("#ticket-title")).to_have_text(second)


def test_news_of_the_ticket_does_not_take_the_form_away_that_was_opened_meanwhile(office, sit_down):
    ticket = office.unclear("桥头有点不对劲")
    page = sit_down("village")
    waiting = held(page, lambda url: "parts=ticket%2Cdo%2Ccontext" in url)
    lifecycle.comment(
        ticket_id=ticket.pk, by=office.user("town"), at=timezone.now(), words="我去看看"
    )
    until_one_waits(page, waiting)

    page.locator("#pane-do a[data-key=N]").click()
    page.get_by_label("Comment").fill("写了一半")
    let_go(page, waiting)

    expect(page.locator("#pane-ticket")).to_contain_text("我去看看")
    expect(page.get_by_label("Comment")).to_have_value("写了一半")


def test_whoever_goes_on_while_it_is_being_sent_sees_what_they_went_to(office, sit_down):
    two_waiting(office)
    page = sit_down("village")
    page.keyboard.press("a")
    page.locator("#id_event_type").select_option(value=str(EventType.objects.get(code="0102").pk))
    second = page.locator("[data-row]").nth(1)
    wanted = second.locator(".pane-title").inner_text()
    waiting = held(page, lambda url: "/moves/" in url)

    page.locator("#pane-do [data-submit]").click()
    until_one_waits(page, waiting)
    second.click()
    let_go(page, waiting)

    expect(page.locator("#ticket-title")).to_have_text(wanted)
    expect(page.locator("#pane-do form[data-send]")).to_have_count(0)
    expect(page.locator("[data-row][aria-current]")).to_contain_text(wanted)


def test_g_and_a_letter_belong_together_by_when_they_were_pressed(office, sit_down):
    two_waiting(office)
    page = sit_down("village")
    waiting = held(page, lambda url: "/console/tickets/" in url)
    page.keyboard.press("j")
    until_one_waits(page, waiting)

    page.keyboard.press("g")
    # Longer than anybody takes between the two: these are two keys, though both wait for the page.
    page.wait_for_timeout(2000)
    page.keyboard.press("a")
    page.unroute_all()  # which lets what is held go on

    expect(page.locator("#pane-do form[data-send]")).to_be_visible()
