"""What one takes along: the code as a QR picture, the slip, the link. The PIN is for the slip."""

import re

import pytest

from tests.tickets.public.residents import browser, text_of
from tickets.receipts import pin_of
from tickets.views import slip

pytestmark = pytest.mark.django_db


def test_the_picture_holds_the_address_of_the_page_and_not_the_pin(resident, ticket, monkeypatch):
    made = []
    make = slip.segno.make
    monkeypatch.setattr(
        slip.segno, "make", lambda text, **how: made.append(text) or make(text, **how)
    )

    answer = resident.get(f"/track/{ticket.code}/qr.svg")

    assert answer["Content-Type"] == "image/svg+xml"
    assert made == [f"http://testserver/track/{ticket.code}/"]
    assert pin_of(ticket.key) not in made[0] + text_of(answer)


def test_the_slip_has_number_code_and_pin_for_whoever_holds_the_receipt(resident, ticket):
    page = text_of(resident.get(f"/track/{ticket.code}/slip/"))

    for shown in (ticket.number, ticket.code, pin_of(ticket.key), "qr.svg"):
        assert shown in page, shown


def test_nobody_else_gets_the_slip_or_the_picture(ticket):
    stranger = browser()
    answer = stranger.get(f"/track/{ticket.code}/slip/")
    assert (answer.status_code, answer.url) == (302, f"/track/{ticket.code}/")
    assert stranger.get(f"/track/{ticket.code}/qr.svg").status_code == 404


@pytest.mark.parametrize("path", ["", "slip/", "qr.svg"])
def test_what_shows_the_report_is_stored_nowhere(resident, ticket, path):
    answer = resident.get(f"/track/{ticket.code}/{path}")
    assert "no-store" in answer["Cache-Control"]


def test_the_pin_stands_on_no_page_but_thanks_and_slip_and_in_no_address(resident, ticket):
    pin = pin_of(ticket.key)
    for path in (f"/track/{ticket.code}/", "/track/"):
        assert pin not in text_of(resident.get(path)), path
    page = text_of(resident.get(f"/track/{ticket.code}/slip/"))
    addresses = re.findall(r'(?:href|src|action|content|data-[\w-]+)="([^"]*)"', page)
    assert not [address for address in addresses if pin in address]
