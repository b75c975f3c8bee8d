"""Above a normal rate the phone works a moment for a report, and nobody has to do anything."""

from datetime import timedelta

import pytest
from altcha import v1
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.resident.phones import RUBBISH, speak
from tickets import measure
from tickets.models import Ticket

VECTORS = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "照片": v1.hash_hex("SHA-256", "照片".encode()),
    # Either side of a block's end, and several blocks.
    **{"a" * n: v1.hash_hex("SHA-256", b"a" * n) for n in (55, 56, 63, 64, 65, 119, 120, 500)},
}


@pytest.fixture
def many(district):
    """So many reports came from here that the next is one too many."""
    soon = timezone.now() + timedelta(hours=2)  # however slow the machine is
    for _ in range(35):
        measure.is_held(sender=measure.Sender("127.0.0.1", ""), solution="", at=soon)
    return district


def fill(phone, page, url):
    speak(phone, url, "en")
    phone.grant_permissions(["geolocation"])
    page.goto(f"{url}/report/")
    page.fill("#id_words", RUBBISH)
    expect(page.locator(".place-said .quiet")).not_to_be_empty(timeout=30_000)


def test_the_phone_solves_the_task_and_the_report_is_like_any_other(many, phone, page):
    fill(phone, page, many.url)
    expect(page.locator("[data-says]")).to_have_text(
        "Ready. Send it as soon as you have written it.", timeout=60_000
    )
    page.locator(".button-seal").click()
    page.wait_for_url("**/report/done/", timeout=60_000)

    assert Ticket.objects.get().held is False


def test_where_there_are_no_workers_the_report_is_taken_in_and_held(many, phone, page):
    page.add_init_script("delete window.Worker")
    fill(phone, page, many.url)
    page.locator(".button-seal").click()
    page.wait_for_url("**/report/done/", timeout=60_000)

    assert Ticket.objects.get().held is True


def test_our_hash_is_the_hash(district, page):
    page.goto(f"{district.url}/about/")
    found = page.evaluate(
        """async ([address, texts]) => {
            const { sha256 } = await import(address);
            const hex = (word) => word.toString(16).padStart(8, "0");
            const hash = (text) => [...sha256(new TextEncoder().encode(text))].map(hex).join("");
            return texts.map(hash);
        }""",
        [f"{district.url}/static/js/report/sha256.js", list(VECTORS)],
    )

    assert dict(zip(VECTORS, found, strict=True)) == VECTORS
