"""Canned sentences in a real browser: by keyboard, with a finger, and without a fault of axe's."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from grids.models import Unit
from tickets.models import Phrase

SENTENCE = "请补一张能看清位置的照片。"


def test_a_slash_opens_them_typing_narrows_and_enter_puts_one_in(office, sit_down):
    office.unclear("桥头有点不对劲")
    centre = Unit.objects.get(code="DC")
    Phrase.objects.create(unit=centre, name="补照片", words=SENTENCE)
    Phrase.objects.create(unit=centre, name="已派人", words="已派人去看。")
    page = sit_down("village")
    page.keyboard.press("n")
    field, lines = page.locator("#id_words"), page.locator("#phrases-list > li")
    expect(field).to_be_focused()

    page.keyboard.type("您好，和/或")
    page.keyboard.type(" /")
    expect(lines).to_have_count(4)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    page.keyboard.type("照片")
    expect(lines).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"您好，和/或 {SENTENCE}")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("您好，和/或 /照片")

    # Esc closes the list, not the form; in the middle of a word a slash is a slash.
    page.keyboard.press("End")
    page.keyboard.type("/")
    expect(lines).to_have_count(0)
    field.fill("")
    page.keyboard.type("/")
    expect(lines).to_have_count(4)
    page.keyboard.press("Escape")
    expect(lines).to_have_count(0)
    page.keyboard.type("x")
    expect(field).to_have_value("/x")
    expect(lines).to_have_count(0)

    # Without a slash: by the link, and a tap.
    field.fill("")
    page.locator("a[data-phrases]").click()
    lines.filter(has_text="已派人").click()
    expect(field).to_have_value("已派人去看。")
    expect(field).to_be_focused()
