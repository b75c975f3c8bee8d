"""A screen on a wall, without a person: from its link to the moment it goes blank."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from grids.models import Area
from people import devices
from people.models import WallDevice
from tests.land import EAST_CREEK, STONE_SPRING, WEST_HILL, WILLOW_BRIDGE
from tests.wall.ears import closing_code, hear, hear_report, hears_nothing
from wall import consumers, watch

ELSEWHERE = {"lat": 25.08, "lng": 110.01}


@pytest.fixture
def hang(cast):
    """Hang up a wall for an area; return (device, a browser that is it)."""

    def make(area: str = EAST_CREEK, *, visitor: bool = False) -> tuple[WallDevice, Client]:
        device, link = devices.make(
            name="hall", area_id=Area.objects.get(code=area).pk, area_code=area,
            visitor=visitor, by=cast.sysadmin, at=timezone.now(),
        )  # fmt: skip
        browser = Client()
        assert browser.post(f"/wall/open/{link}/").status_code == 302
        return device, browser

    return make


def cookie_of(browser: Client) -> str:
    return f"{settings.WALL_DEVICE_COOKIE}={browser.cookies[settings.WALL_DEVICE_COOKIE].value}"


# --- Setting it up --------------------------------------------------------------------------------


def test_from_the_form_to_the_wall_and_no_secret_stays_in_an_address(client, cast, tiny):
    client.force_login(cast.sysadmin)
    area = Area.objects.get(code=WILLOW_BRIDGE)
    page = client.post("/wall/devices/", {"name": "大厅一楼", "area": area.pk, "visitor": "1"})
    link = page.context["link"]
    wall = Client()

    looked = wall.get(link)
    opened = wall.post(link, follow=True)

    assert "大厅一楼" in looked.content.decode()
    assert opened.redirect_chain == [("/wall/", 302)]
    assert area.shown_name in opened.content.decode()
    cookie = wall.cookies[settings.WALL_DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie.value in link) == (True, "Strict", False)
    assert [client.get(link).status_code, wall.post(link).status_code] == [404, 404]
    assert link not in client.get("/wall/devices/").content.decode()


def test_to_look_at_a_link_does_not_use_it_up(client, cast, hang):
    _device, link = devices.make(
        name="hall", area_id=Area.objects.get(code=EAST_CREEK).pk, area_code=EAST_CREEK,
        visitor=True, by=cast.sysadmin, at=timezone.now(),
    )  # fmt: skip
    for _ in range(3):
        assert client.get(f"/wall/open/{link}/").status_code == 200

    assert client.post(f"/wall/open/{link}/").status_code == 302


def test_who_is_signed_in_on_a_screen_that_becomes_a_wall_is_signed_out(client, cast):
    client.force_login(cast.leader)
    _device, link = devices.make(
        name="hall", area_id=Area.objects.get(code=EAST_CREEK).pk, area_code=EAST_CREEK,
        visitor=True, by=cast.sysadmin, at=timezone.now(),
    )  # fmt: skip
    client.post(f"/wall/open/{link}/")

    assert client.get("/me/").status_code == 302
    assert client.get("/wall/").status_code == 200


def test_a_supervisor_sets_up_walls_of_the_own_area_only(client, cast, units):
    from people.models import Post
    from people.roles import Role

    Post.objects.create(user=cast.town, role=Role.SHIFT_SUPERVISOR, unit=units.town)
    client.force_login(cast.town)
    offered = set(client.get("/wall/devices/").context["form"].fields["area"].queryset)
    foreign = Area.objects.get(code=WEST_HILL)
    refused = client.post("/wall/devices/", {"name": "x", "area": foreign.pk, "visitor": "1"})

    assert {area.code for area in offered} == {EAST_CREEK, WILLOW_BRIDGE, STONE_SPRING}
    assert refused.context["form"].errors.keys() == {"area"}
    assert 'value="x"' in refused.content.decode()
    assert not WallDevice.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_is_as_many_queries_for_one_as_for_many(
    client, cast, hang, django_assert_max_num_queries, count
):
    for _ in range(count):
        hang()
    client.force_login(cast.sysadmin)

    with django_assert_max_num_queries(14):
        page = client.get("/wall/devices/")

    assert len(page.context["devices"]) == count


# --- What it shows --------------------------------------------------------------------------------


def test_a_device_sees_the_wall_of_its_area_and_of_no_other(hang, report, types):
    here = report(event_type=types.village)
    there = report(event_type=types.village, **ELSEWHERE)
    hidden = report(event_type=types.restricted)
    _device, browser = hang()

    dots = browser.get("/api/v1/wall/dots/").json()["dots"]
    codes = [browser.get(f"/api/v1/wall/dots/{t.pk}/").status_code for t in (here, there, hidden)]

    assert [dot["number"] for dot in dots] == [here.number]
    assert codes == [200, 404, 404]
    assert browser.get("/api/v1/wall/dots/", {"area": WEST_HILL}).status_code == 404
    assert browser.get("/wall/", {"area": WILLOW_BRIDGE}).status_code == 200
    assert browser.get("/api/v1/wall/figures/").json()["figures"]["received"]["value"] == 1


def test_a_devices_card_leads_nowhere(hang, report, types):
    ticket = report(event_type=types.village)
    _device, browser = hang()

    assert browser.get(f"/api/v1/wall/dots/{ticket.pk}/").json()["url"] == ""


@pytest.mark.parametrize("path", ["/me/", "/inbox/", "/tickets/", "/api/v1/tickets/", "/admin/"])
def test_every_other_page_asks_a_device_to_sign_in(hang, path):
    _device, browser = hang()

    answer = browser.get(path)

    assert answer.status_code == 401 or answer.url.startswith(("/signin/", "/admin/login/"))


# --- Its socket, and its end ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_device_hears_its_own_area(knock, hang, report, types):
    _device, browser = hang()
    socket = knock(cookie=cookie_of(browser))
    hear(socket, "hello")
    assert hear_report(socket, report, types.village)
    report(event_type=types.village, **ELSEWHERE)
    assert hears_nothing(socket)


@pytest.mark.django_db(transaction=True)
def test_a_closed_device_goes_blank_within_five_seconds(knock, cast, hang):
    device, browser = hang()
    socket = knock(cookie=cookie_of(browser))
    hear(socket, "hello")
    devices.revoke(device_id=device.pk, by=cast.sysadmin, at=timezone.now())

    assert closing_code(socket) == consumers.NOT_SIGNED_IN
    # At the next look at the database, of which there are two in this time.
    assert 2 * watch.LOOK < 5
    assert browser.get("/wall/").url.startswith("/signin/")
    assert browser.get("/api/v1/wall/dots/").status_code == 401
    with pytest.raises(InvalidStatus):
        knock(cookie=cookie_of(browser), origin="http://evil.example")
