"""One report, from a phone to the rating, through every pair of hands, with the wall on."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.cast import PASSWORD
from tickets.models import Rating, Ticket

WORDS = "楼下三盏路灯都不亮，老人晚上看不见路"


@pytest.fixture
def sit_down(browser: Browser, live, cast) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a browser for somebody (signed in, unless a resident)."""
    contexts = []

    def sit(name: str = "", width: int = 1366) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints  # type: ignore[attr-defined]
        if name:
            # With an address asked for: else the tour of a first sign-in stands before the page.
            page.goto(f"{live.url}/signin/?next=/tickets/")
            page.fill("[name=username]", name)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/signin/" not in url)
        return page

    yield sit
    faults = [fault for context in contexts for p in context.pages for fault in p.complaints]
    for context in contexts:
        context.close()
    assert faults == []


def dots(wall: Page) -> list[dict]:
    """Return what the wall's map shows now."""
    return wall.evaluate("document.getElementById('map').dataset.count")


def test_a_report_goes_from_a_phone_to_the_rating_and_the_wall_sees_it(sit_down, live, types, spot):
    wall = sit_down("leader", 1920)
    wall.goto(f"{live.url}/wall/")
    expect(wall.locator("#live")).to_have_attribute("data-state", "live")
    expect(wall.locator("#map")).to_have_attribute("data-count", "0")

    phone = sit_down(width=360)
    phone.goto(f"{live.url}/report/")
    phone.fill("#id_words", WORDS)
    phone.select_option("#id_area_code", spot.village)
    phone.click("details:has(#id_event_type) > summary")
    phone.select_option("#id_event_type", label="路灯故障")
    phone.click(".button-seal")
    phone.wait_for_url("**/report/done/")
    # How soon: test_wall.py, and `make bench`.
    expect(wall.locator("#map")).to_have_attribute("data-count", "1")
    ticket = Ticket.objects.get()
    code, pin = phone.locator("#code").inner_text(), phone.locator("#pin").inner_text()
    assert (code, ticket.state) == (ticket.code, "dispatched")

    desk = sit_down("department")
    desk.goto(f"{live.url}/tickets/")
    desk.click(f"a[href$='/tickets/{ticket.number}/']")
    assert WORDS in desk.inner_text("main")
    for move in ("sign", "start"):
        desk.click(f"form[action$='/moves/{move}/'] button")
        expect(desk.locator(f"form[action$='/moves/{move}/']")).to_have_count(0)
    desk.click("a[href$='/moves/resolve/']")
    desk.fill("[name=words]", "换了三只灯头，都亮了")
    desk.fill("[name=evidence]", "社区老王在场")
    desk.click("main form button.button-main")
    expect(desk.locator("main")).to_contain_text("换了三只灯头")

    centre = sit_down("district")
    centre.goto(f"{live.url}/tickets/{ticket.number}/")
    centre.click("a[href$='/moves/feed_back/']")
    centre.fill("[name=words]", "三盏路灯已修好，谢谢您")
    centre.click("main form button.button-main")
    expect(centre.locator("main")).to_contain_text("三盏路灯已修好")
    ticket.refresh_from_db()
    assert ticket.state == "feedback"

    home = sit_down(width=360)
    home.goto(f"{live.url}/track/")
    home.fill("[name=code]", code)
    home.fill("[name=pin]", pin)
    home.press("[name=pin]", "Enter")
    expect(home.locator("body")).to_contain_text("三盏路灯已修好")
    home.check("[name=solved] >> nth=0")
    home.check("[name=stars][value='5']")
    home.click("form:has([name=stars]) button")
    expect(home.locator("[name=stars]")).to_have_count(0)
    ticket.refresh_from_db()
    assert (ticket.state, Rating.objects.get().stars) == ("closed", 5)

    # What the wall shows is what its door sees, and without any of the words.
    expect(wall.locator("#map")).to_have_attribute("data-count", "1")
    assert WORDS not in wall.content()
