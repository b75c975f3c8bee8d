"""The console in a real browser: forty tickets by keyboard, who was faster, what is new, sizes."""

import csv
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from people.models import User
from tests.tickets.archive import INVENTED
from tests.tickets.desk import Desk
from tickets import lifecycle
from tickets.models import EventType, SavedView, Ticket, Undoable

FORTY = 40


def focus(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def title(page: Page):
    return page.locator("#ticket-title")


def choose_by_letters(page: Page, name: str) -> None:
    """Type what a list's line begins with, as one does who sees it; once more if it was slow."""
    chosen = "document.activeElement.selectedOptions[0].text"
    for _ in range(10):
        page.keyboard.type(name)
        if page.evaluate(chosen).strip().startswith(name):
            return
        # Letters that lie a second apart begin anew: so do ours.
        page.wait_for_timeout(1500)
    raise AssertionError(f"{name} was not chosen but {page.evaluate(chosen)}")


def go_to(page: Page, letter: str, found: str) -> None:
    """G and a letter, which are two keys within a moment: once more if the machine was slow."""
    for _ in range(10):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        try:
            return expect(page.locator(found)).to_have_attribute(
                "aria-current", "page", timeout=5000
            )
        except AssertionError:
            # The letter alone may have opened something.
            page.keyboard.press("Escape")
    raise AssertionError(f"G {letter} led nowhere")


def forty_waiting(office: Desk) -> None:
    """Messages as residents write them, until forty wait; every other one is already accepted."""
    kind = EventType.objects.get(code="0102")
    centre = office.user("district").posts.get().unit
    with INVENTED.open(encoding="utf-8-sig", newline="") as file:
        for nth, row in enumerate(csv.DictReader(file)):
            if Ticket.objects.filter(state__in=["submitted", "accepted"]).count() == FORTY:
                return
            ticket = office.unclear(row["text"] or row["title"])
            Ticket.objects.filter(pk=ticket.pk).update(centre=centre)
            if nth % 2 and ticket.state == "submitted":
                lifecycle.accept(
                    ticket_id=ticket.pk, by=office.user("district"), at=timezone.now(),
                    event_type=ticket.event_type or kind,
                )  # fmt: skip


def finish(page: Page, pick: str) -> None:
    """Take the likely step and go on: what is missing is chosen as one does by keyboard."""
    form = page.locator("#pane-do form[data-send]")
    page.keyboard.press("e")
    expect(form).to_be_visible()
    if focus(page) in ("id_event_type", "id_unit"):
        choose_by_letters(page, pick)
        page.keyboard.press("Control+Enter")
    else:
        assert focus(page) == "then-next"
        page.keyboard.press("Enter")
    expect(page.locator("#pane-do[aria-busy]")).to_have_count(0)
    if form.count():
        # Nobody is on post in the unit that was proposed: another one.
        assert focus(page) == "errors"
        while focus(page) != "id_unit":
            page.keyboard.press("Tab")
        choose_by_letters(page, pick)
        page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    assert focus(page) != "BODY"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_forty_mixed_tickets_are_dispatched_with_the_keyboard_only(office, sit_down):
    forty_waiting(office)
    new = Ticket.objects.filter(state="submitted").count()
    page = sit_down("district")
    expect(page.locator(".pane-row")).to_have_count(new)

    for left in range(new, 0, -1):
        expect(page.locator(".pane-row")).to_have_count(left)
        finish(page, "Piled")
    go_to(page, "d", "#queue-dispatch")
    for left in range(FORTY, 0, -1):
        expect(page.locator(".pane-row")).to_have_count(left)
        finish(page, "Roads")

    assert not Ticket.objects.filter(state__in=["submitted", "accepted"]).exists()
    assert Ticket.objects.filter(state="dispatched", events__by__username="district").distinct(
    ).count() == FORTY  # fmt: skip


def test_keys_go_through_list_ticket_form_and_sheet_and_focus_is_never_lost(office, sit_down):
    for words in ("第一件", "第二件", "第三件"):
        office.unclear(words)
    page = sit_down("village", size=(1600, 900))
    rows = page.locator("[data-row]")

    page.keyboard.press("j")
    expect(title(page)).to_have_text(rows.nth(1).locator(".pane-title").inner_text())
    assert focus(page) == rows.nth(1).get_attribute("id")
    page.keyboard.press("k")
    expect(title(page)).to_have_text(rows.nth(0).locator(".pane-title").inner_text())
    page.keyboard.press("Enter")
    expect(page.locator("#pane-ticket")).to_be_focused()
    page.keyboard.press("Escape")
    assert focus(page) == rows.nth(0).get_attribute("id")

    page.keyboard.press("n")
    expect(page.get_by_label("Comment")).to_be_visible()
    assert focus(page) == "id_words"
    page.keyboard.type("jkeda? n")
    expect(page.get_by_label("Comment")).to_have_value("jkeda? n")
    page.keyboard.press("Escape")
    expect(page.locator("#pane-do form[data-send]")).to_have_count(0)
    page.keyboard.press("n")
    # What was typed and not sent is there again.
    expect(page.get_by_label("Comment")).to_have_value("jkeda? n")
    page.locator("#id_words").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#pane-said")).to_contain_text("Comment")
    assert focus(page).startswith("row-")

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#id_search")).to_be_focused()
    page.keyboard.type("第二件")
    page.keyboard.press("Enter")
    expect(page.locator(".pane-row")).to_have_count(1)
    expect(title(page)).to_have_text("第二件")
    page.keyboard.press("l")
    expect(page.locator("#map .map-dot")).to_have_count(1)
    expect(page).to_have_url(re.compile("words=.*look=map|look=map.*words="))


def test_composing_chinese_fires_no_key(office, sit_down):
    office.unclear("第一件")
    page = sit_down("village")

    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'a', isComposing: true, bubbles: true}))"
    )
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Process', keyCode: 229, bubbles: true}))"
    )
    page.keyboard.press("Shift+A")
    page.keyboard.press("Control+a")

    expect(page.locator("#pane-do form[data-send]")).to_have_count(0)


