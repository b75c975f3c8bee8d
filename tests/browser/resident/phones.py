"""What the tests of the residents' pages do with a phone, and look at on it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.tickets.two_towns import IN_REED

HERE = {"latitude": IN_REED[0], "longitude": IN_REED[1], "accuracy": 15}
RUBBISH = "Somebody dumps rubbish behind the market every night."
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


# Where the map and its pin are on the screen, and whether they are on their way.
LOOK_AT_MAP = """(map) => {
    const box = (found) => found && JSON.stringify(found.getBoundingClientRect());
    return {
        moves: Boolean(map.querySelector('.leaflet-zoom-anim, .leaflet-pan-anim')),
        map: box(map), pin: box(map.querySelector('.pin')), land: box(map.querySelector('path')),
    };
}"""


def speak(context: BrowserContext, url: str, language: str) -> None:
    """Let the pages speak this language from now on."""
    context.add_cookies([{"name": "django_language", "value": language, "url": url}])


def large(context: BrowserContext, url: str) -> None:
    """Ask for the large type."""
    context.add_cookies([{"name": "mode", "value": "elder", "url": url}])


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def rests(page: Page, map_: str = "[data-map]") -> None:
    """Wait until the map has come to rest: while it moves a click meets another place."""
    looked, same = None, 0
    while same < 4:
        page.wait_for_timeout(60)
        look = page.locator(map_).evaluate(LOOK_AT_MAP)
        same = same + 1 if look == looked and not look["moves"] else 0
        looked = look


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe has to say about the page, of any level."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], node["html"]) for fault in found for node in fault["nodes"]]
