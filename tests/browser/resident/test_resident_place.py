"""Where it is: the device's place, a pin, or the lists; and what happens when none is right."""

import pytest
from playwright.sync_api import expect

from tests.browser.resident.phones import RUBBISH, rests
from tests.tickets.two_towns import IN_REED, REED
from tickets.models import Ticket


def test_the_pin_is_moved_by_hand_and_by_arrow_keys(district, page):
    page.goto(f"{district.url}/report/")
    page.click("[data-open-map]")
    expect(page.locator(".place-said")).to_contain_text("Tap the map")
    land = page.locator("[data-map]")
    land.click(position={"x": 160, "y": 120})
    pin = page.locator(".pin")
    expect(pin).to_be_visible()
    expect(page.locator(".place-said")).to_contain_text(" · ")
    before = page.input_value("#id_lng")

    rests(page)
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

    # Not with the mouse: the line above it may grow a second line meanwhile.
    page.locator("summary:has-text('from the list')").press("Enter")
    page.select_option("#id_area_code", label="Lotus")
    expect(page.locator("#id_lat")).to_have_value("")
    expect(pin).to_have_count(0)


def test_a_late_answer_does_not_fold_the_list_that_somebody_has_opened(district, page):
    page.goto(f"{district.url}/report/")
    waiting = []
    page.route("**/where/?*", lambda route: waiting.append(route))
    page.click("[data-open-map]")
    expect(page.locator(".place-said")).to_contain_text("Tap the map")
    with page.expect_request("**/where/?*"):
        page.locator("[data-map]").click(position={"x": 160, "y": 120})
    fold = page.locator("[data-lists]")
    expect(fold).not_to_have_attribute("open", "")
    page.locator("summary:has-text('from the list')").press("Enter")
    expect(fold).to_have_attribute("open", "")
    waiting[0].continue_()
    expect(page.locator(".place-said")).to_contain_text(" · ")
    expect(fold).to_have_attribute("open", "")


def test_a_place_outside_is_said_at_once(district, phone, page):
    phone.set_geolocation({"latitude": 29.5, "longitude": 106.01})
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    expect(page.locator(".place-said")).to_contain_text("lies outside the district")


def test_the_map_is_fetched_only_when_it_is_asked_for(district, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{district.url}/report/")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "leaflet" in url or "outline" in url] == []
    page.click("[data-open-map]")
    page.wait_for_selector(".leaflet-overlay-pane path", state="attached")
    assert [url for url in asked if "leaflet" in url]


def test_an_inexact_place_is_not_taken_and_helps_to_choose(district, phone, page):
    """A mast, not a satellite: three kilometres are another village."""
    phone.set_geolocation({"latitude": IN_REED[0], "longitude": IN_REED[1], "accuracy": 2900})
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    expect(page.locator(".place-said")).to_contain_text("only to about 3 km")
    assert page.input_value("#id_lat") == ""
    # Its town is chosen already; the village is for the person to say.
    expect(page.locator("#place_town option:checked")).to_have_text("Westbank")
    assert page.locator("#id_area_code option").all_inner_texts()[1:] == ["Reed", "Willow"]
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert (Ticket.objects.get().area_code, Ticket.objects.get().exact) == (REED, False)


def test_a_place_that_is_wrong_by_kilometres_is_mended_with_the_pin(district, phone, page):
    phone.set_geolocation({"latitude": 29.86, "longitude": 106.06, "accuracy": 20})
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    expect(page.locator(".place-said")).to_contain_text("Eastbank · Heron")
    expect(page.locator(".place-said")).to_contain_text("to about 20 m; not right? Move the pin.")
    page.click("[data-open-map]")
    expect(page.locator(".pin")).to_be_visible()
    for _ in range(2):
        rests(page)
        page.click(".leaflet-control-zoom-out")
    rests(page)
    page.locator("[data-map]").click(position={"x": 40, "y": 200})
    expect(page.locator(".place-said")).not_to_contain_text("Heron")


REFUSALS = {
    1: "Your device does not tell its place.",
    2: "Your device could not find its place.",
    3: "Your device could not find its place.",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_device_that_does_not_find_its_place_leads_to_the_lists(district, page, code):
    page.add_init_script(
        f"navigator.geolocation.getCurrentPosition = (found, failed) => failed({{code: {code}}});"
    )
    page.goto(f"{district.url}/report/")
    page.click("[data-locate]")
    expect(page.locator(".place-said")).to_contain_text(REFUSALS[code])
    expect(page.locator("#id_area_code")).to_be_visible()


def test_a_refused_place_is_said_and_the_lists_are_open(district, page):
    page.goto(f"{district.url}/report/")
    page.click("[data-locate]")
    expect(page.locator(".place-said")).to_contain_text("Point on the map, or choose from the list")
    page.select_option("#place_town", label="Eastbank")
    assert page.locator("#id_area_code option").all_inner_texts()[1:] == ["Lotus", "Heron"]
    page.select_option("#id_area_code", label="Heron")
    page.select_option("#place_town", label="Westbank")
    expect(page.locator("#id_area_code")).to_have_value("")
    page.select_option("#place_town", index=0)
    assert len(page.locator("#id_area_code option").all()) == 5


def test_the_form_waits_for_the_place_that_is_being_found(district, phone, page):
    phone.grant_permissions(["geolocation"])
    page.add_init_script("""
      const find = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
      navigator.geolocation.getCurrentPosition = (...all) => setTimeout(() => find(...all), 800);
    """)
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", RUBBISH)
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.get().area_code == f"{REED}001"


def test_a_map_that_comes_late_does_not_take_the_focus_from_the_list(district, page):
    page.goto(f"{district.url}/report/")
    waiting = []
    page.route("**/place-map*.js", lambda route: waiting.append(route))
    with page.expect_request("**/place-map*.js"):
        page.click("[data-open-map]")
    page.select_option("#id_area_code", label="Lotus")
    page.locator("#id_area_code").focus()
    waiting[0].continue_()

    expect(page.locator("[data-map].leaflet-container")).to_be_visible()
    expect(page.locator("[data-map] path").first).to_be_visible()
    expect(page.locator("#id_area_code")).to_be_focused()
    expect(page.locator(".place-said")).to_be_hidden()
