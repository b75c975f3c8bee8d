"""Before sending: what kind it seems to be, whom to call, and whether others have it too."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grids.models import Area
from people.models import User
from tests.tickets.public.residents import (
    RUBBISH,
    browser,
    errors_on,
    filled,
    hidden,
    reported,
    said,
    text_of,
)
from tests.tickets.two_towns import IN_REED, LOTUS, REED
from tickets import duplicates, lifecycle
from tickets.emergency import calls_for
from tickets.models import EventCategory, EventType, Follower, Ticket, TicketEvent

pytestmark = pytest.mark.django_db

LAT, LNG = IN_REED
HERE = {"lat": str(LAT), "lng": str(LNG), "area_code": ""}
# About 150 and 600 metres to the north.
CLOSE, FAR = {**HERE, "lat": str(LAT + 0.00135)}, {**HERE, "lat": str(LAT + 0.0054)}


def looked(client, **values) -> str:
    """The fragment with the open reports alike, as the page's script asks for it."""
    answer = client.post("/report/alike/", {"event_type": "0102", **HERE} | values)
    return text_of(answer).strip()


def join(client, **values) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', looked(client, **values))
    assert found
    return found[1]


# --- What kind it seems to be ---------------------------------------------------------------------


def test_words_are_answered_with_chips_and_none_of_these(resident):
    chips = text_of(resident.post("/report/kinds/", {"words": "门口井盖松动，车过就响"}))
    assert re.findall(r'data-kind="(\w+)" aria-pressed="(\w+)"', chips) == [("0101", "true")]
    assert "None of these" in chips


def test_what_is_not_sure_is_shown_and_not_chosen(resident):
    chips = text_of(resident.post("/report/kinds/", {"words": "想问一下。路边有点垃圾"}))
    assert re.findall(r'data-kind="(\w+)" aria-pressed="(\w+)"', chips) == [("0102", "false")]


@pytest.mark.parametrize("words", ["", "hello", "\0", "x" * 100_000])
def test_words_that_suggest_nothing_give_nothing(resident, words):
    answer = resident.post("/report/kinds/", {"words": words})
    assert (answer.status_code, text_of(answer).strip()) == (200, "")


def test_none_of_these_keeps_a_confident_guess_from_dispatching(resident):
    sure = reported(resident, words="门口井盖松动，车过就响")
    assert (sure.event_type.code, sure.state) == ("0101", "dispatched")
    form = filled(words="门口井盖松动，车过就响，旁边还有别的事", none_of_these="1")
    assert resident.post("/report/", form).status_code == 302
    asked = Ticket.objects.exclude(pk=sure.pk).get()
    assert (asked.event_type, asked.state) == (None, "submitted")
    # Whoever accepts it still sees the guess.
    assert asked.events.get(kind="reported").data == {"suggested": "0101"}


def test_a_chosen_kind_goes_before_none_of_these(resident):
    ticket = reported(resident, event_type="0102", none_of_these="1")
    assert ticket.event_type.code == "0102"


# --- Whom to call ---------------------------------------------------------------------------------


NUMBERS = [
    {"number": "119", "name": "fire", "words": ["着火", "on fire"]},
    {"number": "120", "name": "ambulance", "words": ["晕倒"]},
    {"number": "122", "name": "traffic", "words": []},
]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("楼下着火了，有人晕倒", ["119", "120"]),
        ("着 火\n了", ["119"]),
        ("The shed is ON  FIRE", ["119"]),
        ("ｏｎ ｆｉｒｅ", ["119"]),
        ("路灯不亮", []),
        ("", []),
    ],
)
def test_words_of_danger_call_for_a_number(words, numbers):
    assert [n["number"] for n in calls_for(words, NUMBERS)] == numbers


def test_the_words_of_danger_stand_in_the_page_for_its_script(resident):
    page = text_of(resident.get("/report/"))
    assert '<a href="tel:119" data-words="着火;on fire">' in page
    assert re.search(r"data-stopper hidden>", page)


def test_a_report_of_danger_comes_in_and_says_whom_to_call(resident):
    ticket = reported(resident, words="楼上着火了")
    page = text_of(resident.get("/report/done/"))
    assert Ticket.objects.get() == ticket
    assert "Is somebody in danger right now? Call first." in page
    assert page.index('href="tel:119"') < page.index(ticket.code)


def test_a_form_that_is_shown_again_says_whom_to_call_too(resident):
    page = text_of(resident.post("/report/", filled(words="楼上着火了", area_code="")))
    assert "data-stopper>" in page


# --- Open reports alike ---------------------------------------------------------------------------


