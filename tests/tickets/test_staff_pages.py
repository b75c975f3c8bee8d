"""A ticket's own page: what it tells, to whom, and what they may do."""

import re

import pytest
from django.utils import timezone

from people.models import User
from tests.tickets.desk import ago, text
from tickets import lifecycle
from tickets.models import Rating


def test_the_page_tells_everything_about_the_ticket(desk):
    ticket = desk.resolved(contact_name="张小明", contact_phone="13812345678")
    Rating.objects.create(ticket=ticket, round=1, stars=5, solved=True, at=timezone.now())

    page = text(desk.client("district").get(f"/tickets/{ticket.number}/"))

    for said in (
        ticket.number, "路灯不亮，请修一修", "0104 Street-light failure", "P3 ordinary",
        "East Creek Subdistrict · Willow Bridge Community Grid 1",
        "Creekside District Command Centre", "Roads Office",
        "Because “Street-light failure” is the duty of Roads Office, it goes there",
        "The limit is 2 working days", "张*明 138****5678", "Show in clear",
        "Dispatched", "Signed for", "Resolved", "灯已换好", "居民王某在场", "Roads · handling unit",
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
        "district": ["merge", "dispatch", "comment", "question", "climb"],
        "supervisor": ["merge", "dispatch", "comment", "question", "climb", "supervise"],
        "roads": ["sign", "comment", "question", "climb", "return"],
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
    lifecycle.merge(ticket_id=one.pk, into_id=other.pk, by=desk.user("village"), at=timezone.now())
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


@pytest.mark.parametrize(
    ("make", "who", "likely"),
    [
        ("unclear", "village", "accept"),
        ("given_to_roads", "roads", "sign"),
        ("signed", "roads", "start"),
        ("signed", "district", None),
        ("in_work", "roads", "resolve"),
        ("resolved", "district", "feed_back"),
    ],
)
def test_the_likely_next_move_stands_first(desk, make, who, likely):
    ticket = getattr(desk, make)()

    assert desk.client(who).get(f"/tickets/{ticket.number}/").context["main_move"] == likely


def test_an_urgent_matter_is_verified_before_it_is_answered(desk):
    ticket = desk.resolved(kind="0101")
    client = desk.client("district")

    before = client.get(f"/tickets/{ticket.number}/").context["main_move"]
    client.post(f"/tickets/{ticket.number}/moves/verify/", {"words": ""})
    after = client.get(f"/tickets/{ticket.number}/")

    assert (before, after.context["main_move"]) == ("verify", "feed_back")
    assert "Verified" in text(after)
