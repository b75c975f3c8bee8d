"""The app without a network: our own page, a report that waits, and nothing personal kept."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from people.models import User
from tests.browser.phones import faults, fits
from tests.cast import PASSWORD
from tests.tickets import two_towns
from tests.tickets.two_towns import REED
from tickets.models import Ticket

LOOSE = "The manhole cover at the crossing is loose."


@pytest.fixture
def district(live, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()
    return live


@pytest.fixture
def context(browser: Browser):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", timezone_id="Asia/Shanghai"
    )
    yield context
    context.set_offline(False)
    context.close()


def settled(context: BrowserContext, district) -> Page:
    """A page whose worker is there and serves it."""
    page = context.new_page()
    page.goto(f"{district.url}/report/")
    until(page, "navigator.serviceWorker.controller !== null")
    return page


def until(page: Page, true: str) -> None:
    """Wait for it. The strict policy forbids Playwright's own way, which is eval."""
    page.evaluate(
        f"(async () => {{ while (!(await ({true})))"
        " await new Promise(next => setTimeout(next, 100)); })()"
    )


def states(page: Page) -> list[str]:
    return page.locator(".queue li").evaluate_all("rows => rows.map(row => row.dataset.state)")


def write(page: Page) -> None:
    page.fill("#off_words", LOOSE)
    # It is kept, and its row has come: a button that moves while it is pressed is not pressed.
    expect(page.locator(".queue li").last).to_be_visible()
    page.select_option("#off_area", label="Reed")
    page.click("text=Keep and send")


def kept_by(page: Page) -> list[str]:
    """The addresses of everything that the worker keeps on this device."""
    return page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(async name =>"
        " (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname))))"
        ".then(all => all.flat())"
    )


def test_a_report_written_without_a_network_is_sent_once_there_is_one(context, district):
    page = settled(context, district)
    context.set_offline(True)
    page.goto(f"{district.url}/track/")
    expect(page.locator("h1")).to_have_text("Write it now, it is sent later")
    assert (fits(page), faults(page)) == (True, [])
    page.fill("#off_words", LOOSE)
    expect(page.locator(".queue li")).to_have_attribute("data-state", "draft")
    page.reload()
    expect(page.locator("#off_words")).to_have_value(LOOSE)
    page.click("text=Keep and send")
    expect(page.locator("[data-said]")).to_contain_text("Please say where")
    write(page)
    expect(page.locator(".queue li")).to_have_attribute("data-state", "waiting")
    expect(page.locator(".queue")).to_contain_text("Waiting to be sent")
    assert (Ticket.objects.count(), faults(page)) == (0, [])

    context.set_offline(False)

    expect(page.locator(".queue li")).to_have_attribute("data-state", "received")
    ticket = Ticket.objects.get()
    expect(page.locator(".queue [data-words]")).to_have_text(ticket.number or "")
    expect(page.locator("[data-said]")).to_be_empty()
    expect(page.locator(".queue [data-code]")).to_have_text(ticket.code)
    page.click(".queue [data-open]")
    expect(page.locator(".steps")).to_be_visible()
    assert ticket.text.words == LOOSE


def test_whoever_writes_while_an_earlier_one_is_being_sent_loses_nothing(context, district):
    page = settled(context, district)
    context.set_offline(True)
    page.goto(f"{district.url}/track/")
    write(page)
    expect(page.locator(".queue li")).to_have_attribute("data-state", "waiting")
    page.goto("about:blank")
    context.set_offline(False)
    waiting: list[Route] = []

    def slow_at_first(route: Route) -> None:
        if waiting:
            route.continue_()
        waiting.append(route)

    page.route("**/report/", slow_at_first)
    with page.expect_request("**/report/"):
        page.goto(f"{district.url}/offline/")
    page.fill("#off_words", "The second matter.")
    expect(page.locator(".queue li[data-state=draft]")).to_contain_text("The second matter.")
    waiting[0].continue_()

    expect(page.locator(".queue li[data-state=received]")).to_have_count(1)
    expect(page.locator("#off_words")).to_have_value("The second matter.")
    assert Ticket.objects.count() == 1


def test_what_waits_is_sent_although_the_device_believed_to_have_a_network(context, district):
    page = settled(context, district)
    page.route("**/report/", lambda route: route.abort())
    page.goto(f"{district.url}/offline/")
    assert page.evaluate("navigator.onLine")
    with page.expect_event("requestfailed"):
        write(page)
    expect(page.locator(".queue li")).to_have_attribute("data-state", "waiting")
    page.unroute("**/report/")

    expect(page.locator(".queue li")).to_have_attribute("data-state", "received")
    assert Ticket.objects.count() == 1


def test_the_button_pressed_without_a_network_loses_nothing(context, district):
    page = settled(context, district)
    page.fill("#id_words", LOOSE)
    page.select_option("#id_area_code", label="Reed")
    context.set_offline(True)
    page.click(".button-seal")
    page.wait_for_url("**/offline/")
    expect(page.locator(".queue li")).to_have_attribute("data-state", "waiting")
    # Closed, and opened again once there is a network: else it is sent before one looks.
    page.goto("about:blank")
    context.set_offline(False)
    page.goto(f"{district.url}/report/")
    expect(page.locator(".queue li")).to_have_attribute("data-state", "received")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert states(page) == [], "the receipt, with its PIN, is not left lying about"
    page.goto(f"{district.url}/track/")
    expect(page.locator(".queue li")).to_have_attribute("data-state", "received")
    assert Ticket.objects.count() == 1


def test_a_report_that_is_refused_becomes_a_draft_with_the_reason(context, district):
    page = settled(context, district)
    context.set_offline(True)
    page.goto(f"{district.url}/report/")
    page.evaluate(
        "document.querySelector('#off_area').append(new Option('Nowhere', '999999999999'))"
    )
    page.fill("#off_words", LOOSE)
    expect(page.locator(".queue li")).to_be_visible()
    page.select_option("#off_area", "999999999999")
    page.click("text=Keep and send")
    context.set_offline(False)
    row = page.locator(".queue li")
    expect(row).to_have_attribute("data-state", "draft")
    expect(row.locator("[data-faults]")).not_to_be_empty()
    assert Ticket.objects.count() == 0


def test_nothing_personal_is_ever_kept(context, district):
    page = settled(context, district)
    page.fill("#id_words", LOOSE)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    page.goto(f"{district.url}/track/{Ticket.objects.get().code}/")
    duty = User.objects.get(username=f"duty-{REED}")
    duty.set_password(PASSWORD)
    duty.save()
    page.goto(f"{district.url}/signin/")
    page.fill("[name=username]", duty.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/signin/" not in url)
    page.goto(f"{district.url}/tickets/")
    page.goto(f"{district.url}/report/")
    page.wait_for_load_state("networkidle")

    kept = [path for path in kept_by(page) if not path.startswith("/static/")]

    assert kept == ["/offline/"]
    context.set_offline(True)
    page.goto(f"{district.url}/report/")
    assert duty.username not in page.content()


def test_the_page_without_a_network_speaks_the_language_that_was_chosen(context, district):
    page = settled(context, district)
    page.click("text=简体中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.wait_for_load_state("networkidle")
    until(
        page,
        "caches.match('/offline/').then(page => page?.headers.get('X-Look') === 'zh-hans')",
    )
    context.set_offline(True)
    page.goto(f"{district.url}/track/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert faults(page) == []
