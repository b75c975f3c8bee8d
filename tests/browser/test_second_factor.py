"""Signing in with a second factor in a real browser, on a desk and on a phone."""

import base64
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.oath import hotp
from playwright.sync_api import Browser, Page, expect

from people.models import User

PASSWORD = "a-long-password-1"


def look(page: Page, name: str) -> None:
    """Check the page for faults that axe knows, and that nothing hangs over its edge."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(width), f"{name} is wider than the screen"


@pytest.mark.parametrize(("size", "locale"), [((360, 740), "zh-CN"), ((1366, 768), "en-GB")])
def test_it_is_set_up_asked_for_and_proved_again(
    browser: Browser, live, tiny, settings, size, locale
):
    settings.SECOND_FACTOR_REQUIRED = True
    language = "en" if locale == "en-GB" else "zh-hans"
    User.objects.create_user("ann", password=PASSWORD, language=language)
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=locale, color_scheme="light"
    )
    page, name = context.new_page(), f"{language}-{size[0]}"

    def go_in() -> None:
        page.goto(f"{live.url}/signin/")
        page.fill("input[name=username]", "ann")
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")

    go_in()
    expect(page).to_have_url(f"{live.url}/signin/second-factor/")
    look(page, f"{name}-enrol")
    secret = page.text_content("details code") or ""

    def shown(step: int) -> str:
        return str(hotp(base64.b32decode(secret), int(time.time()) // 30 + step)).zfill(6)

    # The code of this moment, not the one before: that one may be too old when it arrives.
    page.fill("input[name=code]", shown(0))
    page.keyboard.press("Enter")
    codes = page.locator("main li code")
    expect(codes).to_have_count(10)
    look(page, f"{name}-codes")
    page.goto(f"{live.url}/signin/again/?next=/inbox/")
    look(page, f"{name}-again")
    page.fill("input[name=proof]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live.url}/inbox/")

    context.clear_cookies()
    go_in()
    expect(page).to_have_url(f"{live.url}/signin/code/?next=")
    look(page, f"{name}-code")
    page.fill("input[name=code]", "000000")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_visible()
    page.fill("input[name=code]", shown(1))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"{live.url}/signin/code/")
    context.close()
