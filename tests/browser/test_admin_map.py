"""An outline drawn, saved, changed and refused on the map of the administration, in Chromium."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from grids.locate import locate
from grids.models import Area
from people.models import Post, User
from people.roles import Role
from tests.land import DISTRICT, MILL, PINEWOOD, load_tiny

PASSWORD = "a-long-password-1"
MINE = "#1d4ed8"  # the outline that is drawn, not its neighbours'
# Set to a directory to look at the pages.
PICTURES = os.environ.get("ADMIN_PICTURES", "")


@pytest.fixture
def at_the_map(live, browser: Browser) -> Iterator[Page]:
    """The system administrator before the map of the mill village, which has no outline yet."""
    load_tiny()
    admin = User.objects.create_user("mapper", password=PASSWORD, language="en")
    Post.objects.create(user=admin, role=Role.SYSTEM_ADMIN, area=Area.objects.get(code=DISTRICT))
    Area.objects.filter(code=MILL).update(boundary=None)
    context = browser.new_context(
        viewport={"width": 1280, "height": 1400}, locale="en-GB", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    address = reverse("admin:grids_area_change", args=[Area.objects.get(code=MILL).pk])
    page.goto(f"{live.url}/signin/?next={address}")
    page.locator("input[name=username]").fill("mapper")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    stands_still(page)
    yield page
    context.close()
    assert complaints == []


def stands_still(page: Page) -> None:
    """Wait until the neighbours are on the map: it moves to where the village lies with them."""
    page.wait_for_load_state("load")
    expect(page.locator("[data-polygon-widget][data-ready]")).to_be_visible()
    others = page.locator(f".polygon-widget__map path:not([stroke='{MINE}'])")
    expect(others.first).to_be_attached()


def draw(page: Page, *corners: tuple[float, float]) -> None:
    """Draw a polygon through these corners, as shares of the map's width and height."""
    box = page.locator(".polygon-widget__map").bounding_box()
    assert box is not None
    page.locator(".leaflet-draw-draw-polygon").click()
    for x, y in (*corners, corners[0]):
        place = box["x"] + x * box["width"], box["y"] + y * box["height"]
        page.mouse.move(*place)
        page.mouse.click(*place)
        # Leaflet.draw takes clicks in quick succession for one.
        page.wait_for_timeout(150)


def outline(page: Page) -> dict:
    text = page.locator("textarea[name=outline]")
    expect(text).not_to_have_value("")
    return json.loads(text.input_value())


def save(page: Page) -> None:
    page.locator("input[name=_continue]").click()


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_an_outline_is_drawn_saved_and_changed(at_the_map):
    page = at_the_map
    draw(page, (0.42, 0.25), (0.56, 0.25), (0.56, 0.45), (0.42, 0.45))
    keep_picture(page, "admin-map-drawn")
    drawn = outline(page)
    assert (drawn["type"], len(drawn["coordinates"][0])) == ("Polygon", 5)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    stored = Area.objects.get(code=MILL).boundary
    assert {tuple(p) for p in stored["coordinates"][0]} == {
        tuple(p) for p in drawn["coordinates"][0]
    }
    inside = [sum(axis) / 4 for axis in zip(*stored["coordinates"][0][:4], strict=True)]
    assert locate(lat=inside[1], lng=inside[0]).village.code == MILL

    # A corner is dragged, and kept.
    stands_still(page)
    page.locator(".leaflet-draw-edit-edit").click()
    corner = page.locator(".leaflet-editing-icon").first
    box = corner.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 44, box["y"] + 34, steps=5)
    page.mouse.up()
    page.get_by_role("link", name="Keep").click()
    assert outline(page) != stored
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Area.objects.get(code=MILL).boundary != stored


def test_an_outline_that_crosses_itself_is_refused_and_stays_as_drawn(at_the_map):
    page = at_the_map
    draw(page, (0.4, 0.4), (0.8, 0.8), (0.8, 0.4), (0.4, 0.8))
    drawn = outline(page)
    save(page)
    refused = page.locator(".field-outline .errorlist")
    expect(refused).to_contain_text("The outline crosses itself")
    assert outline(page) == drawn
    assert Area.objects.get(code=MILL).boundary is None
    # It is still to be seen, and its text is open beside the reason.
    expect(page.locator("textarea[name=outline]")).to_be_visible()
    expect(page.locator(f".polygon-widget__map path[stroke='{MINE}']")).to_be_attached()
    keep_picture(page, "admin-map-refused")
    assert locate(lat=25.06, lng=110.05).village.code == PINEWOOD
