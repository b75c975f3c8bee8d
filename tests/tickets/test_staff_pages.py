"""The desk's pages: the list, the ticket, requests, the report on behalf, the contact in clear."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import AuditEntry, User
from tests import land
from tests.tickets.desk import ago
from tests.tickets.test_listing import copies
from tickets import lifecycle
from tickets.models import Rating, Request, Ticket

HUGE = 10**30


def text(answer) -> str:
    """What a page says, without its tags."""
    page = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def titles(answer) -> list[str]:
    return [row.ticket.number for row in answer.context["rows"]]


# --- The list ------------------------------------------------------------------------------------


def test_the_list_opens_at_the_first_queue_in_which_something_waits(desk):
    unclear = desk.unclear()

    answer = desk.client("village").get("/tickets/")

    assert titles(answer) == [unclear.number]
    assert {str(tab.queue): tab.count for tab in answer.context["tabs"] if tab.count} == {
        "accept": 1, "all": 1,
    }  # fmt: skip
    page = text(answer)
    for said in ("这里有点不对劲", "East Creek Subdistrict Willow Bridge Community", unclear.number,
                 "type not known yet", "left", "In time", "Willow Bridge Community Command Centre"):
        assert said in page


def test_a_row_says_what_is_left_and_when_exactly(desk):
    ticket = desk.given_to_roads()

    page = desk.client("roads").get("/tickets/").content.decode()

    due = timezone.localtime(ticket.sign_by)
    assert f'title="{due:%Y-%m-%d %H:%M}"' in page
    assert f"({due:%Y-%m-%d %H:%M})" in page


def test_an_overdue_ticket_says_by_how_much(desk):
    desk.report(at=ago(days=60))

    answer = desk.client("roads").get("/tickets/?queue=overdue")

    assert "days" in answer.context["rows"][0].remaining.words
    assert "over" in text(answer)
    assert "Overdue" in text(answer)


@pytest.mark.parametrize("name", ["village", "roads", "leader", "worker", "sysadmin"])
def test_an_empty_list_says_so_in_words(desk, name):
    answer = desk.client(name).get("/tickets/")

    assert answer.status_code == 200
    assert answer.context["empty"] in text(answer)


def test_a_search_that_finds_nothing_says_what_to_try(desk):
    desk.unclear()

    page = text(desk.client("village").get("/tickets/?queue=all&words=没有的"))

    assert "No ticket fits this search." in page
    assert "Try fewer words, or take away a filter." in page


@pytest.mark.parametrize(
    "query",
    [
        "queue=nonsense", "words=%00", "words=" + "长" * 1_000, "area=abc", "area=" + "9" * 200,
        "area=%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3", "state=gone", "urgency=P9", "category=%00",
        "after=nonsense", "before=%00", "after=20260304T020000.000000-99999999999999999999",
        "demonstration=perhaps", "overdue=maybe", "words=🙂𠮷", "after=00010101T000000.000000-1",
    ],
)  # fmt: skip
def test_a_list_asked_for_with_nonsense_is_still_a_list(desk, query):
    ticket = desk.unclear("井盖🙂𠮷松动")

    answer = desk.client("village").get(f"/tickets/?{query}")

    assert answer.status_code == 200
    assert titles(answer) in ([ticket.number], [])


def test_too_long_a_search_is_told_so(desk):
    assert "at most 100" in text(desk.client("village").get("/tickets/?words=" + "a" * 101))


def test_areas_to_narrow_to_are_ones_own_and_open_level_by_level(desk):
    def offered(name: str, query: str = "") -> list[str]:
        form = desk.client(name).get(f"/tickets/?{query}").context["form"]
        return [code for code, _ in form.fields["area"].widget.choices][1:]

    assert offered("village") == [land.WILLOW_BRIDGE, *land.WILLOW_GRIDS]
    assert offered("district") == [land.DISTRICT, land.EAST_CREEK, land.WEST_HILL]
    assert offered("district", f"area={land.WEST_HILL}") == [
        land.DISTRICT, land.EAST_CREEK, land.WEST_HILL, land.PINEWOOD, land.MILL,
    ]  # fmt: skip
    assert offered("village", f"area={land.MILL}") == [land.WILLOW_BRIDGE, *land.WILLOW_GRIDS]
    assert offered("roads") == [land.DISTRICT, land.EAST_CREEK, land.WEST_HILL]


def test_pages_follow_each_other_with_filters_kept(desk):
    copies(desk.unclear(), 60, minutes=1)
    client = desk.client("village")

    first = client.get("/tickets/?queue=all&words=复制")
    older = client.get(f"/tickets/{first.context['older']}")
    newer = client.get(f"/tickets/{older.context['newer']}")

    assert (len(titles(first)), len(titles(older))) == (50, 10)
    assert not set(titles(first)) & set(titles(older))
    assert titles(newer) == titles(first)
    assert (first.context["newer"], older.context["older"]) == ("", "")


@pytest.mark.parametrize("queue", ["accept", "all"])
def test_a_list_of_one_ten_or_a_thousand_asks_the_database_equally_often(desk, queue):
    desk.unclear()
    client = desk.client("village")

    def asked() -> int:
        client.get(f"/tickets/?queue={queue}")
        with CaptureQueriesContext(connection, ) as queries:
            assert client.get(f"/tickets/?queue={queue}").status_code == 200
        return len(queries)

    one = asked()
    copies(Ticket.objects.get(), 9, minutes=1)
    ten = asked()
    Ticket.objects.filter(number__startswith="CK-COPY").delete()
    copies(Ticket.objects.get(), 999, minutes=1)
    thousand = asked()

    assert one == ten == thousand
    assert one <= 25


# --- One ticket ----------------------------------------------------------------------------------


def test_the_page_tells_everything_about_the_ticket(desk):
    ticket = desk.resolved(contact_name="张小明", contact_phone="13812345678")
    Rating.objects.create(ticket=ticket, round=1, stars=5, solved=True, at=timezone.now())

    page = text(desk.client("district").get(f"/tickets/{ticket.number}/"))

    for said in (
        ticket.number, "路灯不亮，请修一修", "0104 Street-light failure", "P3 ordinary",
        "East Creek Subdistrict · Willow Bridge Community · Willow Bridge Community Grid 1",
        "Creekside District Command Centre", "Roads Office",
        "Because “Street-light failure” is the duty of Roads Office, it goes there",
        "The limit is 2 working days", "张*明 138****5678", "Show in clear",
        "Dispatched", "Signed for", "Resolved", "灯已换好", "居民王某在场", "Roads (Works for",
        "Very satisfied", "Handled, being checked",
    ):  # fmt: skip
        assert said in page, said
    assert "13812345678" not in page


def test_only_the_deciding_centre_is_offered_the_contact_in_clear(desk):
    ticket = desk.given_to_roads(contact_phone="13812345678")

    def offered(name: str) -> bool:
        return f"/tickets/{ticket.number}/contact/" in (
            desk.client(name).get(f"/tickets/{ticket.number}/").content.decode()
        )

    assert {n: offered(n) for n in ("district", "supervisor", "roads", "leader", "town")} == {
        "district": True, "supervisor": True, "roads": False, "leader": False, "town": False,
    }  # fmt: skip


def test_each_sees_the_moves_that_are_theirs_and_no_others(desk):
    ticket = desk.given_to_roads()

    def buttons(name: str) -> list[str]:
        page = desk.client(name).get(f"/tickets/{ticket.number}/").content.decode()
        return re.findall(rf"/tickets/{ticket.number}/(?:moves|ask)/(\w+)/", page)

    names = ("district", "supervisor", "roads", "town", "leader")
    assert {name: buttons(name) for name in names} == {
        "district": ["merge", "dispatch", "comment", "climb"],
        "supervisor": ["merge", "dispatch", "comment", "climb", "supervise"],
        "roads": ["sign", "comment", "climb", "return"],
        "town": [],
        "leader": [],
    }  # fmt: skip
    assert "There is nothing for you to do here now." in text(
        desk.client("leader").get(f"/tickets/{ticket.number}/")
    )


@pytest.mark.parametrize("path", ["", "contact/", "moves/accept/", "moves/comment/", "ask/return/"])
def test_a_ticket_of_another_town_does_not_exist_for_the_outsider(desk, path):
    ticket = desk.unclear(contact_name="张三")

    answer = desk.client("outsider").get(f"/tickets/{ticket.number}/{path}")

    assert answer.status_code == 404
    assert ticket.number not in text(answer).replace(answer.request["PATH_INFO"], "")


@pytest.mark.parametrize("number", ["CK-20260304-9999", "x" * 300, "%00", "🙂", "../admin"])
def test_a_number_that_does_not_exist_is_not_found(desk, number):
    assert desk.client("district").get(f"/tickets/{number}/").status_code == 404


def test_a_restricted_ticket_says_so_and_is_open_to_its_centre_and_unit_alone(desk):
    ticket = desk.report("某干部态度恶劣", kind="0302")

    answers = {n: desk.client(n).get(f"/tickets/{ticket.number}/") for n in
               ("district", "leader", "village", "town")}  # fmt: skip

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "district": 200, "leader": 404, "village": 404, "town": 404,
    }  # fmt: skip
    assert "Restricted: only the deciding centre" in text(answers["district"])


def test_a_demonstration_ticket_is_marked_as_one(desk):
    ticket = desk.unclear(is_demonstration=True)

    page = text(desk.client("village").get(f"/tickets/{ticket.number}/"))

    assert "Demonstration data: nothing here happened." in page


def test_the_history_marks_what_the_reporter_sees(desk):
    ticket = desk.given_to_roads()
    by = desk.user("district")
    lifecycle.comment(ticket_id=ticket.pk, by=by, at=timezone.now(), words="内部：请先看现场")
    lifecycle.comment(
        ticket_id=ticket.pk, by=by, at=timezone.now(), words="我们明天来", public=True
    )

    lines = desk.client("district").get(f"/tickets/{ticket.number}/").context["lines"]

    assert [(line.title, line.who, line.words, line.words_public) for line in lines][-2:] == [
        ("Comment", "District", "内部：请先看现场", False),
        ("Comment", "District", "我们明天来", True),
    ]
    assert [line.public for line in lines][-2:] == [False, True]


def test_a_step_made_up_for_after_an_outage_says_when(desk):
    ticket = desk.report(at=ago(days=60))
    lifecycle.sweep(at=timezone.now())

    lines = desk.client("district").get(f"/tickets/{ticket.number}/").context["lines"]

    late = [line for line in lines if line.title == "Passed up"]
    assert late
    assert all(line.recorded_at is not None for line in late)


def test_tickets_close_by_are_named_as_perhaps_the_same(desk):
    at = {"lat": 25.02, "lng": 110.11}
    here = desk.report("路灯坏了", **at)
    close = desk.report("路灯也坏了", lat=25.0202, lng=110.1102)
    desk.report("远处路灯", lat=25.0220, lng=110.11)
    desk.report("垃圾一堆", kind="0102", **at)
    desk.report("昨天以前的", at=ago(hours=30), **at)

    near = desk.client("district").get(f"/tickets/{here.number}/").context["near"]

    assert [(one.ticket.number, one.metres) for one in near] == [(close.number, 30)]


def test_a_merged_ticket_and_the_other_lead_to_each_other(desk):
    one, other = desk.unclear(), desk.unclear("还是那里")
    lifecycle.merge(
        ticket_id=one.pk, into_id=other.pk, by=desk.user("village"), at=timezone.now()
    )
    client = desk.client("village")

    assert client.get(f"/tickets/{one.number}/").context["merged_into"] == other
    assert client.get(f"/tickets/{other.number}/").context["merged"] == [one]


def test_every_page_of_the_desk_is_there_in_both_languages(desk):
    ticket = desk.signed(contact_phone="13812345678")
    asked = lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=desk.user("roads"), at=timezone.now(),
        reason="not_ours", words="不归我们管",
    )  # fmt: skip
    pages = {
        "district": ["/tickets/", "/tickets/new/", f"/tickets/{ticket.number}/",
                     f"/tickets/{ticket.number}/contact/", f"/tickets/requests/{asked.pk}/",
                     f"/tickets/{ticket.number}/moves/dispatch/"],
        "roads": [f"/tickets/{ticket.number}/ask/extension/",
                  f"/tickets/{ticket.number}/moves/start/"],
    }  # fmt: skip
    for language in ("zh-hans", "en"):
        User.objects.update(language=language)
        for name, addresses in pages.items():
            client = desk.client(name)
            for address in addresses:
                answer = client.get(address)
                assert (address, answer.status_code) == (address, 200)
                assert f'<html lang="{language}"' in answer.content.decode()


# --- Requests ------------------------------------------------------------------------------------


def test_a_unit_asks_and_the_centre_denies_with_a_word(desk):
    ticket = desk.signed()

    asked = desk.client("roads").post(
        f"/tickets/{ticket.number}/ask/return/", {"reason": "not_ours", "words": "不归我们管"}
    )
    request = Request.objects.get()
    client = desk.client("district")
    shown = text(client.get(f"/tickets/requests/{request.pk}/"))
    silent = client.post(f"/tickets/requests/{request.pk}/", {"grant": "no", "words": ""})
    decided = client.post(
        f"/tickets/requests/{request.pk}/", {"grant": "no", "words": "归你们管"}
    )

    assert asked.headers["Location"] == f"/tickets/{ticket.number}/"
    for said in ("不归我们管", "Not our duty", "Roads Office"):
        assert said in shown
    assert "Say why it is denied." in text(silent)
    assert decided.headers["Location"] == f"/tickets/{ticket.number}/"
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("denied", desk.user("district"))


def test_an_extension_goes_through_the_head_and_then_the_centre(desk):
    ticket = desk.signed()
    before = ticket.resolve_by
    desk.client("roads").post(f"/tickets/{ticket.number}/ask/extension/", {"words": "缺配件"})
    address = f"/tickets/requests/{Request.objects.get().pk}/"

    wrong = desk.client("district").get(address)
    desk.client("roads_head").post(address, {"grant": "yes", "words": ""})
    desk.client("district").post(address, {"grant": "yes", "words": ""})

    assert wrong.status_code == 403
    assert Request.objects.get().state == "granted"
    assert Ticket.objects.get().resolve_by > before


def test_a_decision_that_somebody_made_first_is_refused_in_words(desk):
    ticket = desk.signed()
    asked = lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=desk.user("roads"), at=timezone.now(),
        reason="not_ours", words="不归我们管",
    )  # fmt: skip
    lifecycle.decide(
        request_id=asked.pk, by=desk.user("supervisor"), at=timezone.now(), grant=False,
        words="归你们",
    )  # fmt: skip

    answer = desk.client("district").post(
        f"/tickets/requests/{asked.pk}/", {"grant": "yes", "words": "写了很久的话"}
    )

    assert answer.status_code == 200
    assert "This was decided already: Denied." in text(answer)
    assert "写了很久的话" in text(answer)


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("return", {"reason": "", "words": "x"}, "This field is required."),
        ("return", {"reason": "nonsense", "words": "x"}, "Select a valid choice."),
        ("extension", {"words": ""}, "This field is required."),
        ("extension", {"words": "字" * 6_000}, "Please shorten the text"),
        ("extension", {"words": "a\0b"}, "characters that cannot be stored"),
        ("suspension", {"until": "soon", "words": "等配件"}, "Enter a valid date/time."),
        ("suspension", {"until": "0001-01-01T00:00", "words": "等配件"}, "in the future"),
        ("suspension", {"until": "9999-12-31T23:59", "words": "等配件"}, "in the future"),
        ("suspension", {"until": "2020-01-01T00:00", "words": "等配件"}, "in the future"),
    ],
)
def test_a_request_with_nonsense_in_it_is_told_so_and_kept(desk, kind, data, said):
    ticket = desk.signed()

    answer = desk.client("roads").post(f"/tickets/{ticket.number}/ask/{kind}/", data)

    assert answer.status_code == 200
    assert said in text(answer)
    assert data["words"].replace("\0", "") in text(answer)
    assert Request.objects.count() == 0


def test_who_may_ask_and_decide_is_told_by_status(desk):
    ticket = desk.signed()
    asked = lifecycle.ask(
        ticket_id=ticket.pk, kind="return", by=desk.user("roads"), at=timezone.now(),
        reason="not_ours", words="不归我们管",
    )  # fmt: skip

    def got(name: str, path: str) -> int:
        return desk.client(name).get(f"/tickets/{path}").status_code

    assert got("district", f"{ticket.number}/ask/return/") == 403
    assert got("roads", f"{ticket.number}/ask/reopening/") == 403
    assert got("roads", f"{ticket.number}/ask/nonsense/") == 404
    assert got("outsider", f"{ticket.number}/ask/return/") == 404
    assert got("roads", f"requests/{asked.pk}/") == 403
    assert got("outsider", f"requests/{asked.pk}/") == 404
    assert got("district", f"requests/{HUGE}/") == 404


# --- The report on behalf ------------------------------------------------------------------------


def form_of(client) -> dict[str, str]:
    form = client.get("/tickets/new/").context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "photos"} | {
        "words": "楼下路灯不亮", "area_code": land.WILLOW_BRIDGE, "event_type": "0104",
    }  # fmt: skip


def test_a_duty_officer_reports_for_a_resident_and_hands_over_code_and_pin(desk):
    client = desk.client("village")
    data = form_of(client) | {"contact_name": "张三", "contact_phone": "138 1234 5678"}

    sent = client.post("/tickets/new/", data)
    page = text(client.get("/tickets/new/done/"))

    ticket = Ticket.objects.get()
    assert sent.headers["Location"] == "/tickets/new/done/"
    assert (ticket.channel, ticket.entered_by, ticket.contact.phone) == (
        "staff", desk.user("village"), "13812345678",
    )  # fmt: skip
    from tickets.receipts import pin_of

    for said in (ticket.number, ticket.code, pin_of(ticket.key), "Roads Office"):
        assert said in page


def test_a_grid_worker_reports_what_they_found_in_their_own_village(desk):
    client = desk.client("worker")
    data = form_of(client)

    client.post("/tickets/new/", data)

    assert data["channel"] == "grid"
    assert Ticket.objects.get().channel == "grid"
    assert client.get("/tickets/new/").context["form"]["area_code"].value() == land.WILLOW_BRIDGE


def test_a_form_sent_twice_is_one_report(desk):
    client = desk.client("village")
    data = form_of(client)

    answers = [client.post("/tickets/new/", data) for _ in range(2)]
    other = client.post("/tickets/new/", data | {"words": "别的事情"})

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Ticket.objects.count() == 1
    assert "This form was sent before with other words." in text(other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"words": ""}, "what is the matter"),
        ({"words": "a\0b"}, "characters that cannot be stored"),
        ({"words": "字" * 350_000}, "Please shorten the text"),
        ({"area_code": ""}, "Please say where"),
        ({"area_code": "990101"}, "Select a valid choice"),
        ({"lat": "110.11", "lng": "25.02"}, "changed places"),
        ({"lat": "25.02", "lng": "120.0"}, "outside"),
        ({"lat": "nan", "lng": "110"}, "must be numbers"),
        ({"contact_phone": "call me"}, "no telephone number"),
        ({"event_type": "9999"}, "Select a valid choice"),
        ({"channel": "replay"}, "Select a valid choice"),
        ({"key": "nonsense"}, "The form came in incomplete"),
        ({"key": ""}, "The form came in incomplete"),
    ],
)
def test_a_report_with_nonsense_in_it_is_told_so_and_kept(desk, change, said):
    client = desk.client("village")

    answer = client.post("/tickets/new/", form_of(client) | {"contact_name": "张三"} | change)

    assert answer.status_code == 200
    assert said.lower() in text(answer).lower()
    assert 'value="张三"' in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_who_only_handles_or_looks_does_not_report_for_residents(desk):
    for name in ("roads", "leader", "sysadmin"):
        client = desk.client(name)
        assert client.get("/tickets/new/").status_code == 403
        assert client.post("/tickets/new/", {}).status_code == 403
    assert desk.client("district").get("/tickets/new/done/").headers["Location"] == "/tickets/new/"


# --- The contact in clear ------------------------------------------------------------------------


def test_the_contact_is_shown_with_a_reason_and_recorded(desk):
    ticket = desk.unclear(contact_name="张小明", contact_phone="13812345678")
    client = desk.client("village")
    address = f"/tickets/{ticket.number}/contact/"

    asked = client.get(address)
    silent = client.post(address, {"reason": ""})
    shown = client.post(address, {"reason": "call_back", "words": "问具体位置"})

    for answer in (asked, silent):
        assert "13812345678" not in answer.content.decode()
        assert "It is recorded that you look" in text(answer)
    assert "张小明" in text(shown)
    assert "13812345678" in text(shown)
    assert shown.headers["Refresh"] == f"60; url=/tickets/{ticket.number}/"
    assert "no-store" in shown.headers["Cache-Control"]
    entry = AuditEntry.objects.get(subject=f"ticket:{ticket.pk}")
    assert (entry.actor, entry.area_code, entry.data) == (
        desk.user("village"), ticket.area_code, {"reason": "call_back"},
    )  # fmt: skip


def test_nobody_but_the_deciding_centre_sees_the_contact(desk):
    ticket = desk.given_to_roads(contact_phone="13812345678")

    def got(name: str) -> int:
        answer = desk.client(name).post(
            f"/tickets/{ticket.number}/contact/", {"reason": "call_back"}
        )
        assert "13812345678" not in answer.content.decode() or name == "district"
        return answer.status_code

    assert {name: got(name) for name in ("district", "roads", "leader", "town", "outsider")} == {
        "district": 200, "roads": 403, "leader": 403, "town": 403, "outsider": 404,
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="revealed").count() <= 1


def test_the_contact_of_an_anonymous_report_does_not_exist(desk):
    ticket = desk.unclear()

    assert desk.client("village").get(f"/tickets/{ticket.number}/contact/").status_code == 404
