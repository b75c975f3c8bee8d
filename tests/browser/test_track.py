"""After sending, on a phone: the question, before and after, the rating, the slip."""

import io
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from people.models import User
from tests.browser.phones import faults, fits, phone
from tests.tickets import two_towns
from tests.tickets.two_towns import IN_REED, REED
from tickets import lifecycle, photos
from tickets.models import EventType, Photo, Question, Rating, Request, Ticket
from tickets.receipts import pin_of

WHICH = "Which of the two gates?"


@pytest.fixture
def district(live, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()
    return live


def picture(colour: str) -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(data, "JPEG")
    return SimpleUploadedFile(f"{colour}.jpg", data.getvalue(), "image/jpeg")


@pytest.fixture
def ticket(district) -> Ticket:
    lat, lng = IN_REED
    return lifecycle.report(
        key=uuid.uuid4(), words="Rubbish behind the market.", at=timezone.now(), lat=lat, lng=lng,
        event_type=EventType.objects.get(code="0102"), photos=photos.receive([picture("maroon")]),
    )  # fmt: skip


def step(ticket: Ticket) -> dict:
    duty = User.objects.get(username=f"duty-{REED}")
    return {"ticket_id": ticket.pk, "by": duty, "at": timezone.now()}


def ask(ticket: Ticket) -> None:
    lifecycle.question(**step(ticket), words=WHICH)


def handle(ticket: Ticket) -> None:
    lifecycle.sign(**step(ticket))
    lifecycle.start(**step(ticket))
    lifecycle.resolve(**step(ticket), words="Gone.", photos=photos.receive([picture("green")]))
    lifecycle.feed_back(**step(ticket), words="The rubbish is gone.")
    for waiting in Photo.objects.filter(state="waiting"):
        photos.prepare(photo_id=waiting.pk)


def opened(context: BrowserContext, district, ticket: Ticket) -> Page:
    page = context.new_page()
    page.goto(f"{district.url}/track/{ticket.code}/")
    page.fill("#id_pin", pin_of(ticket.key))
    page.click("form.card button")
    page.wait_for_url(f"**/track/{ticket.code}/")
    expect(page.locator(".steps")).to_be_visible()
    return page


@pytest.mark.parametrize(("language", "mode"), [("en-GB", ""), ("zh-CN", "elder")])
def test_the_page_is_clean_in_every_dress(browser, district, ticket, language, mode):
    ask(ticket)
    with phone(browser, locale=language) as context:
        if mode:
            context.add_cookies([{"name": "mode", "value": mode, "url": district.url}])
        page = opened(context, district, ticket)
        for fold in page.locator("summary").all():
            fold.click()
        assert (fits(page), faults(page)) == (True, [])
        handle(ticket)
        page.reload()
        assert (fits(page), faults(page)) == (True, [])
        least = 60 if mode else 44
        for target in page.locator("main :is(button, .button, summary, .tile):visible").all():
            box = target.bounding_box()
            assert box
            assert round(box["height"]) >= least, target.evaluate("e => e.outerHTML")
        page.goto(f"{district.url}/track/{ticket.code}/slip/")
        assert (fits(page), faults(page)) == (True, [])
        page.goto(f"{district.url}/track/")
        assert (fits(page), faults(page)) == (True, [])


def test_a_question_is_answered_with_a_photo(browser, district, ticket, tmp_path):
    ask(ticket)
    path = Path(tmp_path, "gate.jpg")
    path.write_bytes(picture("navy").read())
    with phone(browser) as context:
        page = opened(context, district, ticket)
        expect(page.locator(".question-words")).to_have_text(WHICH)
        page.fill("#reply_words", "The south one.")
        page.set_input_files("#reply_photos", path)
        page.click("text=Send the answer")
        expect(page.locator(".messages")).to_contain_text("Thank you for your answer.")
        expect(page.locator(".question")).to_have_count(0)
        expect(page.locator(".timeline .latest")).to_contain_text("The south one.")
    assert Question.objects.get().answered_at
    assert ticket.photos.count() == 2


def test_before_and_after_slide_by_the_keyboard(browser, district, ticket):
    handle(ticket)
    with phone(browser) as context:
        page = opened(context, district, ticket)
        slider = page.get_by_label("How much of the photo from afterwards is shown")
        slider.focus()
        before = slider.input_value()
        page.keyboard.press("ArrowLeft")
        assert slider.input_value() != before
        shown = page.evaluate(
            "getComputedStyle(document.querySelector('.compare figure:nth-of-type(2)')).clipPath"
        )
        assert f"{100 - int(slider.input_value())}%" in shown


def test_without_script_it_is_answered_compared_and_rated_in_large_type(browser, district, ticket):
    ask(ticket)
    with phone(browser, java_script_enabled=False) as context:
        context.add_cookies([{"name": "mode", "value": "elder", "url": district.url}])
        page = opened(context, district, ticket)
        page.fill("#reply_words", "The south one.")
        page.click("text=Send the answer")
        expect(page.locator(".timeline")).to_contain_text("The south one.")
        handle(ticket)
        page.reload()
        expect(page.locator(".compare figure")).to_have_count(2)
        page.get_by_label("Not solved").check()
        page.get_by_label("Dissatisfied", exact=True).check()
        page.click("text=Send the rating")
        expect(page.locator("main")).to_contain_text("You asked for it to be taken up again.")
    assert (Rating.objects.get().solved, Request.objects.get().kind) == (False, "reopening")


def test_words_typed_while_the_session_ended_are_not_lost(browser, district, ticket):
    ask(ticket)
    with phone(browser) as context:
        page = opened(context, district, ticket)
        page.fill("#reply_words", "The south one.")
        context.clear_cookies(name="sessionid")
        page.click("text=Send the answer")
        expect(page.get_by_label("What you wrote")).to_have_value("The south one.")
        page.fill("#id_pin", pin_of(ticket.key))
        page.click("text=Show my report")
        expect(page.locator("#reply_words")).to_have_value("The south one.")
        page.click("text=Send the answer")
        expect(page.locator(".timeline .latest")).to_contain_text("The south one.")


def test_at_twice_the_size_nothing_sticks_out(browser, district, ticket):
    handle(ticket)
    with phone(browser, viewport={"width": 360, "height": 640}) as context:
        page = opened(context, district, ticket)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert fits(page)