def test_who_was_faster_is_said_while_the_form_is_open_and_when_it_is_sent(office, sit_down):
    ticket = office.unclear("桥头有点不对劲")
    page = sit_down("village")
    page.keyboard.press("a")
    page.locator("#id_event_type").select_option(index=1)
    page.get_by_label("Remark").fill("写了很久的备注")

    lifecycle.accept(
        ticket_id=ticket.pk, by=office.user("town"), at=timezone.now(),
        event_type=EventType.objects.get(code="0102"),
    )  # fmt: skip

    expect(page.locator("[data-meanwhile]")).to_be_visible()
    meanwhile = re.compile("was faster: “Accepted”, .+ ago")
    expect(page.locator("[data-meanwhile]")).to_contain_text(meanwhile)
    expect(page.get_by_label("Remark")).to_have_value("写了很久的备注")
    page.get_by_label("Remark").press("Control+Enter")
    expect(page.locator("#errors")).to_contain_text("was faster: “Accepted”")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_label("Remark")).to_have_value("写了很久的备注")
    expect(page.locator("#pane-ticket")).to_contain_text("Accepted, to be dispatched")


def test_what_is_new_waits_behind_a_bar_and_nothing_moves(office, sit_down):
    for nth in range(30):
        office.unclear(f"第{nth}件")
    page = sit_down("village")
    page.keyboard.press("j")
    page.evaluate("document.getElementById('rows').scrollTop = 300")
    row = page.locator("[data-row]").nth(12)
    row.click()
    opened = row.locator(".pane-title").inner_text()
    expect(title(page)).to_have_text(opened)
    place = row.bounding_box()

    for nth in range(3):
        office.unclear(f"新来{nth}", at=timezone.now() - timedelta(minutes=90))
    expect(page.locator("#fresh")).to_contain_text("3 new")
    assert page.locator(".pane-row").count() == 30
    assert focus(page) == row.get_attribute("id")
    expect(page.locator("#queue-accept .tab-count")).to_have_text("33")

    page.keyboard.press(".")
    expect(page.locator(".pane-row")).to_have_count(33)
    expect(page.locator("#fresh")).to_be_hidden()
    again = page.locator("[data-row][aria-current]")
    expect(again).to_contain_text(opened)
    assert abs(again.bounding_box()["y"] - place["y"]) < 45
    assert focus(page) == again.get_attribute("id")


def test_who_is_signed_out_loses_no_word(office, sit_down, live):
    office.unclear("第一件")
    page = sit_down("village")
    page.keyboard.press("n")
    page.locator("#id_words").fill("写到一半")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    with page.expect_response(lambda answer: "/moves/comment/" in answer.url):
        page.locator("#id_words").press("Control+Enter")

    expect(page.locator("#pane-said")).to_contain_text("signed out")
    expect(page.locator("#id_words")).to_have_value("写到一半")


