"""A resident's phone: from the form to the rating, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from people.models import User
from tests.tickets import two_towns
from tests.tickets.two_towns import IN_REED, REED
from tickets import lifecycle
from tickets.models import Rating, Ticket

HERE = {"latitude": IN_REED[0], "longitude": IN_REED[1]}
RUBBISH = "Somebody dumps rubbish behind the market every night."


@pytest.fixture
def district(live, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()
    return live


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, locale="en-GB",
        geolocation=HERE, timezone_id="Asia/Shanghai",
    )  # fmt: skip
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for whatever the console complains about."""
    page, complaints = phone.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    yield page
    assert complaints == []


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "bin.jpg"
    Image.new("RGB", (640, 480), (90, 120, 90)).save(path)
    return path


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def handle(ticket: Ticket) -> None:
    duty = User.objects.get(username=f"duty-{REED}")
    step = {"ticket_id": ticket.pk, "by": duty, "at": timezone.now()}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen by a neighbour")
    lifecycle.feed_back(**step, words="The rubbish is gone.")


def test_a_resident_reports_with_place_and_photo_follows_and_rates(district, phone, page, picture):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/")
    # Allowed before: the place is found without a tap.
    expect(page.locator("[data-said]")).to_have_text("Westbank · Reed · Grid 1")
    assert fits(page)
    page.set_input_files("#id_photos", picture)
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    page.fill("#id_words", RUBBISH)
    page.click("summary:has-text('what kind')")
    page.select_option("#id_event_type", label="Dumped rubbish")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert fits(page)
    ticket = Ticket.objects.get()
    assert (ticket.area_code, ticket.photos.count()) == (f"{REED}001", 1)
    expect(page.locator("#code")).to_have_text(ticket.code)
    pin = page.locator("#pin").inner_text()

    page.goto(f"{district.url}/track/")
    page.click("text=Forget them on this device")
    handle(ticket)
    page.fill("#id_code", ticket.code)
    page.fill("#id_pin", pin)
    page.click("text=Show my report")
    expect(page.locator("body")).to_contain_text("The rubbish is gone.")
    assert fits(page)
    page.get_by_label("Solved", exact=True).check()
    page.get_by_label("Very satisfied", exact=True).check()
    page.click("text=Send the rating")
    expect(page.locator(".messages")).to_contain_text("Thank you for your rating.")
    assert (Rating.objects.get().stars, Ticket.objects.get().state) == (5, "closed")


def test_the_pin_is_moved_by_hand_and_by_arrow_keys(district, page):
    page.goto(f"{district.url}/report/")
    page.click("[data-open-map]")
    expect(page.locator("[data-said]")).to_contain_text("Tap the map")
    land = page.locator("[data-map]")
    land.click(position={"x": 160, "y": 120})
    pin = page.locator(".pin")
    expect(pin).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text(" · ")
    before = page.input_value("#id_lng")

    page.wait_for_timeout(400)  # the map has come to rest around the pin
    box = pin.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=6)
    page.mouse.up()
    expect(page.locator("#id_lng")).not_to_have_value(before)
    dragged = page.input_value("#id_lng")
    assert float(dragged) > float(before)

    pin.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#id_lng")).not_to_have_value(dragged)
    assert float(page.input_value("#id_lng")) < float(dragged)

    page.select_option("#id_area_code", label="Lotus")
    expect(page.locator("#id_lat")).to_have_value("")
    expect(pin).to_have_count(0)


def test_a_place_outside_is_said_at_once(district, phone, page):
    phone.set_geolocation({"latitude": 29.5, "longitude": 106.01})
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    expect(page.locator("[data-said]")).to_contain_text("lies outside the district")


def test_errors_are_heard_first_and_lead_to_their_fields(district, page):
    page.goto(f"{district.url}/report/")
    page.click(".button-seal")
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(page.locator("#id_words")).to_be_focused()
    assert fits(page)


def test_the_map_is_fetched_only_when_it_is_asked_for(district, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{district.url}/report/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "leaflet" in url or "outline" in url] == []
    page.click("[data-open-map]")
    page.wait_for_selector(".leaflet-overlay-pane path", state="attached")
    assert [url for url in asked if "leaflet" in url]


def test_it_works_without_script_in_large_type(district, browser, picture):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{district.url}/report/")
    page.click("text=Large type")
    assert page.locator("html").get_attribute("data-mode") == "elder"
    page.set_input_files("#id_photos", picture)
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.get().photos.count() == 1
    context.close()


@pytest.mark.parametrize("mode", ["", "elder"])
def test_targets_are_large_enough_for_a_thumb(district, phone, page, mode):
    if mode:
        phone.add_cookies([{"name": "mode", "value": mode, "url": district.url}])
    least = 60 if mode else 44
    for path in ["/report/", "/track/", "/about/"]:
        page.goto(f"{district.url}{path}")
        assert fits(page), path
        for target in page.locator(
            "main button:visible, main select:visible, main textarea:visible, main summary:visible,"
            "main input:visible:not([type=checkbox], [type=radio], [type=file]), header a:visible,"
            "header button:visible, .urgent a:visible"
        ).all():
            box = target.bounding_box()
            assert box
            assert round(box["height"]) >= least, (path, target.evaluate("e => e.outerHTML"))


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe has to say about the page, of any level."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], node["html"]) for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("mode", ["", "elder"])
def test_axe_finds_nothing_of_any_level(district, phone, page, mode):
    if mode:
        phone.add_cookies([{"name": "mode", "value": mode, "url": district.url}])
    page.goto(f"{district.url}/report/")
    page.click(".button-seal")
    assert faults(page) == []
    page.click("[data-open-map]")
    page.wait_for_selector(".leaflet-overlay-pane path", state="attached")
    page.locator("[data-map]").click(position={"x": 150, "y": 100})
    page.wait_for_selector(".pin")
    page.fill("#id_words", RUBBISH)
    page.click("summary:has-text('what kind')")
    page.select_option("#id_event_type", label="Dumped rubbish")
    page.click("summary:has-text('telephone')")
    assert faults(page) == []
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    page.click("summary")
    assert faults(page) == []
    handle(Ticket.objects.get())
    page.click("text=See how far it is")
    for fold in page.locator("summary").all():
        fold.click()
    assert faults(page) == []
    page.goto(f"{district.url}/track/")
    assert faults(page) == []
    page.goto(f"{district.url}/about/")
    assert faults(page) == []
