"""Those who work at the desks of the tiny district, in browsers of their own."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from people.models import User
from tests.tickets.desk import Desk

PASSWORD = "a-long-password-1"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def office(live, settings, tmp_path) -> Desk:
    settings.MEDIA_ROOT = tmp_path
    return Desk()


@pytest.fixture
def sit_down(browser: Browser, live) -> Iterator[Callable[..., Page]]:
    """Open the console for somebody; whatever the browser complains about fails the test."""
    contexts, complaints = [], []

    def sit(name: str, path: str = "/console/", size=(1366, 768), **given) -> Page:
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, timezone_id="Asia/Shanghai", **given
        )
        contexts.append(context)
        client = Client()
        client.force_login(User.objects.get(username=name))
        key = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": key, "value": client.cookies[key].value, "url": live.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                # A browser says of every 401 that it is one.
                if said.type == "error" and "401" not in said.text
                else None
            ),
        )
        page.goto(f"{live.url}{path}")
        if given.get("java_script_enabled", True):
            expect(page.locator("#live")).to_have_attribute("data-state", "live")
        return page

    yield sit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def pick_up(browser: Browser, live) -> Iterator:
    """pick_up(…) gives the worker's phone, signed in; what the console complains about fails."""
    contexts, complaints = [], []

    def signed_in(path: str = "/day/", name: str = "worker", **options) -> Page:
        context = browser.new_context(
            **{"viewport": PHONE, "has_touch": True, "locale": "en-GB",
               "timezone_id": "Asia/Shanghai"} | options
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        sign_in(page, live.url, path, name)
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, url: str, path: str, name: str = "worker") -> None:
    page.goto(f"{url}/signin/?next={path}")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page).to_have_url(f"{url}{path}")
    # The address is there before the page and what listens on it.
    page.wait_for_load_state("load")


def fits(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def faults(page: Page) -> list:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [n["html"][:120] for n in fault["nodes"]]) for fault in found]
