"""Following a report with code and PIN, and what the reporter does later."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from people.models import User
from tests.tickets.public.residents import (
    RUBBISH,
    act,
    browser,
    errors_on,
    filled,
    photo,
    said,
    text_of,
)
from tests.tickets.two_towns import REED
from tickets import lifecycle
from tickets.forms.track import FORMS
from tickets.models import Photo, Rating, Request, Ticket, TicketEvent
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db


# --- Following a report ---------------------------------------------------------------------------


def test_code_and_pin_open_the_report_on_any_device(ticket):
    other = browser()
    typed = f" {ticket.code[:5].lower()}-{ticket.code[5:]} "
    pin = pin_of(ticket.key)
    opened = other.post("/track/", {"code": typed, "pin": f"{pin[:3]} {pin[3:]}"})
    assert (opened.status_code, opened.url) == (302, f"/track/{ticket.code}/")
    page = text_of(other.get(opened.url))
    for shown in [RUBBISH, ticket.number, "Dispatched, to be signed for", "Reed centre",
                  "You reported it.", "It was given to Reed centre."]:  # fmt: skip
        assert shown in page, shown


def without_tokens(response: Any) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", text_of(response))


def test_a_wrong_code_and_a_wrong_pin_look_the_same(ticket):
    wrong_pin = f"{(int(pin_of(ticket.key)) + 1) % 1_000_000:06d}"
    pages = [
        browser().post("/track/", {"code": code, "pin": wrong_pin})
        for code in (ticket.code, "0000000000")
    ]
    assert errors_on(pages[0]) == ["There is no report with this code and PIN. Please check both."]
    shown = [
        without_tokens(page).replace(code, "CODE")
        for page, code in zip(pages, (ticket.code, "0000000000"), strict=True)
    ]
    assert shown[0] == shown[1]
    assert pages[0].status_code == pages[1].status_code


def test_without_a_receipt_a_known_and_an_unknown_code_show_the_same_question(ticket):
    known, unknown = (browser().get(f"/track/{code}/") for code in (ticket.code, "0000000000"))
    assert RUBBISH not in text_of(known)
    assert f'value="{ticket.code}"' in text_of(known)
    shown = [
        without_tokens(known).replace(ticket.code, "CODE"),
        without_tokens(unknown).replace("0000000000", "CODE"),
    ]
    assert shown[0] == shown[1]


def test_after_five_wrong_tries_even_the_right_pin_has_to_wait(ticket, clock_stands):
    other = browser()
    for _ in range(5):
        other.post("/track/", {"code": ticket.code, "pin": "no"})
    late = other.post("/track/", {"code": ticket.code, "pin": pin_of(ticket.key)})
    assert late.status_code == 429
    assert errors_on(late) == ["There were too many tries. Please wait a quarter of an hour."]


def test_null_bytes_in_code_and_pin_are_answered_with_a_sentence(resident):
    page = resident.post("/track/", {"code": "a\0", "pin": "\0"})
    assert page.status_code == 200
    assert len(errors_on(page)) == 2


def test_a_device_lists_its_reports_and_forgets_them_when_told(resident, ticket):
    assert ticket.number in text_of(resident.get("/track/"))
    resident.post("/track/forget/")
    assert ticket.number not in text_of(resident.get("/track/"))
    assert RUBBISH not in text_of(resident.get(f"/track/{ticket.code}/"))


def test_a_strangers_browser_cannot_act_on_the_report(ticket):
    for what in FORMS:
        answer = act(browser(), ticket, what, words="Let me in.")
        assert (answer.status_code, RUBBISH in text_of(answer)) == (200, False)
    assert Ticket.objects.get().version == ticket.version


# --- What the reporter does later -----------------------------------------------------------------


def handle(ticket: Ticket) -> None:
    """The centre of Reed handles and answers it."""
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    step = {"ticket_id": ticket.pk, "by": duty, "at": at}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen by two neighbours")
    lifecycle.feed_back(**step, words="The rubbish is gone; there is a bin now.")


def test_a_word_and_a_photo_added_twice_by_two_clicks_are_added_once(resident, ticket):
    key = str(uuid.uuid4())
    for _ in range(2):
        act(resident, ticket, "comment", key=key, words="It smells too.", photos=[photo()])
    comments = TicketEvent.objects.filter(move="comment")
    assert [(c.words.words, c.words.public) for c in comments] == [("It smells too.", True)]
    assert Photo.objects.count() == 1
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "It smells too." in page
    assert "1 photo is being prepared." in page


def test_more_words_than_a_person_adds_wait_in_the_form(resident, ticket, clock_stands):
    for turn in range(20):
        assert act(resident, ticket, "comment", words=f"Word {turn}").status_code == 302

    page = act(resident, ticket, "comment", words="The twenty-first")

    assert errors_on(page) == ["There were too many tries. Please wait a quarter of an hour."]
    assert "The twenty-first" in text_of(page)
    assert TicketEvent.objects.filter(move="comment").count() == 20


def test_an_empty_addition_and_a_bad_photo_get_a_sentence(resident, ticket):
    page = act(resident, ticket, "comment", words="")
    assert errors_on(page) == ["Write something, or add a photo."]
    page = act(resident, ticket, "comment", words="Look:",
               photos=[SimpleUploadedFile("x.jpg", b"no", "image/jpeg")])  # fmt: skip
    assert errors_on(page) == [
        "“x.jpg” is not a photo in JPEG, PNG or WebP format. Choose another."
    ]
    assert "Look:" in text_of(page)


def test_the_reporter_withdraws_and_is_told_if_it_is_too_late(resident, ticket):
    act(resident, ticket, "withdraw", words="It was cleaned.")
    assert Ticket.objects.get().state == "withdrawn"
    assert "Your report is withdrawn." in said(resident)
    (fault,) = errors_on(act(resident, ticket, "withdraw"))
    assert "is not possible: the ticket is now “Withdrawn”" in fault


def test_the_answer_is_shown_and_rated_solved(resident, ticket):
    handle(ticket)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    # The answer stands where it is rated, not only at the end of the story.
    assert page.index("The rubbish is gone; there is a bin now.") < page.index("Send the rating")
    # What the unit wrote for the centre is not for the reporter.
    assert "seen by two neighbours" not in page
    act(resident, ticket, "rate", stars="5", solved="yes", words="Quick.")
    rating = Rating.objects.get()
    assert (rating.stars, rating.solved, Ticket.objects.get().state) == (5, True, "closed")
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "You rated it: Very satisfied, solved." in page
    assert 'id="rate"' not in page


def test_a_rating_needs_its_level_and_whether_it_is_solved(resident, ticket):
    handle(ticket)
    page = act(resident, ticket, "rate", words="Hm.")
    assert errors_on(page) == [
        "Please say whether the matter is solved.", "Please choose one of the five levels.",
    ]  # fmt: skip
    assert "Hm." in text_of(page)
    assert Rating.objects.count() == 0


def test_not_solved_asks_for_it_to_be_taken_up_again(resident, ticket):
    handle(ticket)
    act(resident, ticket, "rate", stars="1", solved="no", words="Still there.")
    assert [(r.kind, r.state) for r in Request.objects.all()] == [("reopening", "open")]
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "The centre decides within one working day" in page
    assert "/reopen/" not in page


def test_a_closed_report_can_be_asked_for_again_but_not_without_saying_why(resident, ticket):
    handle(ticket)
    act(resident, ticket, "rate", stars="4", solved="yes")
    page = act(resident, ticket, "reopen", words=" ")
    assert errors_on(page) == ["Please say what is still wrong."]
    act(resident, ticket, "reopen", words="It is back.")
    assert Request.objects.get().state == "open"


def test_a_merged_report_says_how_the_other_one_stands_and_nothing_else_of_it(resident, ticket):
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    stranger = browser()
    stranger.post("/report/", filled(words="A neighbour's secret words.", event_type="0102"))
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    lifecycle.merge(ticket_id=ticket.pk, into_id=other.pk, by=duty, at=at)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "That one is now: Dispatched, to be signed for." in page
    assert other.code not in page
    assert "secret" not in page


def test_staff_and_their_words_to_each_other_stay_unnamed(resident, ticket):
    duty = User.objects.get(username=f"duty-{REED}")
    step = {"ticket_id": ticket.pk, "by": duty, "at": timezone.now()}
    lifecycle.comment(**step, words="He complains every week.")
    lifecycle.comment(**step, words="We come tomorrow.", public=True)
    page = text_of(resident.get(f"/track/{ticket.code}/"))
    assert "We come tomorrow." in page
    assert "every week" not in page
    assert duty.username not in page
