"""A unit's desk: the queue in order of need, the result written on the spot, who waits for whom."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.models import User
from tests.browser.desks import PASSWORD, faults, fits
from tickets import lifecycle
from tickets.models import Request
from tickets.requests_table import RequestKind

DESK = {"viewport": {"width": 1366, "height": 768}, "has_touch": False}


@pytest.mark.slow
def test_from_signing_to_the_result_without_leaving_the_page(office, pick_up):
    ticket = office.given_to_roads()
    page = pick_up("/unit/", "roads", **DESK)
    row = page.locator(f"#t-{ticket.number}")

    row.get_by_role("button", name="Sign for").click()
    row.get_by_role("button", name="Start").click()
    row.get_by_role("link", name="Resolve").click()
    expect(row).to_contain_text("路灯不亮，请修一修")
    row.get_by_label("What was done").fill("灯已换好")
    row.get_by_label("What shows it, if there is no photo").fill("王某在场")
    row.get_by_role("button", name="Resolve").click()

    expect(page.get_by_role("status").first).to_contain_text("Resolved")
    expect(page.get_by_role("heading", name="Being checked")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


@pytest.mark.slow
def test_a_handler_asks_and_the_head_grants_on_the_page(office, pick_up):
    ticket = office.in_work()
    page = pick_up("/unit/", "roads", **DESK)
    row = page.locator(f"#t-{ticket.number}")
    row.get_by_role("link", name="Resolve").click()
    row.get_by_role("link", name="Ask: Extension").click()
    row.get_by_label("Why").fill("灯杆要定做")
    row.get_by_role("button", name="Ask: Extension").click()
    expect(page.locator("[aria-labelledby=h-we-wait]")).to_contain_text("Roads Office")

    head = pick_up("/unit/", "roads_head", **DESK)
    waiting = head.locator("[aria-labelledby=h-for-us]")
    expect(waiting).to_contain_text("灯杆要定做")
    waiting.locator("summary").click()
    waiting.get_by_role("button", name="Grant").click()

    expect(head.locator("[aria-labelledby=h-we-wait]")).to_contain_text("Creekside")
    assert Request.objects.get().step == 1


@pytest.mark.slow
def test_what_was_typed_outlives_a_session_that_ended(office, pick_up):
    ticket = office.in_work()
    page = pick_up("/unit/", "roads", **DESK)
    row = page.locator(f"#t-{ticket.number}")
    row.get_by_role("link", name="Resolve").click()
    row.get_by_label("What was done").fill("写了很久的结果")
    page.context.clear_cookies(name="sessionid")

    row.get_by_role("button", name="Resolve").click()
    page.locator("input[name=username]").fill("roads")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()

    # On the very page, with the form open and filled in.
    expect(page.get_by_text("What you wrote is still here.")).to_be_visible()
    expect(row.get_by_label("What was done")).to_have_value("写了很久的结果")
    row.get_by_label("What shows it, if there is no photo").fill("王某在场")
    row.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("status").first).to_contain_text("Resolved")


@pytest.mark.slow
def test_the_page_works_without_script(office, pick_up):
    ticket = office.in_work()
    page = pick_up("/unit/", "roads", java_script_enabled=False, **DESK)
    row = page.locator(f"#t-{ticket.number}")

    row.get_by_role("link", name="Resolve").click()
    row.get_by_label("What was done").fill("灯已换好")
    row.get_by_label("What shows it, if there is no photo").fill("王某在场")
    row.get_by_role("button", name="Resolve").click()

    expect(page.get_by_role("status").first).to_contain_text("Resolved")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "ground"), [("zh-hans", "dark"), ("en", "light")])
def test_the_page_is_legible_for_all_by_day_and_by_night(
    office, pick_up, live, language, ground
):  # fmt: skip
    User.objects.update(language=language)
    office.given_to_roads(words="路灯不亮，" + "请来人看一看是怎么回事" * 2)
    ticket = office.in_work()
    office.resolved()
    lifecycle.ask(
        ticket_id=ticket.pk, kind=RequestKind.EXTENSION, by=office.user("roads"),
        at=timezone.now(), words="灯杆要定做",
    )  # fmt: skip
    page = pick_up("/unit/", "roads_head", color_scheme=ground, **DESK)
    for query in ("", "?group=due", f"?open={ticket.number}&do=resolve"):
        page.goto(f"{live.url}/unit/{query}")
        for width in (1366, 768, 390, 360):
            page.set_viewport_size({"width": width, "height": 768})
            assert fits(page), f"{query} sticks out at {width}"
            if width in (1366, 390):
                assert faults(page) == [], (query, width)
