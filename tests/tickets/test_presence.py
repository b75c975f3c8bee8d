"""Who else is at a ticket: by post and unit, for some seconds, remembered nowhere."""

from django.utils import timezone

from tickets import presence
from tickets.models import Presence

JSON = {"HTTP_ACCEPT": "application/json"}


def beat(desk, who: str, ticket, doing: str = "reading") -> list[dict]:
    answer = desk.client(who).post(f"/console/presence/{ticket.number}/", {"doing": doing})
    return answer.json()["others"]


def test_others_see_who_has_it_open_and_who_writes_by_post_and_unit(desk):
    ticket = desk.unclear()

    assert beat(desk, "village", ticket, "editing") == []
    others = beat(desk, "district", ticket)

    assert [(o["who"], o["doing"]) for o in others] == [
        ("Duty officer, Willow Bridge Community Command Centre", "editing")
    ]
    assert others[0]["sentence"].endswith("is writing")
    assert "Village" not in others[0]["who"].split(",")[0]


def test_beating_again_keeps_one_row_and_leaving_removes_it(desk):
    ticket = desk.unclear()
    beat(desk, "village", ticket)
    beat(desk, "village", ticket, "editing")
    assert Presence.objects.count() == 1

    beat(desk, "village", ticket, "gone")

    assert not Presence.objects.exists()


def test_who_stops_beating_is_gone_and_nothing_remembers_them(desk):
    ticket, at = desk.unclear(), timezone.now()
    presence.beat(ticket, desk.user("village"), doing="editing", at=at)
    later = at + presence.LIVES

    assert presence.others(ticket, desk.user("district"), at=later) == []
    assert presence.forget(at=later) == 1
    assert not Presence.objects.exists()


def test_nonsense_is_only_a_question(desk):
    ticket = desk.unclear()

    assert beat(desk, "village", ticket, "dancing") == []
    assert not Presence.objects.exists()


def test_whoever_does_not_see_the_ticket_sees_nobody_at_it(desk):
    ticket = desk.unclear()
    for method in ("get", "post"):
        answer = getattr(desk.client("outsider"), method)(f"/console/presence/{ticket.number}/")
        assert answer.status_code == 404


def test_it_is_foretold_who_would_be_told(desk):
    ticket = desk.given_to_roads(contact_phone="13812345678")
    client = desk.client("district")

    said = client.get(f"/console/foretold/{ticket.number}/dispatch/?unit=FIRE", **JSON).json()

    assert said["gets"]["code"] == "FIRE"
    assert {(one["code"], one["people"]) for one in said["told"]} == {("FIRE", 1), ("ROADS", 2)}
    assert said["reporter"] is True
    page = client.get(f"/console/foretold/{ticket.number}/supervise/")
    assert page.status_code == 403
    page = client.get(f"/console/foretold/{ticket.number}/climb/")
    assert "What this does" in page.content.decode()
    assert client.get(f"/console/foretold/{ticket.number}/dance/").status_code == 404
