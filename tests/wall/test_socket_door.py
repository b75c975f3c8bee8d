"""Who may open the wall's socket, on a real server."""

import json

import pytest
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from people import tokens
from tests.land import WEST_HILL
from tests.patience import PATIENCE, until
from tests.wall.ears import closing_code, hear, hear_report
from tickets.models import Ticket
from wall import consumers, hub, watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_is_sent_away_for_being_slow(monkeypatch):
    """Unless a test is about that."""
    monkeypatch.setattr(consumers, "TOKEN_WITHIN", 2 * PATIENCE)


# --- Who may open it -----------------------------------------------------------------------------


def test_a_signed_in_page_is_greeted_with_the_newest_sequence(knock, cast, report, types):
    report(event_type=types.village)
    newest = Ticket.objects.get().events.latest("pk").pk

    hello = hear(knock(cast.leader), "hello")

    assert hello | {"at": ""} == {
        "hello": True, "sequence": newest, "at": "", "heartbeat": watch.HEARTBEAT
    }  # fmt: skip


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_host_is_refused_even_with_a_session(knock, cast, origin):
    with pytest.raises(InvalidStatus) as refused:
        knock(cast.leader, origin=origin)

    assert refused.value.response.status_code == 403


def test_a_cookie_without_an_origin_counts_for_nothing(knock, cast, monkeypatch):
    monkeypatch.setattr(consumers, "TOKEN_WITHIN", 0.2)

    assert closing_code(knock(cast.leader, origin=None)) == consumers.NOT_SIGNED_IN


def test_who_is_not_signed_in_hears_nothing_and_is_sent_away(knock, report, types, monkeypatch):
    monkeypatch.setattr(consumers, "TOKEN_WITHIN", 0.5)
    socket = knock()
    report(event_type=types.village)

    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=PATIENCE)

    assert closed.value.rcvd.code == consumers.NOT_SIGNED_IN


def test_not_everybody_may_wait_at_the_door(knock, cast, monkeypatch):
    monkeypatch.setattr(hub, "MOST_WAITING", 2)
    waiting = [knock(), knock()]
    with pytest.raises(InvalidStatus):
        knock()
    waiting[0].close()

    assert until(lambda: let_in(knock))
    assert hear(knock(cast.leader), "hello")


def let_in(knock) -> bool:
    try:
        knock()
    except InvalidStatus:
        return False
    return True


def test_a_full_process_refuses(knock, cast, monkeypatch):
    monkeypatch.setattr(hub, "MOST", 1)
    hear(knock(cast.leader), "hello")

    with pytest.raises(InvalidStatus):
        knock(cast.leader)


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditor"])
def test_whose_posts_show_nothing_is_refused(knock, cast, name):
    with pytest.raises(InvalidStatus) as refused:
        knock(getattr(cast, name))

    assert refused.value.response.status_code == 403


def test_another_towns_area_is_refused(knock, cast):
    with pytest.raises(InvalidStatus):
        knock(cast.town, area=WEST_HILL)


@pytest.mark.parametrize("origin", [None, "ours"])
def test_a_token_comes_as_a_subprotocol(knock, live, cast, origin):
    secret = tokens.issue(user=cast.leader, at=timezone.now())
    whence = live.url if origin else None

    alone = knock(subprotocols=[f"token.{secret}"], origin=whence)
    beside = knock(subprotocols=["wall", f"token.{secret}"], origin=whence)
    after = knock(subprotocols=["Token", secret], origin=whence)

    for socket in (alone, beside, after):
        assert hear(socket, "hello")["hello"]
    answers = (alone.subprotocol, beside.subprotocol, after.subprotocol)
    assert answers == (f"token.{secret}", "wall", "Token")


def test_a_token_comes_as_the_first_frame(knock, cast, report, types):
    secret = tokens.issue(user=cast.leader, at=timezone.now())
    socket = knock(origin=None)
    socket.send(json.dumps({"token": secret}))

    assert hear(socket, "hello")["hello"]
    assert hear_report(socket, report, types.village)


@pytest.mark.parametrize(
    "frame", ['{"token": "tlg_wrong"}', '{"token": 7}', "[]", "token", '"x"', b"\x00", "{}"]
)
def test_a_first_frame_without_a_good_token_ends_it(knock, frame):
    socket = knock(origin=None)
    socket.send(frame)

    assert closing_code(socket) == consumers.NOT_SIGNED_IN


def test_a_wrong_token_in_a_subprotocol_is_refused(knock):
    with pytest.raises(InvalidStatus):
        knock(subprotocols=["token.tlg_wrong"], origin=None)
    with pytest.raises(InvalidStatus):
        knock(subprotocols=["token", "tlg_wrong"], origin=None)


def test_a_token_in_the_address_counts_for_nothing(knock, live, cast, monkeypatch):
    monkeypatch.setattr(consumers, "TOKEN_WITHIN", 0.2)
    secret = tokens.issue(user=cast.leader, at=timezone.now())
    address = f"{live.ws_url}/ws/wall/?token={secret}"
    with connect(address, origin=live.url, open_timeout=PATIENCE) as socket:
        assert closing_code(socket) == consumers.NOT_SIGNED_IN


def test_there_is_no_other_socket(live):
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"{live.ws_url}/ws/elsewhere/", origin=live.url, open_timeout=PATIENCE),
    ):
        pass

    assert refused.value.response.status_code == 403


def test_a_large_frame_ends_it(knock, cast):
    socket = knock(cast.leader)
    hear(socket, "hello")
    socket.send("x" * (consumers.LARGEST_FRAME + 1))

    assert closing_code(socket) == consumers.TOO_BIG


def test_who_talks_without_end_is_sent_away(knock, cast):
    socket = knock(cast.leader)
    hear(socket, "hello")
    for _ in range(consumers.MOST_FRAMES + 1):
        socket.send("{}")

    assert closing_code(socket) == consumers.TOO_MANY
