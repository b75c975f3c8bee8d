"""Asking and deciding on the desk's pages."""

import pytest
from django.utils import timezone

from tests.tickets.desk import HUGE, text
from tickets import lifecycle
from tickets.models import Request, Ticket


def test_a_unit_asks_and_the_centre_denies_with_a_word(desk):
    ticket = desk.signed()

    asked = desk.client("roads").post(
        f"/tickets/{ticket.number}/ask/return/", {"reason": "not_ours", "words": "不归我们管"}
    )
    request = Request.objects.get()
    client = desk.client("district")
    shown = text(client.get(f"/tickets/requests/{request.pk}/"))
    silent = client.post(f"/tickets/requests/{request.pk}/", {"grant": "no", "words": ""})
    decided = client.post(f"/tickets/requests/{request.pk}/", {"grant": "no", "words": "归你们管"})

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
        ("return", {"reason": "", "words": "x"}, "is missing."),
        ("return", {"reason": "nonsense", "words": "x"}, "Select a valid choice."),
        ("extension", {"words": ""}, "is missing."),
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
