"""The residents' pages for everybody: large type, a voice, the keyboard, both languages, zoom."""

import pytest
from playwright.sync_api import expect

from tests.browser.resident.phones import (
    RUBBISH,
    faults,
    fits,
    large,
    speak,
)
from tickets.models import Ticket

# Pages as they are when opened: test_every_page.py. Here they are used, and filled.
WAYS = [("normal", "zh-hans"), ("elder", "en")]
NO_VOICE = {
    "zh-hans": "这台设备没有中文语音", "en": "This device has no voice for this language.",
}  # fmt: skip


@pytest.mark.parametrize(("mode", "language"), WAYS)
def test_axe_finds_nothing_of_any_level(district, phone, page, picture, mode, language):
    speak(phone, district.url, language)
    if mode == "elder":
        large(phone, district.url)
    page.goto(f"{district.url}/report/")
    page.click(".button-seal")
    expect(page.locator("#errors")).to_be_focused()
    assert faults(page) == []
    page.click("[data-open-map]")
    page.wait_for_selector(".leaflet-overlay-pane path", state="attached")
    page.locator("[data-map]").click(position={"x": 150, "y": 100})
    page.wait_for_selector(".pin")
    expect(page.locator(".place-said")).to_contain_text(" · ")
    page.fill("#id_words", "井盖松动，着火了")
    expect(page.locator("[data-kinds] button").first).to_be_visible()
    expect(page.locator("[data-stopper]")).to_be_visible()
    for fold in page.locator("main summary").all():
        fold.click()
    page.set_input_files("#id_photos", picture)
    expect(page.locator("[data-thumbs] img")).to_have_count(1)
    assert faults(page) == []
    assert fits(page)
    page.click(".thumb-cover")
    page.wait_for_selector("dialog[open]")
    assert faults(page) == []
    page.click("dialog [data-cancel]")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    page.click("summary")
    assert faults(page) == []
    assert fits(page)
    for path in ("/about/", "/followed/"):
        page.goto(f"{district.url}{path}")
        assert faults(page) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_large_type_offers_a_voice_and_says_where_there_is_none(district, phone, page, language):
    speak(phone, district.url, language)
    page.goto(f"{district.url}/report/")
    assert page.locator("[data-listen]").count() == 0
    large(phone, district.url)
    page.add_init_script("speechSynthesis.getVoices = () => [];")
    page.reload()
    page.click("[data-listen] button")
    expect(page.locator("[data-listen] [data-said]")).to_contain_text(NO_VOICE[language])


def test_the_voice_reads_what_stands_on_the_page_and_stops_when_told(district, phone, page):
    large(phone, district.url)
    page.add_init_script("""
      window.heard = [];
      let speaking = false;
      class Words extends EventTarget {
        constructor(text) { super(); this.text = text; }
      }
      window.SpeechSynthesisUtterance = Words;
      Object.defineProperty(window, "speechSynthesis", { value: {
        get speaking() { return speaking; },
        getVoices: () => [{ lang: "en-GB" }, { lang: "zh-CN" }],
        speak: (words) => { speaking = true; heard.push([words.lang, words.text]); },
        cancel: () => { speaking = false; },
        addEventListener: () => undefined,
      } });
    """)
    page.goto(f"{district.url}/report/")
    page.click("[data-listen] button")
    expect(page.locator("[data-listen] button")).to_have_text("Stop reading")
    heard = page.evaluate("heard")
    assert heard[0] == ["en-GB", "What is the matter?"]
    assert len(heard) == 3
    page.click("[data-listen] button")
    expect(page.locator("[data-listen] button")).to_have_text("Read this page to me")


@pytest.mark.parametrize(
    ("mode", "width"),
    [("normal", 180), ("normal", 320), ("normal", 683), ("elder", 320), ("elder", 683)],
)
def test_at_two_hundred_per_cent_nothing_sticks_out(district, phone, page, mode, width):
    """A phone of 360, one of 640 and a desk of 1366 pixels, each enlarged to twice the size."""
    if mode == "elder":
        large(phone, district.url)
    page.set_viewport_size({"width": width, "height": 500})
    page.goto(f"{district.url}/report/")
    page.fill("#id_words", "井盖松动，着火了")
    expect(page.locator("[data-kinds] button").first).to_be_visible()
    assert fits(page)
    page.select_option("#id_area_code", label="Reed")
    page.click(".button-seal")
    page.wait_for_url("**/report/done/")
    assert fits(page)


def test_without_script_in_large_chinese_type_reports_come_in(district, browser):
    """Two people, one matter: the second sees the first one's report and sends all the same."""
    for person in range(2):
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="zh-CN"
        )
        large(context, district.url)
        page = context.new_page()
        page.goto(f"{district.url}/report/")
        page.fill("#id_words", RUBBISH)
        page.select_option("#id_area_code", label="芦苇社区")
        page.click("summary:has-text('哪一类')")
        page.select_option("#id_event_type", label="乱堆垃圾")
        page.click(".button-seal")
        if person == 1:
            expect(page.locator(".alike")).to_contain_text("附近有人报过类似的事")
            expect(page.locator("#id_words")).to_have_value(RUBBISH)
            assert fits(page)
            page.click(".button-seal")
        page.wait_for_url("**/report/done/")
        context.close()
    assert Ticket.objects.count() == 2
