"""The residents' pages as an app: manifest, worker, the page without a network, the share card."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from PIL import Image

from people.models import User
from static.icons import draw
from tests.tickets.public.residents import browser, text_of
from tests.tickets.two_towns import REED
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "shortcut"), [("en", "Report a matter"), ("zh-hans", "反映一件事")]
)
def test_the_manifest_names_the_districts_service_in_the_readers_language(
    client, language, shortcut
):
    page = text_of(browser(language).get("/report/"))
    address = re.search(r'<link rel="manifest" href="([^"]+)"', page)[1]

    answer = client.get(address)

    said = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["lang"], said["start_url"], said["display"]) == (language, "/", "standalone")
    assert said["name"]
    assert len(said["shortcuts"]) == 2
    assert {icon["sizes"] for icon in said["icons"]} == {"192x192", "512x512"}
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}


def test_a_manifest_in_a_language_that_does_not_exist_is_in_ours(client):
    assert client.get("/manifest.webmanifest?language=xx\0").json()["lang"] == "zh-hans"


def test_the_icons_are_what_our_drawings_show_and_as_large_as_they_say():
    assert draw.differences() == []
    for name, (_, width, height) in draw.PICTURES.items():
        with Image.open(draw.HERE / name) as picture:
            assert picture.size == (width, height), name
    with Image.open(draw.HERE / "app-maskable-512.png") as picture:
        corners = [picture.convert("RGBA").getpixel(spot) for spot in [(0, 0), (511, 511)]]
    assert [corner[3] for corner in corners] == [255, 255], "a phone cuts it to its own shape"


def test_the_worker_comes_from_the_root_and_keeps_only_public_files(client):
    answer = client.get("/sw.js")

    assert answer["Content-Type"] == "text/javascript"
    assert "no-cache" in answer["Cache-Control"]
    shell = json.loads(re.search(r"self\.SHELL = (\{.*\});", text_of(answer))[1])
    assert shell["offline"] == "/offline/"
    assert all(path.startswith("/static/") for path in shell["files"])
    assert all(finders.find(path.removeprefix("/static/")) for path in shell["files"])
    assert not {"/tickets/", "/wall/", "/admin/"} & set(shell["pages"])


def test_the_worker_is_another_one_when_the_district_changes(client):
    before = text_of(client.get("/sw.js"))
    from grids.models import District

    district = District.current()
    district.stamp = "00000000-0000-4000-8000-000000000000"
    district.save()

    assert text_of(client.get("/sw.js")) != before


def test_the_page_without_a_network_is_the_same_for_everybody(client, ticket, resident):
    duty = User.objects.get(username=f"duty-{REED}")
    stranger = browser().get("/offline/")
    staff = browser()
    staff.force_login(duty)
    duty.language = "en"
    duty.save()
    pages = [text_of(page.get("/offline/")) for page in (resident, staff)]

    assert pages == [text_of(stranger)] * 2
    assert "csrfmiddlewaretoken" not in pages[0]
    assert ticket.code not in pages[0]
    assert not stranger.cookies
    assert stranger["X-Look"] == "en"


def test_the_page_without_a_network_knows_the_reader_of_large_type():
    elder = browser("zh-hans")
    elder.cookies["mode"] = "elder"

    assert elder.get("/offline/")["X-Look"] == "zh-hans elder"


def test_a_shared_link_shows_the_service_and_nothing_of_the_report(resident, ticket):
    for client in (browser(), resident):
        page = text_of(client.get(f"/track/{ticket.code}/"))
        shown = " ".join(re.findall(r'<meta property="og:[^>]+>', page))
        assert "icons/share.png" in shown
        assert "http://testserver/static/" in shown
        for secret in (ticket.code, ticket.number, pin_of(ticket.key), ticket.text.title):
            assert secret not in shown


def test_the_policy_lets_the_app_be_and_nothing_else_in(client):
    policy = client.get("/report/")["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "unsafe" not in policy
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["default-src"] == ["'self'"]
