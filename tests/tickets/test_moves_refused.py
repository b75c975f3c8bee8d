"""Moves that cannot be made: each gets a sentence, and nothing typed is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from grids.models import Unit
from tests import land
from tests.tickets.desk import HUGE, text
from tests.tickets.test_moves_pages import accepted, address, kind, unit
from tickets import lifecycle
from tickets.states import Move
from tickets.views.moves import VERBS


@pytest.mark.parametrize("chosen", [HUGE, "", "abc", "\0", "-1", "999999"])
def test_a_type_that_does_not_exist_is_refused_in_words(desk, chosen):
    ticket = desk.unclear()

    answer = desk.client("village").post(
        address(ticket, "accept"), {"event_type": chosen, "words": "看过了"}
    )

    assert answer.status_code == 200
    assert "event_type" in answer.context["form"].errors
    assert "看过了" in text(answer)


@pytest.mark.parametrize(
    ("into", "said"),
    [
        ("CK-20990101-9999", "There is no ticket CK-20990101-9999 that you can see."),
        ("foreign", "There is no ticket"),
        ("itself", "A ticket cannot be merged with itself."),
        ("", "is missing."),
        ("a\0b", "Null characters are not allowed."),
        ("🙂" * 41, "at most 40"),
    ],
)
def test_merging_with_what_one_cannot_see_is_refused_in_words(desk, into, said):
    ticket = desk.unclear()
    foreign = desk.unclear("外镇的", grid=land.MILL)
    number = {"foreign": foreign.number, "itself": ticket.number}.get(into, into)

    answer = desk.client("village").post(
        address(ticket, "merge"), {"into": number, "words": "写了很久的备注"}
    )

    assert answer.status_code == 200
    assert said in text(answer)
    assert "写了很久的备注" in text(answer)
    ticket.refresh_from_db()
    assert ticket.state == "submitted"


@pytest.mark.parametrize(
    "chosen", [HUGE, "0", "-1", "abc", "", "\0", "🙂", "1 OR 1=1", "999999"]
)  # fmt: skip
def test_a_unit_that_is_not_offered_is_refused_in_words(desk, chosen):
    ticket = accepted(desk)

    answer = desk.client("village").post(
        address(ticket, "dispatch"), {"unit": chosen, "helpers": [chosen], "words": "带上工具"}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert "带上工具" in text(answer)
    ticket.refresh_from_db()
    assert ticket.state == "accepted"


WORDS = {Move.RESOLVE: "roads", Move.SEND_BACK: "district", Move.FEED_BACK: "district"}


@pytest.mark.parametrize("move", WORDS, ids=str)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "is missing."),
        ("   ", "is missing."),
        ("灯" * 350_000, "Please shorten the text"),
        ("灯\0亮了", "characters that cannot be stored"),
    ],
)
def test_words_that_cannot_be_taken_are_told_so(desk, move, typed, said):
    ticket = desk.in_work() if move == Move.RESOLVE else desk.resolved()
    before = ticket.state

    answer = desk.client(WORDS[move]).post(
        address(ticket, move), {"words": typed, "evidence": "居民在场"}
    )

    assert answer.status_code == 200
    assert said in text(answer)
    assert typed.replace("\0", "").strip() in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == before


def test_what_is_no_photo_is_told_so_and_the_words_are_kept(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    ticket = desk.in_work()
    fake = SimpleUploadedFile("result.jpg", b"this is no picture", content_type="image/jpeg")

    answer = desk.client("roads").post(
        address(ticket, "resolve"), {"words": "换好了", "evidence": "在场", "photos": [fake]}
    )

    assert answer.status_code == 200
    assert "result.jpg" in text(answer)
    assert "换好了" in text(answer)
    ticket.refresh_from_db()
    assert ticket.state == "handling"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"grade": "", "words": "请快办"}, "is missing."),
        ({"grade": "nonsense", "words": "请快办"}, "Select a valid choice."),
        ({"grade": "key", "words": "请快办", "answer_by": "tomorrow"}, "Enter a valid date/time."),
        ({"grade": "key", "words": "请快办", "answer_by": "2020-01-01T00:00"}, "in the future"),
        ({"grade": "key", "words": "请快办", "answer_by": "0001-01-01T00:00"}, "in the future"),
    ],
)
def test_supervision_with_nonsense_in_it_is_told_so_and_kept(desk, data, said):
    answer = desk.client("supervisor").post(address(desk.given_to_roads(), "supervise"), data)

    assert answer.status_code == 200
    assert said in text(answer)
    assert "请快办" in text(answer)


# --- Two at once ---------------------------------------------------------------------------------


def test_the_second_of_two_tabs_is_told_who_was_faster_and_keeps_its_words(desk, clock_stands):
    ticket = desk.unclear()
    officer, supervisor = desk.client("village"), desk.client("district")
    form = officer.get(address(ticket, "refuse"))

    supervisor.post(address(ticket, "accept"), {"event_type": kind("0102")})
    supervisor.post(
        address(ticket, "dispatch"), {"unit": unit(f"VC-{land.WILLOW_BRIDGE}"), "words": ""}
    )
    late = officer.post(
        address(ticket, "refuse"),
        {"reason": "R05", "words": "写了很久的话", "version": form.context["ticket"].version},
    )

    assert late.status_code == 200
    page = text(late)
    assert "“Do not accept” is not possible" in page
    assert "the ticket is now “Dispatched, to be signed for”." in page
    assert re.search(r"Duty officer, .+ Centre was faster: “Dispatched”, \d+ seconds? ago\.", page)
    assert "写了很久的话" in page


def test_the_same_button_pressed_twice_is_one_move_and_one_sentence(desk):
    ticket = desk.given_to_roads()
    client = desk.client("roads")

    first = client.post(address(ticket, "sign"), {"version": ticket.version})
    second = client.post(address(ticket, "sign"), {"version": ticket.version})

    assert first.status_code == 302
    assert "“Sign for” is not possible: the ticket is now “Signed for”." in text(second)
    assert ticket.events.filter(move="sign").count() == 1


def test_whoever_lost_the_ticket_meanwhile_keeps_their_words(desk):
    """The unit's form is open while the centre gives the ticket to another unit."""
    ticket = desk.in_work()
    client = desk.client("roads")
    client.get(address(ticket, "resolve"))
    verb = VERBS[Move.RESOLVE]

    def given_away_meanwhile(**arguments):
        lifecycle.dispatch(
            ticket_id=ticket.pk, by=desk.user("district"), at=timezone.now(),
            unit=Unit.objects.get(code="FIRE"),
        )  # fmt: skip
        return verb(**arguments)

    VERBS[Move.RESOLVE] = given_away_meanwhile
    try:
        answer = client.post(
            address(ticket, "resolve"), {"words": "写了很久的结果", "evidence": "在场"}
        )
    finally:
        VERBS[Move.RESOLVE] = verb

    assert answer.status_code == 200
    assert "This is not in your hands (any more)." in text(answer)
    assert "写了很久的结果" in text(answer)


def test_an_expired_form_is_refused_with_a_sentence(desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.user("roads"))
    ticket = desk.given_to_roads()

    answer = client.post(address(ticket, "sign"), {})

    assert answer.status_code == 403
    ticket.refresh_from_db()
    assert ticket.state == "dispatched"
