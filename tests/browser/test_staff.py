"""A ticket's way over the desks in a real browser: accepted, dispatched, handled, answered."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from grids.models import Unit
from people.models import User
from tests.browser.desks import PASSWORD
from tickets.models import Ticket

# Set to a directory to look at the pages.
PICTURES = os.environ.get("DESK_PICTURES", "")
WIDTHS = (1366, 390)


@pytest.fixture
def sit_down(browser: Browser, live) -> Iterator:
    """sit_down(name) signs somebody in at a desk of their own and gives the page."""
    contexts, complaints = [], []

    def sign_in(name: str) -> Page:
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="en-GB", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(f"{live.url}/signin/?next=/tickets/")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        expect(page).to_have_url(f"{live.url}/tickets/")
        page.wait_for_load_state("load")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def look(page: Page, name: str) -> None:
    """At both widths: nothing sticks out, nothing is wrong for readers; keep a picture if asked."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768 if width > 1000 else 800})
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), f"{name} sticks out at {width}"
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{width}.png"
            page.screenshot(path=path, full_page=True)
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], [n["html"][:120] for n in fault["nodes"]]) for fault in found] == []
    page.set_viewport_size({"width": 1366, "height": 768})


def press(page: Page, name: str) -> None:
    target = page.get_by_role("link", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    )
    with page.expect_navigation():
        target.first.click()


@pytest.mark.slow
def test_a_report_goes_over_the_desks_from_accepted_to_answered(office, sit_down, live):
    ticket = office.unclear("桥头那边有点不对劲，灯一闪一闪的", contact_phone="13812345678")
    Ticket.objects.update(centre=office.user("district").posts.get().unit)

    officer = sit_down("district")
    expect(officer.locator(".row")).to_have_count(1)
    look(officer, "list")
    press(officer, "桥头那边有点不对劲，灯一闪一闪的")
    look(officer, "ticket-new")

    press(officer, "Accept")
    officer.get_by_label("Type").select_option(label=option(officer, "Street-light failure"))
    look(officer, "accept")
    press(officer, "Accept")
    expect(officer.get_by_role("status")).to_contain_text("Accepted")

    press(officer, "Dispatch")
    expect(officer.get_by_label("Lead unit")).to_have_value(roads())
    look(officer, "dispatch")
    press(officer, "Dispatch")
    expect(officer.get_by_role("status")).to_contain_text("Dispatched")

    worker = sit_down("roads")
    press(worker, "桥头那边有点不对劲，灯一闪一闪的")
    press(worker, "Sign for")
    expect(worker.get_by_role("status")).to_contain_text("Signed for")
    press(worker, "Start")
    press(worker, "Resolve")
    press(worker, "Resolve")
    expect(worker.get_by_role("alert")).to_be_visible()
    look(worker, "resolve-error")
    worker.get_by_label("What was done").fill("灯泡和线路都换了")
    worker.get_by_label("What shows it, if there is no photo").fill("居民王某在场")
    press(worker, "Resolve")
    expect(worker.get_by_role("status")).to_contain_text("Resolved")

    officer.goto(f"{live.url}/tickets/?queue=check")
    press(officer, "桥头那边有点不对劲，灯一闪一闪的")
    look(officer, "ticket-resolved")
    press(officer, "Verify")
    look(officer, "verify")
    press(officer, "Verify")
    press(officer, "Answer the reporter")
    # Who was there to confirm it stays among colleagues.
    expect(officer.get_by_label("Answer to the reporter")).to_have_value("灯泡和线路都换了")
    officer.get_by_label("Answer to the reporter").fill("灯修好了，谢谢您告诉我们。")
    press(officer, "Answer the reporter")
    expect(officer.get_by_role("status")).to_contain_text("Reporter answered")

    ticket.refresh_from_db()
    assert ticket.state == "feedback"


@pytest.mark.slow
def test_a_full_desk_is_legible_at_both_widths_and_in_both_languages(office, sit_down, live):
    for n in range(8):
        office.unclear(f"第{n}件：{'这里有点不对劲，请来人看一看是怎么回事' * (n % 3 + 1)}")
    office.report("井盖没了，很危险", kind="0101", is_demonstration=True)
    signed = office.signed(contact_name="张小明", contact_phone="13812345678")
    office.report("某干部态度恶劣", kind="0302")
    office.answered()
    page = sit_down("district")

    for language in ("en", "zh-hans"):
        User.objects.update(language=language)
        for name, path in (
            ("desk-all", "?queue=all"), ("desk-filtered", "?queue=all&urgency=P3"),
            ("desk-empty", "?queue=decide"), ("ticket", f"{signed.number}/"),
            ("contact", f"{signed.number}/contact/"), ("on-behalf", "new/"),
            ("comment", f"{signed.number}/moves/comment/"),
        ):  # fmt: skip
            page.goto(f"{live.url}/tickets/{path}")
            look(page, f"{name}-{language}")


@pytest.mark.slow
def test_the_keyboard_alone_opens_the_first_ticket(office, sit_down):
    office.unclear("第一件")
    page = sit_down("village")

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('row-title')"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("第一件")


def option(page: Page, name: str) -> str:
    """Return the whole text of the option that begins with this."""
    return page.locator("option", has_text=name).first.inner_text()


def roads() -> str:
    return str(Unit.objects.get(code="ROADS").pk)
