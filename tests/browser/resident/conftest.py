"""A resident's phone, and the district of two towns around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.resident.phones import HERE, PHONE
from tests.tickets import two_towns


@pytest.fixture
def district(live, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()
    return live


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        **PHONE, locale="en-GB", geolocation=HERE, timezone_id="Asia/Shanghai"
    )
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
