"""The report on a phone: how quickly, with what help, and that nothing typed is lost or doubled."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.resident.phones import (
    HERE,
    PHONE,
    RUBBISH,
    faults,
    fits,
    speak,
)
from tests.tickets.two_towns import REED
from tickets.models import Follower, Ticket

COVER = "路口井盖松动，车过就响"
ANSWERED = {"en": "Your report is received", "zh-hans": "收到了"}


def place_found(page: Page) -> None:
    expect(page.locator(".place-said .quiet")).not_to_be_empty()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_three_taps_and_fifteen_seconds(district, phone, page, picture, language):
    speak(phone, district.url, language)
    phone.grant_permissions(["geolocation"])
    taps: list[str] = []
    took: list[float] = []

    def tap(target: str) -> None:
        page.tap(target)
        taps.append(target)

    # A machine with other work may be slow once.
    while not took or min(took) >= 15 and len(took) < 3:
        taps.clear()
        begun = time.monotonic()
        page.goto(f"{district.url}/")
        with page.expect_file_chooser() as chooser:
            tap(".photo-box")
        chooser.value.set_files(picture)
        tap("#id_words")
        page.keyboard.type(COVER if language == "zh-hans" else "A loose manhole cover", delay=60)
        tap(".button-seal")
        page.wait_for_url("**/report/done/")
        expect(page.locator("h1")).to_contain_text(ANSWERED[language])
        took.append(time.monotonic() - begun)
    assert (len(taps), min(took) < 15) == (3, True)
    ticket = Ticket.objects.latest("pk")
    assert (ticket.area_code, ticket.photos.count()) == (f"{REED}001", 1)
    assert fits(page)


def test_the_first_load_weighs_at_most_150_kilobytes(district, phone, page):
    weights: dict[str, int] = {}
    urls: dict[str, str] = {}
    session = phone.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda e: weights.update({urls.get(e["requestId"], "?"): e["encodedDataLength"]}),
    )
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/")
    place_found(page)
    page.wait_for_load_state("networkidle")
    assert len(weights) > 8
    assert [url for url in weights if "leaflet" in url or "mosaic" in url or "outline" in url] == []
    assert sum(weights.values()) <= 150_000, weights


def test_a_chip_says_what_it_is_and_the_centre_need_not_guess(district, phone, page):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", "想问一下。路边有点垃圾")
    chip = page.get_by_role("button", name="Dumped rubbish")
    expect(chip).to_have_attribute("aria-pressed", "false")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    # Whoever has chosen is not overruled.
    page.fill("#id_words", COVER)
    page.wait_for_timeout(900)
    expect(page.locator("#id_event_type")).to_have_value("0102")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.get().event_type.code == "0102"


def test_none_of_these_leaves_it_to_a_person(district, phone, page):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", COVER)
    expect(page.get_by_role("button", name="Loose manhole cover")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="None of these").click()
    expect(page.locator("#id_event_type")).to_have_value("")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert (Ticket.objects.get().event_type, Ticket.objects.get().state) == (None, "submitted")


def test_words_of_danger_show_whom_to_call_and_keep_nobody_from_sending(district, phone, page):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    stopper = page.locator("[data-stopper]")
    expect(stopper).to_be_hidden()
    page.fill("#id_words", "楼 下着 火了")
    expect(stopper).to_be_visible()
    expect(stopper.locator("a")).to_have_attribute("href", "tel:119")
    # Both at one moment: what comes above them moves both.
    above = "below => document.querySelector('[data-stopper]').getBoundingClientRect().bottom"
    assert page.locator(".button-seal").evaluate(f"{above} <= below.getBoundingClientRect().top")
    page.fill("#id_words", "路灯坏了")
    expect(stopper).to_be_hidden()
    page.fill("#id_words", "楼下着火了")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    expect(page.locator(".stopper a")).to_have_attribute("href", "tel:119")


def test_a_neighbours_open_report_is_joined_instead_of_made_again(district, phone, page, browser):
    phone.grant_permissions(["geolocation"])
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", COVER)
    place_found(page)
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")

    neighbour = browser.new_context(**PHONE, locale="en-GB", geolocation=HERE)
    neighbour.grant_permissions(["geolocation"])
    other = neighbour.new_page()
    other.goto(f"{district.url}/report/")
    other.fill("#id_words", "井盖松动得厉害")
    expect(other.locator("[data-alike]")).to_contain_text("about 50 m from your place")
    assert fits(other)
    assert faults(other) == []
    other.get_by_role("button", name="I have this too").click()
    other.wait_for_url("**/followed/")
    expect(other.locator("body")).to_contain_text("1 other person has this too")
    assert faults(other) == []
    assert (Ticket.objects.count(), Follower.objects.count()) == (1, 1)
    neighbour.close()


# --- Nothing typed is lost, nothing is sent twice -------------------------------------------------


def test_a_draft_survives_a_reload_with_its_key_and_can_be_thrown_away(district, page):
    page.goto(f"{district.url}/report/")
    key = page.input_value("#id_key")
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click("summary:has-text('telephone')")
    page.fill("#id_contact_name", "محمد بن عبد الله")
    page.reload()
    expect(page.locator("[data-draft-again]")).to_be_visible()
    shown = [page.input_value(f"#id_{name}") for name in ("words", "area_code", "contact_name")]
    assert shown == [RUBBISH, REED, "محمد بن عبد الله"]
    assert page.input_value("#id_key") == key
    page.click("text=Begin anew")
    expect(page.locator("[data-draft-again]")).to_be_hidden()
    expect(page.locator("#id_words")).to_have_value("")
    assert page.input_value("#id_key") != key


def test_back_after_sending_says_so_and_sends_nothing_twice(district, page):
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    page.go_back()
    expect(page.locator("#id_words")).to_have_value(RUBBISH)
    expect(page.locator("[data-draft-received]")).to_be_visible()
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.count() == 1
    page.goto(f"{district.url}/report/")
    expect(page.locator("#id_words")).to_have_value("")
    expect(page.locator("[data-draft-again]")).to_be_hidden()


def test_two_tabs_are_two_reports_with_drafts_of_their_own(district, phone, page):
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", "The first matter.")
    second = phone.new_page()
    second.goto(f"{district.url}/report/")
    second.fill("#id_words", "The second matter.")
    for tab, words in ((page, "The first matter."), (second, "The second matter.")):
        tab.reload()
        expect(tab.locator("#id_words")).to_have_value(words)
        tab.select_option("#id_area_code", label="Reed")
        tab.click(".button-seal")
        tab.wait_for_url("**/report/done/")
    words = Ticket.objects.order_by("pk").values_list("text__words", flat=True)
    assert list(words) == ["The first matter.", "The second matter."]


def test_a_session_that_ended_while_typing_loses_nothing(district, phone):
    page = phone.new_page()  # its console may complain of the refusal
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", RUBBISH)
    page.select_option("#id_area_code", label="Reed")
    phone.clear_cookies()
    page.click(".button-seal")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_words")).to_have_value(RUBBISH)
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("name", ["欧阳" * 40, "عبد الرحمن بن محمد " * 4])
def test_long_names_in_any_direction_are_kept_whole(district, page, name):
    page.goto(f"{district.url}/report/")
    page.click("summary:has-text('telephone')")
    page.fill("#id_contact_name", name)
    page.click(".button-seal")
    expect(page.locator("#id_contact_name")).to_have_value(name)
    assert fits(page)
