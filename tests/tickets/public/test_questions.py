"""A question to the reporter on their page; what they typed is never lost."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User
from tests.tickets.public.residents import (
    LANGUAGES,
    act,
    browser,
    errors_on,
    hidden,
    photo,
    reported,
    said,
    text_of,
)
from tests.tickets.two_towns import REED
from tickets import lifecycle
from tickets.models import Photo, Question, Rating, Ticket, TicketEvent
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db

WHICH = "Which of the two gates?"


@pytest.fixture
def asked(ticket: Ticket) -> Ticket:
    duty = User.objects.get(username=f"duty-{REED}")
    return lifecycle.question(ticket_id=ticket.pk, by=duty, at=timezone.now(), words=WHICH)


def page_of(client: Client, ticket: Ticket) -> str:
    return text_of(client.get(f"/track/{ticket.code}/"))


def area(page: Any, name: str) -> str:
    """What stands in the text box with this id."""
    found = re.search(
        rf'<textarea[^>]*id="{name}"[^>]*>\s*(.*?)</textarea>', text_of(page), re.DOTALL
    )
    assert found, name
    return found[1].strip()


def test_the_question_stands_on_top_until_it_is_answered(resident, asked):
    page = page_of(resident, asked)
    assert page.index(WHICH) < page.index("Who has it")
    assert "There is a question for you" in text_of(resident.get("/track/"))

    act(resident, asked, "reply", words="The south one.", photos=[photo()])

    assert "Thank you for your answer." in said(resident)
    page = page_of(resident, asked)
    assert "There is a question for you" not in page
    assert page.index("The south one.") < page.index(WHICH), "the newest stands first"
    assert Photo.objects.get().purpose == "report"


def test_an_answer_sent_twice_by_two_clicks_counts_once(resident, asked):
    key = str(uuid.uuid4())
    for _ in range(2):
        assert act(resident, asked, "reply", key=key, words="The south one.").status_code == 302
    assert TicketEvent.objects.filter(move="reply").count() == 1


def test_the_second_of_two_tabs_keeps_its_words_as_a_message(resident, asked):
    act(resident, asked, "reply", words="The south one.")
    page = act(resident, asked, "reply", words="No, the north one.", photos=[photo()])

    assert errors_on(page) == ["The question was answered already, or is no longer needed."]
    assert area(page, "comment_words") == "No, the north one."
    assert "1 photo is kept." in text_of(page)
    key, kept = hidden(page, "key"), hidden(page, "kept")
    assert TicketEvent.objects.filter(move="reply").count() == 1
    comment = re.search(r'action="[^"]*/comment/".*?</form>', text_of(page), re.DOTALL)
    assert comment
    key = re.search(r'name="key" value="([^"]+)"', comment[0])[1]
    resident.post(
        f"/track/{asked.code}/comment/", {"key": key, "words": "No, the north one.", "kept": kept}
    )
    assert Photo.objects.count() == 1


def test_words_typed_while_the_session_ended_come_back_after_the_pin(asked):
    other = browser()
    page = act(other, asked, "reply", words="The south one.", photos=[photo()])
    assert area(page, "carried") == "The south one."

    carried = {name: hidden(page, name) for name in ("then", "key", "kept")}
    typed = {"code": asked.code, "words": "The south one."}
    page = other.post("/track/", carried | typed | {"pin": "no"})
    assert area(page, "carried") == "The south one.", "also after a wrong PIN"

    page = other.post("/track/", carried | typed | {"pin": pin_of(asked.key)})

    assert area(page, "reply_words") == "The south one."
    assert "1 photo is kept." in text_of(page)
    assert "Please press the button once more." in text_of(page)
    assert not TicketEvent.objects.filter(move="reply").exists()
    other.post(f"/track/{asked.code}/reply/", carried | {"words": "The south one."})
    assert (Question.objects.open().count(), Photo.objects.count()) == (0, 1)


def test_a_rating_typed_while_the_session_ended_comes_back_too(ticket):
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    step = {"ticket_id": ticket.pk, "by": duty, "at": at}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen")
    lifecycle.feed_back(**step, words="Gone.")
    other = browser()
    page = act(other, ticket, "rate", stars="4", solved="yes", words="Fine.")
    carried = {name: hidden(page, name) for name in ("then", "key", "stars", "solved")}

    page = other.post(
        "/track/", carried | {"code": ticket.code, "pin": pin_of(ticket.key), "words": "Fine."}
    )

    checked = re.findall(r'name="(?:stars|solved)" value="(\w+)"[^>]*checked', text_of(page))
    assert sorted(checked) == ["4", "yes"]
    assert not Rating.objects.exists()


def test_what_is_carried_opens_nothing_and_is_escaped(asked):
    page = act(browser(), asked, "reply", words='<b>"hello"</b>')
    assert "<b>" not in text_of(page)
    assert WHICH not in text_of(page)
    strange = browser().post(
        "/track/", {"then": "nonsense", "code": asked.code, "pin": pin_of(asked.key)}
    )
    assert strange.url == f"/track/{asked.code}/"


def test_a_form_whose_verb_broke_may_be_sent_again(resident, asked, monkeypatch):
    key = str(uuid.uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(lifecycle, "reply", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            act(resident, asked, "reply", key=key, words="The south one.")

    act(resident, asked, "reply", key=key, words="The south one.")

    assert TicketEvent.objects.filter(move="reply").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_shows_the_question_as_it_was_written(language):
    client = browser(language)
    ticket = reported(client, event_type="0102")
    duty = User.objects.get(username=f"duty-{REED}")
    lifecycle.question(ticket_id=ticket.pk, by=duty, at=timezone.now(), words=WHICH)

    assert WHICH in page_of(client, ticket)


@pytest.mark.parametrize("count", [1, 10, 30])
def test_the_list_of_receipts_costs_the_same_for_one_and_for_thirty(
    resident, count, django_assert_max_num_queries
):
    for turn in range(count):
        form = {"key": str(uuid.uuid4()), "words": f"Lamp {turn} is out", "area_code": REED}
        assert resident.post("/report/", form).status_code == 302

    with django_assert_max_num_queries(7):
        page = text_of(resident.get("/track/"))

    assert page.count("/track/") >= count


def test_the_page_costs_the_same_for_a_long_story(resident, asked, django_assert_max_num_queries):
    duty = User.objects.get(username=f"duty-{REED}")
    for turn in range(40):
        lifecycle.comment(
            ticket_id=asked.pk, by=duty, at=timezone.now(), words=f"Word {turn}", public=True
        )
    with django_assert_max_num_queries(24):
        assert "Word 39" in page_of(resident, asked)