def test_an_open_report_of_the_same_kind_nearby_is_shown_without_its_words(resident, ticket):
    Ticket.objects.update(lat=LAT, lng=LNG, exact=True, area_code=f"{REED}001",
                          grid=Area.objects.get(code=f"{REED}001"))  # fmt: skip
    shown = looked(browser(), **CLOSE)
    text = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    assert "Dumped rubbish · Grid 1 · about 150 m from your place" in text
    assert "Dispatched, to be signed for" in text
    for secret in [RUBBISH, ticket.number, ticket.code, str(ticket.lat)]:
        assert secret not in shown


def test_what_is_far_of_another_kind_or_unclear_is_not_shown(resident):
    reported(resident, event_type="0102", **HERE)
    stranger = browser()
    assert looked(stranger, **CLOSE)
    assert looked(stranger, **FAR) == ""
    assert looked(stranger, event_type="0101") == ""
    assert looked(stranger, event_type="", words="什么") == ""
    assert looked(stranger, event_type="", words="垃圾", none_of_these="1") == ""
    assert looked(stranger, event_type="", words="好多垃圾")
    assert looked(stranger, lat="", lng="", area_code=REED)
    assert looked(stranger, lat="", lng="", area_code=LOTUS) == ""
    assert looked(stranger, lat="", lng="", area_code="9") == ""
    # Nor is one's own.
    assert looked(resident) == ""


@pytest.mark.parametrize(
    "hide",
    [
        lambda: Ticket.objects.update(restricted=True),
        lambda: Ticket.objects.update(held=True),
        lambda: Ticket.objects.update(state="closed"),
        lambda: EventType.objects.update(restricted=True),
        lambda: EventCategory.objects.update(at_area_centre=True),
    ],
    ids=["restricted", "held", "closed", "restricted kind", "a kind about people"],
)
def test_what_is_not_for_everybody_is_neither_shown_nor_joined(resident, hide):
    reported(resident, event_type="0102", **HERE)
    stranger = browser()
    token = join(stranger)
    hide()
    assert looked(stranger) == ""
    assert stranger.post("/report/too/", {"ticket": token}).url == "/report/"
    assert Follower.objects.count() == 0


def test_a_moved_pin_tells_no_more_than_fifty_metres(resident):
    reported(resident, event_type="0102", **HERE)
    kind = EventType.objects.get(code="0102")
    near = [
        duplicates.alike(event_type=kind, lat=LAT + n / 20_000, lng=LNG, but=[])[0].metres
        for n in range(4)
    ]
    assert set(near) == {50}


def test_a_script_that_looks_everywhere_is_slowed_down(resident, clock_stands):
    codes = [resident.post("/report/kinds/", {"words": ""}).status_code for _ in range(70)]
    assert (codes[0], codes[-1]) == (200, 429)


def test_bad_values_find_nothing(resident, ticket):
    for bad in [{"lat": "x"}, {"lat": "nan"}, {"event_type": "zz"}, {"area_code": "9" * 400},
                {"words": "\0"}]:  # fmt: skip
        assert looked(resident, **bad) == ""


@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_looking_asks_the_database_as_much_for_a_thousand_reports(resident, rows):
    ticket = reported(resident, event_type="0102", **HERE)
    made = [
        Ticket(**{f.attname: getattr(ticket, f.attname) for f in Ticket._meta.fields
                  if f.name not in {"id", "key", "number", "code"}}, code=f"{n:010d}")
        for n in range(rows - 1)
    ]  # fmt: skip
    for n, row in enumerate(made):
        row.key, row.number = f"00000000-0000-4000-8000-{n:012d}", f"SX-{n}"
    Ticket.objects.bulk_create(made)
    kind = EventType.objects.get(code="0102")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = duplicates.alike(event_type=kind, lat=LAT, lng=LNG, but=[])
    assert (len(queries), len(found)) == (1, min(rows, duplicates.PUBLIC_AT_MOST))


# --- I have this too ------------------------------------------------------------------------------


def test_whoever_has_it_too_is_counted_once_and_follows_without_the_words(resident):
    ticket = reported(resident, event_type="0102", **HERE)
    neighbour = browser()
    neighbour.get("/report/")  # the device's random number
    token = join(neighbour)
    events = TicketEvent.objects.count()
    for _ in range(2):
        assert neighbour.post("/report/too/", {"ticket": token}).url == "/followed/"
    assert Follower.objects.count() == 1
    assert (Ticket.objects.count(), TicketEvent.objects.count()) == (1, events)
    page = text_of(neighbour.get("/followed/"))
    assert "Dumped rubbish" in page
    assert "1 other person has this too" in page
    for secret in [RUBBISH, ticket.number, ticket.code]:
        assert secret not in page
    # It opens nothing of the reporter's own.
    assert RUBBISH not in text_of(neighbour.get(f"/track/{ticket.code}/"))
    assert RUBBISH not in text_of(neighbour.post(f"/track/{ticket.code}/withdraw/", {}))
    assert Ticket.objects.get().state == "dispatched"
    assert looked(neighbour) == ""


