"""Before visitors: no numbers, no names, places only as far as the village. On the server."""

import json

import pytest
from django.utils import timezone

from grids.models import Area
from people import devices
from tests.land import EAST_CREEK, WILLOW_BRIDGE
from tests.wall.ears import hear
from tests.wall.test_devices import cookie_of, hang  # noqa: F401  a fixture
from tickets import lifecycle

DOTS, FIGURES = "/api/v1/wall/dots/", "/api/v1/wall/figures/"
ASKED = {"visitor": "1"}
# A door in Willow Bridge whose numbers are not those of the village's middle.
DOOR = {"lat": 25.0123, "lng": 110.1357}


@pytest.fixture
def leader(client, cast):
    client.force_login(cast.leader)
    return client


def middle_of(code: str) -> tuple[float, float]:
    area = Area.objects.get(code=code)
    return round(area.lat, 4), round(area.lng, 4)


def everything(browser, ticket, query=None) -> str:
    """Return all that the wall tells about a ticket, as it goes over the wire."""
    paths = (DOTS, FIGURES, f"{DOTS}{ticket.pk}/")
    return "".join(browser.get(path, query or {}).content.decode() for path in paths)


def test_a_dot_before_visitors_stands_in_its_village(leader, report, types):
    ticket = report(event_type=types.village)

    exact = leader.get(DOTS).json()["dots"][0]
    blurred = leader.get(DOTS, ASKED).json()["dots"][0]

    assert (exact["lat"], exact["lng"]) == (round(ticket.lat, 4), round(ticket.lng, 4))
    lat, lng = middle_of(WILLOW_BRIDGE)
    assert blurred == exact | {"number": "", "lat": lat, "lng": lng, "area": WILLOW_BRIDGE}


def test_what_changed_since_is_blurred_too(leader, report, types):
    first = report(event_type=types.village)
    since = first.events.latest("pk").pk
    report(event_type=types.village)

    found = leader.get(DOTS, ASKED | {"since": since}).json()

    assert found["complete"] is False
    assert {(dot["number"], dot["area"]) for dot in found["dots"]} == {("", WILLOW_BRIDGE)}


def test_nothing_on_the_wire_tells_whose_matter_it_is(leader, report, types, units):
    ticket = report(event_type=types.village, **DOOR)
    secrets = (
        ticket.number, ticket.area_code, str(ticket.lat), str(ticket.lng),
        units.village.shown_name, f"/tickets/{ticket.number}/",
    )  # fmt: skip

    exact, blurred = everything(leader, ticket), everything(leader, ticket, ASKED)

    assert [secret for secret in secrets if secret in blurred] == []
    assert ticket.number in exact
    assert ticket.area_code in exact


def test_a_card_before_visitors_says_what_kind_of_unit_has_it(leader, report, types, units):
    ticket = report(event_type=types.village)

    card = leader.get(f"{DOTS}{ticket.pk}/", ASKED).json()

    hidden = {key: card[key] for key in ("number", "centre", "how", "url")}
    assert hidden == dict.fromkeys(hidden, "")
    assert card["who"] == units.village.get_tier_display()
    assert card["place"].count("·") == 1


def test_visitor_mode_is_kept_for_the_session_and_taken_back(leader, report, types):
    ticket = report(event_type=types.village)

    shown = [leader.get(DOTS).json()["dots"][0]["number"]]
    for on in ("1", "0"):
        answer = leader.post("/wall/visitor/", {"on": on, "area": EAST_CREEK})
        shown.append(leader.get(DOTS).json()["dots"][0]["number"])

    assert shown == [ticket.number, "", ticket.number]
    assert answer.url == f"/wall/?area={EAST_CREEK}"


@pytest.mark.parametrize("area", ["", "x", "//evil.example", "９９", "9" * 16])
def test_after_the_switch_one_is_on_the_wall_whatever_was_sent(leader, area):
    assert leader.post("/wall/visitor/", {"on": "1", "area": area}).url == "/wall/"


def test_a_device_for_visitors_cannot_be_asked_to_show_more(hang, report, types):  # noqa: F811
    ticket = report(event_type=types.village)
    _device, browser = hang(EAST_CREEK, visitor=True)

    for query in ({}, {"visitor": "0"}, {"visitor": ""}, {"area": WILLOW_BRIDGE}):
        assert ticket.number not in everything(browser, ticket, query)
        assert ticket.area_code not in everything(browser, ticket, query)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["asked", "session", "device"])
def test_a_socket_before_visitors_never_hears_an_exact_place(
    knock, live, cast, report, types, hang, how  # noqa: F811
):  # fmt: skip
    if how == "device":
        _device, browser = hang(EAST_CREEK, visitor=True)
        socket = knock(cookie=cookie_of(browser))
    elif how == "session":
        socket = knock(cast.leader, visitor_session=True)
    else:
        socket = knock(cast.leader, visitor="1")
    other = knock(cast.leader)
    hear(socket, "hello"), hear(other, "hello")

    ticket = report(event_type=types.village, **DOOR)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())
    heard = [json.dumps(hear(socket, "dot")) for _ in range(2)]
    exact = [json.dumps(hear(other, "dot")) for _ in range(2)]

    lat, lng = middle_of(WILLOW_BRIDGE)
    for text in heard:
        assert ticket.number not in text
        assert ticket.area_code not in text
        assert not [place for place in DOOR.values() if str(place) in text]
        assert f'"lat": {lat}, "lng": {lng}' in text
    assert all(ticket.number in text for text in exact)


@pytest.mark.django_db(transaction=True)
def test_frames_that_are_sent_together_are_blurred_too(knock, cast, report, types, monkeypatch):
    from wall import hub

    monkeypatch.setattr(hub, "CALM", 1)
    socket = knock(cast.leader, visitor="1")
    hear(socket, "hello")
    tickets = [report(event_type=types.village) for _ in range(6)]

    heard = [json.dumps(hear(socket, "dot")) for _ in tickets]

    assert not [t.number for t in tickets if any(t.number in text for text in heard)]


def test_a_device_link_for_visitors_says_so(client, cast, tiny):
    _device, link = devices.make(
        name="hall", area_id=Area.objects.get(code=EAST_CREEK).pk, area_code=EAST_CREEK,
        visitor=True, by=cast.sysadmin, at=timezone.now(),
    )  # fmt: skip

    assert client.get(f"/wall/open/{link}/").context["device"].visitor
