"""Every move through its page: by whom, with what, and what happens when it does not work."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from grids.models import Unit
from tests import land
from tests.tickets.desk import Desk, text
from tickets import lifecycle
from tickets.forms.moves import FORMS
from tickets.models import EventType, Ticket
from tickets.states import RULES, Hat, Move
from tickets.views.moves import VERBS


def address(ticket: Ticket, move: str) -> str:
    return f"/tickets/{ticket.number}/moves/{move}/"


def kind(code: str) -> int:
    return EventType.objects.get(code=code).pk


def unit(code: str) -> int:
    return Unit.objects.get(code=code).pk


def picture(name: str = "after.jpg") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/jpeg")


def accepted(desk: Desk) -> Ticket:
    ticket = desk.unclear()
    return lifecycle.accept(
        ticket_id=ticket.pk, by=desk.user("village"), at=timezone.now(),
        event_type=EventType.objects.get(code="0102"),
    )  # fmt: skip


# Who reports, what happens by itself, and what is on record in the breath in which it is found.
NO_STAFF = {Hat.REPORTER, Hat.SYSTEM, Hat.FINDER}


def test_every_move_that_staff_make_has_a_form_and_a_verb():
    staffs = {move for move, rule in RULES.items() if rule.makers - NO_STAFF}

    assert set(FORMS) == set(VERBS) == staffs


# --- Each move -----------------------------------------------------------------------------------

# move: (the ticket, who, what is typed, the state afterwards)
MOVES = {
    Move.ACCEPT: (Desk.unclear, "village", lambda: {"event_type": kind("0102")}, "accepted"),
    Move.REFUSE: (Desk.unclear, "village", lambda: {"reason": "R05", "words": "找邻区"}, "refused"),
    Move.MERGE: (Desk.unclear, "village", lambda: {"into": other_number()}, "merged"),
    Move.DISPATCH: (
        accepted, "village", lambda: {"unit": unit(f"VC-{land.WILLOW_BRIDGE}")}, "dispatched",
    ),
    Move.SIGN: (Desk.given_to_roads, "roads", dict, "signed"),
    Move.START: (Desk.signed, "roads", dict, "handling"),
    Move.RESOLVE: (
        Desk.in_work, "roads", lambda: {"words": "换好", "evidence": "在场"}, "resolved",
    ),
    Move.VERIFY: (Desk.resolved, "district", lambda: {"words": "已看过"}, "resolved"),
    Move.SEND_BACK: (Desk.resolved, "district", lambda: {"words": "还有一盏"}, "handling"),
    Move.FEED_BACK: (Desk.resolved, "district", lambda: {"words": "灯亮了"}, "feedback"),
    Move.ARCHIVE: (Desk.answered, "district", dict, "closed"),
    Move.COMMENT: (Desk.unclear, "village", lambda: {"words": "先看看"}, "submitted"),
    Move.QUESTION: (Desk.given_to_roads, "roads", lambda: {"words": "哪一盏"}, "dispatched"),
    Move.CLIMB: (Desk.unclear, "village", lambda: {"words": "村里办不了"}, "submitted"),
    Move.SUPERVISE: (
        Desk.given_to_roads, "supervisor",
        lambda: {"grade": "key", "words": "请快办", "answer_by": "2999-01-01T10:00"}, "dispatched",
    ),
    Move.UNDO: (accepted, "village", dict, "submitted"),
}  # fmt: skip


def other_number() -> str:
    return Ticket.objects.order_by("pk").last().number


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_each_move_is_made_on_its_page(desk, move, clock_stands):
    make, who, data, state = MOVES[move]
    ticket = make(desk)
    if move == Move.MERGE:
        desk.unclear("同一件事")
    client = desk.client(who)

    shown = client.get(address(ticket, move))
    sent = client.post(address(ticket, move), data())

    assert shown.status_code == 200
    assert str(move.label) in text(shown)
    assert sent.status_code == 302, text(sent)
    ticket.refresh_from_db()
    assert ticket.state == state
    last = ticket.events.filter(kind="moved").order_by("-pk")[0]
    assert (last.move, last.by) == (move, desk.user(who))
    after = client.get(sent.headers["Location"])
    assert after.status_code == 200
    assert ticket.number in text(after)


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_whoever_sees_the_ticket_without_the_role_is_told_so(desk, move):
    ticket = MOVES[move][0](desk)
    client = desk.client("leader")

    answers = [client.get(address(ticket, move)), client.post(address(ticket, move), {})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Your post does not let you do this here." in text(answers[0])


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_for_whoever_does_not_see_the_ticket_it_does_not_exist(desk, move):
    ticket = MOVES[move][0](desk)
    client = desk.client("outsider")

    assert client.get(address(ticket, move)).status_code == 404
    assert client.post(address(ticket, move), {}).status_code == 404


@pytest.mark.parametrize("move", ["rate", "withdraw"])
def test_what_is_the_reporters_to_do_is_no_staffs(desk, move):
    assert desk.client("village").post(address(desk.unclear(), move)).status_code == 403


def test_a_move_that_does_not_exist_is_not_found(desk):
    assert desk.client("village").get(address(desk.unclear(), "fly")).status_code == 404


def test_signing_and_starting_are_one_press_on_the_tickets_page(desk):
    ticket = desk.given_to_roads()
    client = desk.client("roads")

    page = client.get(f"/tickets/{ticket.number}/").content.decode()

    assert re.search(rf'<form method="post" action="{address(ticket, "sign")}">', page)


# --- What the forms show and refuse --------------------------------------------------------------


def test_accepting_shows_the_types_with_their_limits_and_proposes_one_from_the_words(desk):
    ticket = desk.unclear("垃圾和摆摊")
    form = desk.client("village").get(address(ticket, "accept")).context["form"]

    choices = dict(form.fields["event_type"].choices)

    assert [str(says) for _, says in choices["Safety"]] == [
        "Blocked fire lane · P2 · sign 1 work hour · resolve 4 work hours",
        "Dangerous wiring · P2 · sign 2 work hours · resolve 1 working day",
        "Fire · P1 · sign 5 minutes · resolve 2 hours",
    ]
    assert form["event_type"].value() == kind("0102")
    assert "Suggested from the words" in form.fields["event_type"].help_text


def test_dispatching_proposes_the_first_level_then_the_supports(desk):
    answer = desk.client("village").get(address(accepted(desk), "dispatch"))
    form = answer.context["form"]

    headings = [str(heading) for heading, _ in list(form.fields["unit"].choices)[1:]]
    proposed = [str(label) for _, label in list(form.fields["unit"].choices)[1][1]]

    assert headings[0] == "Proposed"
    assert proposed[0].startswith("Willow Bridge Community Command Centre · 0 in hand · 2 people")
    assert "what this does" in text(answer).lower()
    assert "the unit you choose, which must sign for it in time" in text(answer)


def test_a_critical_matter_is_refused_by_the_supervisor_after_giving_the_number(desk):
    ticket = desk.unclear()
    Ticket.objects.filter(pk=ticket.pk).update(urgency="P1", centre=unit("DC"))
    supervisor, officer = desk.client("supervisor"), desk.client("district")
    typed = {"reason": "R01", "words": "请打119"}

    shown = text(supervisor.get(address(ticket, "refuse")))
    without = supervisor.post(address(ticket, "refuse"), typed)
    by_officer = officer.post(address(ticket, "refuse"), typed | {"number_given": "on"})
    done = supervisor.post(address(ticket, "refuse"), typed | {"number_given": "on"})

    assert "110 Police" in shown
    assert "Give the reporter the emergency number first." in text(without)
    assert "Only the shift supervisor may refuse a critical matter" in text(by_officer)
    assert "请打119" in text(by_officer)
    assert done.status_code == 302


def test_a_unit_of_another_town_is_not_offered(desk):
    ticket = accepted(desk)

    answer = desk.client("village").post(
        address(ticket, "dispatch"), {"unit": unit(f"TC-{land.WEST_HILL}")}
    )

    assert "Select a valid choice." in text(answer)


def test_dispatching_with_helpers_shows_them_on_the_ticket(desk):
    ticket = desk.given_to_roads()
    client = desk.client("district")

    client.post(
        address(ticket, "dispatch"), {"unit": unit("ROADS"), "helpers": [unit("FIRE")], "words": ""}
    )

    assert client.get(f"/tickets/{ticket.number}/").context["helpers"] == [
        Unit.objects.get(code="FIRE")
    ]
    assert desk.client("fire").get(f"/tickets/{ticket.number}/").status_code == 200


@pytest.mark.parametrize("words", ["灯亮了🙂", "𠮷野㵘", "\u202eabc", "<script>alert(1)</script>"])
def test_any_script_is_kept_and_shown_as_it_was_typed(desk, words):
    ticket = desk.in_work()
    client = desk.client("roads")

    client.post(address(ticket, "resolve"), {"words": words, "evidence": "在场"})
    page = client.get(f"/tickets/{ticket.number}/")

    assert page.context["lines"][-1].words == f"{words}\n\n在场"
    assert "<script>alert" not in page.content.decode()


def test_a_result_needs_a_photo_or_what_shows_it(desk):
    ticket = desk.in_work()

    answer = desk.client("roads").post(address(ticket, "resolve"), {"words": "都弄好了"})

    assert "Add a photo, or say what shows that it is done." in text(answer)
    assert "都弄好了" in text(answer)


def test_a_photo_comes_with_the_result_and_one_that_was_received_is_never_asked_for_again(
    desk, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    ticket = desk.in_work()
    client = desk.client("roads")

    first = client.post(address(ticket, "resolve"), {"words": "", "photos": [picture()]})
    second = client.post(
        address(ticket, "resolve"), {"words": "换好了", "kept": first.context["kept_packed"]}
    )

    assert [photo.name for photo in first.context["kept"]] == ["after.jpg"]
    assert second.status_code == 302
    photo = ticket.photos.get()
    assert (photo.purpose, photo.state) == ("evidence", "waiting")


def test_the_answer_to_the_reporter_begins_with_what_the_unit_wrote(desk):
    answer = desk.client("district").get(address(desk.resolved(), "feed_back"))

    assert "灯已换好" in answer.context["form"]["words"].value()


def test_before_it_is_made_a_move_says_who_gets_it_and_who_is_told(desk):
    ticket = desk.in_work(contact_phone="13812345678")
    page = text(desk.client("roads").get(address(ticket, "resolve")))
    answer = text(
        desk.client("district").get(
            address(desk.resolved(contact_phone="13812345678"), "feed_back")
        )
    )

    assert "Creekside District Command Centre: 2 people" in page
    assert "the reporter, by text message" in answer