def test_without_javascript_every_link_works(office, sit_down, live):
    ticket = office.unclear("第一件")
    office.unclear("第二件")
    page = sit_down("village", java_script_enabled=False)

    page.locator("[data-row]", has_text="第二件").click()
    expect(title(page)).to_have_text("第二件")
    page.locator("[data-row]", has_text="第一件").click()
    page.get_by_role("link", name="Accept A").click()
    expect(page).to_have_url(f"{live.url}/tickets/{ticket.number}/moves/accept/")
    page.goto(f"{live.url}/console/?look=map")
    page.locator("#queue-all").click()
    expect(page.locator(".pane-row")).to_have_count(2)
    page.locator("#id_search").fill("第二件")
    page.locator("#id_search").press("Enter")
    expect(page.locator(".pane-row")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "scheme"), [("zh-hans", "light"), ("en", "dark")])
def test_it_is_whole_at_every_size_for_every_reader(office, sit_down, language, scheme):
    User.objects.update(language=language)
    office.answered()
    office.report("井盖没了，很危险", kind="0101")
    office.report("某干部态度恶劣", kind="0302")
    for nth in range(12):
        office.unclear(f"第{nth}件：{'这里有点不对劲，请来人看一看' * (nth % 3 + 1)}")
    Ticket.objects.filter(state="submitted").update(centre=office.user("district").posts.get().unit)
    page = sit_down("district", color_scheme=scheme)

    for width, height in [(768, 1024), (1024, 768), (1366, 768), (1600, 900), (3840, 2160)]:
        page.set_viewport_size({"width": width, "height": height})
        for keys, forms, look in (
            ("", 0, "list"), ("e", 1, "list"), ("Escape", 0, "list"), ("l", 0, "map"),
            ("l", 0, "list"),
        ):  # fmt: skip
            if keys:
                page.keyboard.press(keys)
            expect(page.locator("#pane-do form[data-send]")).to_have_count(forms)
            expect(page.locator("#pane-list")).to_have_attribute("data-look", look)
            if look == "list":
                expect(page.locator("#rows [aria-current]")).to_have_count(1)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, keys)
            if width in (768, 1366):
                found = Axe().run(page).response["violations"]
                assert [(f["id"], [n["html"][:150] for n in f["nodes"]]) for f in found] == [], keys


def test_a_step_is_taken_back_with_a_key_and_a_colleague_is_seen(office, sit_down):
    ticket = office.unclear("第一件")
    office.unclear("第二件")
    page = sit_down("village", f"/console/tickets/{ticket.number}/?queue=accept")
    town = sit_down("town", f"/console/tickets/{ticket.number}/")
    expect(town.locator("#others")).to_contain_text("Duty officer", timeout=60_000)

    page.keyboard.press("a")
    page.locator("#id_event_type").select_option(index=2)
    page.locator("#submit").click()
    expect(page.locator("#pane-said")).to_contain_text("Accepted")
    page.keyboard.press("z")

    expect(page.locator("#pane-said")).to_contain_text("Taken back")
    expect(page.locator("#pane-ticket")).to_have_attribute("data-number", ticket.number)
    ticket.refresh_from_db()
    assert ticket.state == "submitted"


def test_several_are_dispatched_together_after_one_has_seen_to_whom(office, sit_down):
    for words in ("第一件", "第二件"):
        ticket = office.unclear(words)
        lifecycle.accept(
            ticket_id=ticket.pk, by=office.user("village"), at=timezone.now(),
            event_type=EventType.objects.get(code="0102"),
        )  # fmt: skip
    Ticket.objects.update(centre=office.user("district").posts.get().unit)
    SavedView.objects.create(
        owner=office.user("district"), name="Piles", asked={"words": "第"}, made_at=timezone.now()
    )
    page = sit_down("district", "/console/?queue=dispatch")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+D")
    sheet = page.locator("#bulk-sheet")
    expect(sheet).to_contain_text("Nothing has happened yet")
    assert set(Ticket.objects.values_list("state", flat=True)) == {"accepted"}
    page.keyboard.press("Enter")
    expect(sheet).to_contain_text("2 tickets are dispatched")
    assert set(Ticket.objects.values_list("state", flat=True)) == {"dispatched"}

    # Taken back: of the one on which somebody has acted since it is said who did, and what.
    lifecycle.sign(ticket_id=ticket.pk, by=office.user("village"), at=timezone.now())
    Undoable.objects.update(at=timezone.now() + timedelta(hours=1))  # however slow this machine is
    sheet.get_by_role("button", name="Take all of it back").click()
    expect(sheet).to_contain_text("1 ticket is as it was before. 1 was not taken back")
    expect(sheet.get_by_role("row", name=ticket.number)).to_contain_text("was faster: “Signed for”")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("#queue-dispatch .tab-count")).to_have_text("1")
    go_to(page, "1", "[data-queue='1']")
    expect(page.locator(".pane-row")).to_have_count(2)