def test_two_people_are_two_and_thanked(resident):
    reported(resident, event_type="0102", **HERE)
    for number in (1, 2):
        neighbour = browser()
        neighbour.post("/report/too/", {"ticket": join(neighbour)})
        assert f"With you {number} more" in said(neighbour)
    assert "2 other people have this too" in looked(browser())


def test_followers_see_that_it_is_done(resident):
    ticket = reported(resident, event_type="0102", **HERE)
    neighbour = browser()
    neighbour.post("/report/too/", {"ticket": join(neighbour)})
    duty, at = User.objects.get(username=f"duty-{REED}"), timezone.now()
    step = {"ticket_id": ticket.pk, "by": duty, "at": at}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="Taken away.", evidence="seen")
    assert "Handled, being checked" in text_of(neighbour.get("/followed/"))
    Ticket.objects.update(restricted=True)
    assert "You follow nothing yet" in text_of(neighbour.get("/followed/"))


def test_what_one_follows_is_found_again_and_forgotten_when_told(resident):
    reported(resident, event_type="0102", **HERE)
    neighbour = browser()
    assert "/followed/" not in text_of(neighbour.get("/track/"))
    neighbour.post("/report/too/", {"ticket": join(neighbour)})
    assert 'href="/followed/"' in text_of(neighbour.get("/track/"))
    neighbour.post("/track/forget/")
    assert "You follow nothing yet" in text_of(neighbour.get("/followed/"))


@pytest.mark.parametrize("rows", [1, 10, 30])
def test_what_one_follows_is_one_question_to_the_database(ticket, rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(duplicates.followed([ticket.pk, *range(10_000, 10_000 + rows)])) == 1


@pytest.mark.parametrize("token", ["", "forged", "1:x:y"])
def test_a_forged_or_old_token_joins_nothing(resident, ticket, token):
    assert resident.post("/report/too/", {"ticket": token}).url == "/report/"
    assert "The page was open too long." in said(resident)
    assert Follower.objects.count() == 0


def test_nobody_joins_a_dozen_within_minutes(resident, clock_stands):
    ticket = reported(resident, event_type="0102", **HERE)
    token = join(browser())
    for _ in range(12):
        browser().post("/report/too/", {"ticket": token})
    assert Follower.objects.filter(ticket=ticket).count() == 10


def test_the_same_mark_counts_once_for_each_ticket(ticket):
    at = timezone.now()
    counts = [
        lifecycle.follow(ticket_id=ticket.pk, mark=mark, at=at + timedelta(minutes=1))
        for mark in ("a", "a", "b")
    ]
    assert counts == [1, 1, 2]


def test_staff_see_how_many_have_it_too(client, ticket):
    lifecycle.follow(ticket_id=ticket.pk, mark="a", at=timezone.now())
    client.force_login(User.objects.get(username=f"duty-{REED}"))
    assert "另有 1 人也遇到这件事。" in text_of(client.get(f"/tickets/{ticket.number}/"))


# --- Without script -------------------------------------------------------------------------------


def test_without_script_those_alike_are_shown_once_before_it_is_sent(resident):
    reported(resident, event_type="0102")
    stranger = browser()
    form = filled(event_type="0102", looked="", words="Rubbish again, by the bridge.")
    page = stranger.post("/report/", form)
    assert (page.status_code, Ticket.objects.count(), errors_on(page)) == (200, 1, [])
    assert "Others have told us something like this nearby." in text_of(page)
    assert "Rubbish again, by the bridge." in text_of(page)
    again = form | {"looked": hidden(page, "looked"), "key": hidden(page, "key")}
    assert stranger.post("/report/", again).status_code == 302
    assert Ticket.objects.count() == 2


def test_without_script_a_report_of_danger_is_not_held_up(resident):
    reported(resident, event_type="0102")
    form = filled(event_type="0102", looked="", words="The rubbish is on fire.")
    assert browser().post("/report/", form).status_code == 302
    assert Ticket.objects.count() == 2


# --- Names ----------------------------------------------------------------------------------------


def test_a_name_that_is_too_long_is_said_and_not_cut_off(resident):
    name = "欧" * 81
    page = resident.post("/report/", filled(contact_name=name))
    assert errors_on(page) == ["Please shorten the name: 80 characters are the most."]
    assert f'value="{name}"' in text_of(page)
    assert "maxlength" not in text_of(page)


def test_a_name_from_right_to_left_is_kept_and_shown_in_its_direction(resident):
    page = resident.post("/report/", filled(words="", contact_name="محمد بن عبد الله"))
    field = re.search(r'<input[^>]*name="contact_name"[^>]*>', text_of(page))
    assert field
    assert 'dir="auto"' in field[0]
    assert "محمد بن عبد الله" in field[0]
