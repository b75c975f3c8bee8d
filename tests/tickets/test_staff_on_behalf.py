"""Reports that staff make for residents, and the contact in clear."""

import pytest

from people.models import AuditEntry
from tests import land
from tests.tickets.desk import text
from tickets.models import Ticket
from tickets.receipts import pin_of


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
    for said in (ticket.number, ticket.code, pin_of(ticket.key), "Roads Office"):
        assert said in page


def test_a_grid_worker_reports_for_a_resident_in_their_own_village_or_grid(desk):
    client = desk.client("worker")
    data = form_of(client)

    client.post("/tickets/new/", data | {"area_code": land.WILLOW_GRIDS[0]})

    assert data["channel"] == "staff"
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.area_code) == ("staff", land.WILLOW_GRIDS[0])
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
