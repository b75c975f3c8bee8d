"""A grid worker's day: what is in their hands, and what they do with one tap."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import land
from tests.tickets.desk import ago, text
from tests.tickets.public.residents import photo
from tests.tickets.test_listing import copies
from tickets import lifecycle
from tickets.models import Ticket

GRID = land.WILLOW_GRIDS[0]


def shown(answer) -> list[str]:
    return [card.ticket.number for card in answer.context["cards"]]


def by_worker(desk, ticket, *verbs) -> Ticket:
    for verb in verbs:
        verb(ticket_id=ticket.pk, by=desk.user("worker"), at=timezone.now())
    return ticket


def test_the_day_holds_what_the_village_has_in_hand_in_the_workers_grid(desk):
    mine = desk.report("路边一堆垃圾", kind="0102")
    desk.report("别处一堆垃圾", kind="0102", grid=land.WILLOW_GRIDS[1])
    desk.report("路灯不亮", kind="0104")

    answer = desk.client("worker").get("/day/")

    assert shown(answer) == [mine.number]
    page = text(answer)
    for said in (
        "路边一堆垃圾",
        "Dispatched, to be signed for",
        "Piled rubbish",
        "left",
        "Sign for",
    ):
        assert said in page


def test_the_nearest_limit_stands_first_and_what_is_over_says_so(desk):
    later = desk.report("晚一点的", kind="0301")
    over = desk.report("早该办的", kind="0102", at=ago(days=9))

    answer = desk.client("worker").get("/day/")

    assert shown(answer) == [over.number, later.number]
    assert answer.context["counts"] == {"to_sign": 2, "in_work": 0, "over": 1}


def test_sign_and_start_are_one_tap_and_lead_back_to_the_day(desk):
    ticket = desk.report("路边一堆垃圾", kind="0102")
    client = desk.client("worker")

    for move, state in (("sign", "signed"), ("start", "handling")):
        answer = client.post(f"/tickets/{ticket.number}/moves/{move}/", {"back": "day"})
        assert answer.headers["Location"] == f"/day/#t-{ticket.number}"
        ticket.refresh_from_db()
        assert ticket.state == state
    assert (
        f"/tickets/{ticket.number}/moves/resolve/?back=day" in client.get("/day/").content.decode()
    )


def test_resolving_and_asking_lead_back_to_the_day_too(desk):
    ticket = desk.report("路边一堆垃圾", kind="0102")
    client = desk.client("worker")
    form = client.get(f"/tickets/{ticket.number}/ask/return/?back=day")
    asked = client.post(
        f"/tickets/{ticket.number}/ask/return/",
        {"back": "day", "reason": "not_ours", "words": "是私人院子"},
    )

    assert '<input type="hidden" name="back" value="day">' in form.content.decode()
    assert asked.headers["Location"] == f"/day/#t-{ticket.number}"
    assert "Return: Willow Bridge Community Command Centre decides by" in text(client.get("/day/"))


@pytest.mark.parametrize("back", ["", "https://example.org/", "//example.org", "wall", "day/../.."])
def test_nobody_is_led_to_another_page_than_ours(desk, back):
    ticket = desk.report("路边一堆垃圾", kind="0102")

    answer = desk.client("worker").post(f"/tickets/{ticket.number}/moves/sign/", {"back": back})

    assert answer.headers["Location"] == f"/tickets/{ticket.number}/"


def test_what_was_finished_today_is_for_the_worker_alone(desk):
    ticket = by_worker(
        desk, desk.report("路边一堆垃圾", kind="0102"), lifecycle.sign, lifecycle.start
    )
    lifecycle.resolve(
        ticket_id=ticket.pk,
        by=desk.user("worker"),
        at=timezone.now(),
        words="清了",
        evidence="王某",
    )

    done = [row["ticket"].number for row in desk.client("worker").get("/day/").context["done"]]

    assert done == [ticket.number]


def test_an_empty_day_says_what_to_do(desk):
    page = text(desk.client("worker").get("/day/"))

    assert "Nothing waits for you" in page
    assert "Found and fixed" in page


def test_the_page_says_what_it_does_not_do_and_where_to_complain(desk):
    answer = desk.client("worker").get("/day/")

    assert "No clocking in, no ranking" in text(answer)
    assert 'href="/report/"' in answer.content.decode()


def test_the_workers_bar_is_on_their_pages_and_on_nobody_elses(desk):
    pages = ("/day/", "/day/found/", "/tickets/new/", "/inbox/", "/tickets/")

    for path in pages:
        assert 'class="bar ' in desk.client("worker").get(path).content.decode(), path
    assert 'class="bar ' not in desk.client("village").get("/tickets/").content.decode()


@pytest.mark.parametrize("name", ["village", "roads", "leader", "sysadmin"])
def test_who_works_in_no_grid_has_no_such_day(desk, name):
    answer = desk.client(name).get("/day/")

    assert answer.status_code == 403
    assert "for those who work in a grid" in text(answer)


def test_a_grid_worker_lands_on_their_day_and_a_handler_in_their_unit(desk):
    for name, home in (("worker", "/day/"), ("roads", "/unit/"), ("village", "/console/")):
        assert desk.client(name).get("/signin/").headers["Location"] == home


def test_the_day_asks_the_database_as_much_for_one_as_for_many(desk, clock_stands):
    ticket = desk.report("路边一堆垃圾", kind="0102")
    client = desk.client("worker")
    asked = []
    for count in (0, 9, 1000):
        Ticket.objects.filter(number__startswith="CK-COPY").delete()
        copies(ticket, count, minutes=1)
        client.get("/day/")  # what is kept, and that somebody is there
        with CaptureQueriesContext(connection) as queries:
            client.get("/day/")
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2] <= 25


# --- Found and fixed -----------------------------------------------------------------------------


def found_form(client, **change) -> dict:
    form = client.get("/day/found/").context["form"]
    return {
        "key": form["key"].value(), "event_type": "0102", "area_code": GRID, "then": "settle",
    } | change  # fmt: skip


def test_found_and_fixed_needs_no_word_and_no_photo(desk):
    client = desk.client("worker")

    answer = client.post("/day/found/", found_form(client), follow=True)

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.event_type.code, ticket.area_code) == ("closed", "0102", GRID)
    assert answer.redirect_chain == [("/day/", 302)]
    assert f"{ticket.number} is on record as settled on the spot." in text(answer)
    assert "settled on the spot" in text(answer).split("Finished today")[1]


def test_the_only_grid_is_chosen_already_and_the_last_type_is_offered_first(desk):
    client = desk.client("worker")
    client.post("/day/found/", found_form(client, event_type="", other_type="0304"))

    form = client.get("/day/found/").context["form"]

    assert [code for code, _ in form.fields["area_code"].choices] == [GRID]
    assert form.fields["event_type"].choices[0] == ("0304", "Suggestion")
    assert not {"0101", "0202", "0303"} & {code for code, _ in form.fields["event_type"].choices}


def test_the_devices_place_wins_over_the_list(desk):
    client = desk.client("worker")

    client.post("/day/found/", found_form(client, lat="25.02", lng="110.11"))

    assert (Ticket.objects.get().exact, Ticket.objects.get().lat) == (True, 25.02)


def test_photos_before_and_after_are_kept_apart_and_survive_a_mistake(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = desk.client("worker")
    data = found_form(client, event_type="")
    shots = {
        "photos": photo("before.jpg"),
        "result": photo("after.jpg"),
    }

    missed = client.post("/day/found/", data | shots)
    boxes = {box["field"].html_name: box["packed"] for box in missed.context["boxes"]}
    again = data | {"event_type": "0102"} | {f"kept_{name}": at for name, at in boxes.items()}
    client.post("/day/found/", again)

    assert "Please choose what it was." in text(missed)
    assert "before.jpg" in text(missed)
    purposes = Ticket.objects.get().photos.values_list("purpose", flat=True)
    assert list(purposes) == ["report", "evidence"]


def test_what_cannot_be_fixed_goes_on_as_a_report_with_the_same_form(desk):
    client = desk.client("worker")

    answer = client.post("/day/found/", found_form(client, then="report"), follow=True)

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.channel, ticket.entered_by) == (
        "dispatched", "grid", desk.user("worker"),
    )  # fmt: skip
    assert f"{ticket.number} is reported" in text(answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event_type": ""}, "Please choose what it was."),
        ({"event_type": "9999"}, "Select a valid choice"),
        ({"event_type": "", "other_type": "0101"}, "nobody closes that alone"),
        ({"event_type": "", "other_type": "0302"}, "not settled on the spot"),
        ({"area_code": ""}, "Please say where"),
        ({"area_code": land.MILL}, "Select a valid choice"),
        ({"area_code": "", "lat": "25.08", "lng": "110.01"}, "is not in your grid"),
        ({"lat": "31.2", "lng": "121.5"}, "outside"),
        ({"lat": "nan", "lng": "110"}, "must be numbers"),
        ({"words": "字" * 350_000}, "Please shorten the text"),
        ({"words": "a\0b"}, "characters that cannot be stored"),
        ({"key": "nonsense"}, "The form came in incomplete"),
    ],
)
def test_nonsense_is_said_plainly_and_nothing_is_lost(desk, change, said):
    client = desk.client("worker")

    answer = client.post("/day/found/", found_form(client, words="桥头清走了") | change)

    assert answer.status_code == 200
    assert said.lower() in text(answer).lower()
    assert "words" in change or "桥头清走了" in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_what_is_reported_without_a_type_needs_words(desk):
    client = desk.client("worker")
    data = found_form(client, event_type="", then="report")

    without = client.post("/day/found/", data)
    client.post("/day/found/", data | {"words": "说不清是什么，冒烟"})

    assert "Please choose what it was." in text(without)
    assert Ticket.objects.get().text.words == "说不清是什么，冒烟"


def test_the_form_sent_twice_is_on_record_once(desk):
    client = desk.client("worker")
    data = found_form(client)

    for _ in range(2):
        assert client.post("/day/found/", data).status_code == 302
    other = client.post("/day/found/", data | {"words": "别的"})

    assert Ticket.objects.count() == 1
    assert "sent before with other words" in text(other)
