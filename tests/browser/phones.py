"""A resident's phone in a real browser, and what is looked at on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page


@contextmanager
def phone(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """Open a browser of 360 pixels; whatever its console complains of fails the test."""
    context = browser.new_context(
        **{
            "viewport": {"width": 360, "height": 740}, "has_touch": True, "locale": "en-GB",
            "timezone_id": "Asia/Shanghai", "service_workers": "block",
        } | options
    )  # fmt: skip
    complaints: list[str] = []
    context.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    yield context
    context.close()
    assert complaints == []


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right."""
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def faults(page: Page) -> list[tuple[str, str]]:
    """What axe has to say about the page, of any level."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], node["html"]) for fault in found for node in fault["nodes"]]
