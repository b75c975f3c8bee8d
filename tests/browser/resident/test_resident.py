"""A resident's phone: from the form to the rating, in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from people.models import User
from tests.browser.resident.phones import (
    RUBBISH,
    fits,
)
from tests.tickets.two_towns import REED
from tickets import lifecycle
from tickets.models import Rating, Ticket


def handle(ticket: Ticket) -> None:
    duty = User.objects.get(username=f"duty-{REED}")
    step = {"ticket_id": ticket.pk, "by": duty, "at": timezone.now()}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen by a neighbour")
    lifecycle.feed_back(**step, words="The rubbish is gone.")


def test_a_resident_reports_with_place_and_photo_follows_and_rates(district, phone, page, picture):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/")
    # Allowed before: the place is found without a tap.
    expect(page.locator(".place-said")).to_contain_text("Westbank · Reed · Grid 1")
    assert fits(page)
    page.set_input_files("#id_photos", picture)
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    page.fill("#id_words", RUBBISH)
    page.click("summary:has-text('what kind')")
    page.select_option("#id_event_type", label="Dumped rubbish")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert fits(page)
    ticket = Ticket.objects.get()
    assert (ticket.area_code, ticket.photos.count()) == (f"{REED}001", 1)
    expect(page.locator("#code")).to_have_text(ticket.code)
    pin = page.locator("#pin").inner_text()

    page.goto(f"{district.url}/track/")
    page.click("text=Forget them on this device")
    expect(page.get_by_text("Forget them on this device")).to_have_count(0)
    handle(ticket)
    page.fill("#id_code", ticket.code)
    page.fill("#id_pin", pin)
    page.click("text=Show my report")
    expect(page.locator("body")).to_contain_text("The rubbish is gone.")
    assert fits(page)
    page.get_by_label("Solved", exact=True).check()
    page.get_by_label("Very satisfied", exact=True).check()
    page.click("text=Send the rating")
    expect(page.locator(".messages")).to_contain_text("Thank you for your rating.")
    assert (Rating.objects.get().stars, Ticket.objects.get().state) == (5, "closed")


def test_errors_are_heard_first_and_lead_to_their_fields(district, page):
    page.goto(f"{district.url}/report/")
    page.click(".button-seal")
    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(page.locator("#id_words")).to_be_focused()
    assert fits(page)


def test_it_works_without_script_in_large_type(district, browser, picture):
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{district.url}/report/")
    page.click("text=Large type")
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    page.set_input_files("#id_photos", picture)
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.get().photos.count() == 1
    context.close()


@pytest.mark.parametrize("mode", ["", "elder"])
def test_targets_are_large_enough_for_a_thumb(district, phone, page, mode):
    if mode:
        phone.add_cookies([{"name": "mode", "value": mode, "url": district.url}])
    least = 60 if mode else 44
    for path in ["/report/", "/track/", "/about/"]:
        page.goto(f"{district.url}{path}")
        assert fits(page), path
        for target in page.locator(
            "main button:visible, main select:visible, main textarea:visible, main summary:visible,"
            "main input:visible:not([type=checkbox], [type=radio], [type=file]), header a:visible,"
            "header button:visible, .urgent a:visible"
        ).all():
            box = target.bounding_box()
            assert box
            assert round(box["height"]) >= least, (path, target.evaluate("e => e.outerHTML"))
