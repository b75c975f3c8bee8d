"""The wall's socket, on a real server: who may open it, what comes over it, how it ends."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from notices import live as live_frames
from people import posts, sessions, tokens
from people.models import Post, User
from tests.land import EAST_CREEK, WEST_HILL
from tickets import broadcast, lifecycle
from tickets.models import Ticket
from wall import consumers, hub, watch

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = {"lat": 25.08, "lng": 110.01}
LINES = ("dot", "gone", "refetch")


@pytest.fixture
def knock(live) -> Iterator[Callable[..., ClientConnection]]:
    """Open a socket as a page of ours does, or as `origin`, `cookie`, `subprotocols` say."""
    opened = ExitStack()

    def open_socket(user: User | None = None, *, area: str = "", **given: Any) -> ClientConnection:
        headers = {}
        if user:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            headers["Cookie"] = f"{name}={client.cookies[name].value}"
        query = f"?area={area}" if area else ""
        socket = connect(
            f"{live.ws_url}/ws/wall/{query}", additional_headers=headers, compression=None,
            max_size=None, **{"origin": live.url} | given,
        )  # fmt: skip
        return opened.enter_context(socket)

    with opened:
        yield open_socket


def hear(socket: ClientConnection, *kinds: str, within: float = 5) -> dict:
    """Return the next frame that has one of these, passing over the others."""
    end = time.monotonic() + within
    while True:
        frame = json.loads(socket.recv(timeout=max(end - time.monotonic(), 0.01)))
        for one in frame.get("frames", [frame]):
            if any(kind in one for kind in kinds):
                return one


def hears_nothing(socket: ClientConnection, within: float = 0.6) -> bool:
    try:
        hear(socket, *LINES, within=within)
    except TimeoutError:
        return True
    return False


def closing_code(socket: ClientConnection, within: float = 8) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        read_on(socket, within)
    return closed.value.rcvd.code


def read_on(socket: ClientConnection, patience: float) -> None:
    """Read until nothing comes for so long: then it raises TimeoutError."""
    while True:
        socket.recv(timeout=patience)


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
        socket.recv(timeout=5)

    assert closed.value.rcvd.code == consumers.NOT_SIGNED_IN


def test_not_everybody_may_wait_at_the_door(knock, cast, monkeypatch):
    monkeypatch.setattr(hub, "MOST_WAITING", 2)
    waiting = [knock(), knock()]
    with pytest.raises(InvalidStatus):
        knock()
    waiting[0].close()
    time.sleep(0.3)

    assert knock()
    assert hear(knock(cast.leader), "hello")


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

    assert hear(alone, "hello")["hello"]
    assert hear(beside, "hello")["hello"]
    assert (alone.subprotocol, beside.subprotocol) == (f"token.{secret}", "wall")


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


def test_a_token_in_the_address_counts_for_nothing(knock, live, cast, monkeypatch):
    monkeypatch.setattr(consumers, "TOKEN_WITHIN", 0.2)
    secret = tokens.issue(user=cast.leader, at=timezone.now())
    with connect(f"{live.ws_url}/ws/wall/?token={secret}", origin=live.url) as socket:
        assert closing_code(socket) == consumers.NOT_SIGNED_IN


def test_there_is_no_other_socket(live):
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"{live.ws_url}/ws/elsewhere/", origin=live.url),
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


# --- What comes over it ---------------------------------------------------------------------------


def hear_report(socket: ClientConnection, report, kind, **given) -> dict:
    ticket = report(event_type=kind, **given)
    frame = hear(socket, "dot")
    assert frame["dot"]["id"] == ticket.pk
    return frame


def test_a_report_is_on_the_screen_within_a_second(knock, cast, report, types):
    socket = knock(cast.leader)
    hear(socket, "hello")
    began = time.monotonic()

    frame = hear_report(socket, report, types.village)

    assert time.monotonic() - began < 1
    assert set(frame) == {"sequence", "dot", "events"}
    assert frame["dot"]["stage"] == "dispatched"


def test_each_town_hears_its_own(knock, cast, report, types):
    town, outsider, department = (
        knock(user) for user in (cast.town, cast.outsider, cast.department)
    )
    for socket in (town, outsider, department):
        hear(socket, "hello")

    here = hear_report(town, report, types.village)
    there = hear_report(outsider, report, types.village, **ELSEWHERE)
    given = hear_report(department, report, types.department)

    assert hear(town, "dot") == given
    assert here["dot"]["area"].startswith(EAST_CREEK)
    assert there["dot"]["area"].startswith(WEST_HILL)
    assert hears_nothing(outsider)


def test_a_narrowed_socket_hears_only_its_area(knock, cast, report, types):
    socket = knock(cast.leader, area=EAST_CREEK)
    hear(socket, "hello")
    report(event_type=types.village, **ELSEWHERE)

    assert hear_report(socket, report, types.village)


def test_restricted_tickets_are_not_heard(knock, cast, report, types):
    socket = knock(cast.village)
    hear(socket, "hello")
    report(event_type=types.restricted)

    assert hears_nothing(socket)


def test_a_department_that_loses_a_ticket_hears_so(knock, cast, report, types, units):
    ticket = report(event_type=types.department)
    socket = knock(cast.department)
    hear(socket, "hello")
    lifecycle.dispatch(
        ticket_id=ticket.pk, by=cast.district, at=timezone.now(), unit=units.district
    )
    ticket.refresh_from_db()

    assert hear(socket, "gone") == {
        "sequence": ticket.events.latest("pk").pk, "gone": ticket.pk, "version": ticket.version
    }  # fmt: skip


def test_what_never_went_over_the_air_is_put_there(knock, cast, report, types, monkeypatch):
    socket = knock(cast.leader)
    hear(socket, "hello")
    # Another process whose memory is not ours, or a Redis that was away.
    monkeypatch.setattr(broadcast.live, "publish", lambda topics, frame: None)

    frame = hear_report(socket, report, types.village)

    assert [line["move"] or line["kind"] for line in frame["events"]] == [
        "reported", "accept", "dispatch"
    ]  # fmt: skip


def test_too_much_that_was_missed_is_a_hint_to_fetch(knock, cast, report, types, monkeypatch):
    socket = knock(cast.leader)
    hear(socket, "hello")
    monkeypatch.setattr(broadcast.live, "publish", lambda topics, frame: None)
    monkeypatch.setattr(broadcast, "TOO_MANY", 0)
    report(event_type=types.village)

    assert hear(socket, *LINES)["refetch"] is True


def test_a_heartbeat_carries_the_last_sequence(knock, cast, report, types, monkeypatch):
    monkeypatch.setattr(watch, "HEARTBEAT", 0.3)
    socket = knock(cast.leader)
    frame = hear_report(socket, report, types.village)

    assert hear(socket, "heartbeat")["sequence"] == frame["sequence"]


def test_a_client_that_reads_nothing_does_not_hold_up_the_others(knock, cast):
    stuck = knock(cast.leader, max_queue=1)
    reader = knock(cast.leader)
    hear(reader, "hello")
    bulk = {"sequence": 1, "gone": 0, "version": 0, "filling": "x" * 200_000}
    slowest = 0.0
    for number in range(80):
        began = time.monotonic()
        live_frames.publish(["990101"], bulk | {"gone": 1000 + number})
        assert hear(reader, "gone")["gone"] == 1000 + number
        slowest = max(slowest, time.monotonic() - began)

    assert slowest < 1
    # It reads at last, and is still one of us.
    assert hear(stuck, "hello")["hello"]
    with pytest.raises(TimeoutError):
        read_on(stuck, 0.5)


# --- How it ends ----------------------------------------------------------------------------------


def test_who_loses_the_post_loses_the_socket(knock, cast):
    socket = knock(cast.town)
    hear(socket, "hello")
    posts.take(post=Post.objects.get(user=cast.town), by=None, at=timezone.now())

    assert closing_code(socket) == consumers.NO_RIGHT


def test_who_is_signed_out_elsewhere_loses_the_socket(knock, cast):
    socket, other = knock(cast.town), knock(cast.leader)
    hear(socket, "hello")
    sign_in_rows(cast.town, socket)
    sessions.end_sessions(cast.town, by=None, at=timezone.now())

    assert closing_code(socket) == consumers.NOT_SIGNED_IN
    assert hear(other, "hello")["hello"]


def test_a_revoked_token_ends_its_socket(knock, cast):
    secret = tokens.issue(user=cast.leader, at=timezone.now())
    socket = knock(subprotocols=[f"token.{secret}"], origin=None)
    hear(socket, "hello")
    token = cast.leader.tokens.get()
    tokens.revoke(token_ids=[token.pk], by=cast.leader, at=timezone.now())

    assert closing_code(socket) == consumers.NOT_SIGNED_IN


def test_a_disabled_account_loses_its_socket_within_the_minute(knock, cast, monkeypatch):
    monkeypatch.setattr(watch, "RECHECK", 0.5)
    socket = knock(cast.town)
    hear(socket, "hello")
    User.objects.filter(pk=cast.town.pk).update(is_active=False)

    assert closing_code(socket) == consumers.NOT_SIGNED_IN


def test_who_gets_a_wider_post_hears_more_without_reconnecting(knock, cast, report, types):
    socket = knock(cast.village)
    hear(socket, "hello")
    wider = Post(user=cast.village, role="leader", area=Post.objects.get(user=cast.leader).area)
    posts.save(post=wider, by=None, at=timezone.now())

    assert hear(socket, "refetch")["refetch"]
    assert hear_report(socket, report, types.village, **ELSEWHERE)


@pytest.mark.slow
def test_an_idle_socket_stays_open_for_a_minute(knock, cast, report, types, monkeypatch):
    """With redis-py 8 the layer's reads end after five seconds, and every socket with them."""
    monkeypatch.setattr(watch, "HEARTBEAT", 3600)
    socket = knock(cast.leader)
    hear(socket, "hello")
    end = time.monotonic() + (61 if settings.REDIS_URL else 6)
    while time.monotonic() < end:
        with pytest.raises(TimeoutError):
            socket.recv(timeout=min(5, max(0.1, end - time.monotonic())))

    assert hear_report(socket, report, types.village)


def sign_in_rows(user: User, socket: ClientConnection) -> None:
    """List the socket's session as the sign-in page does: force_login bypasses that."""
    from people.models import SignedIn

    cookie = socket.request.headers["Cookie"].partition("=")[2]
    now = timezone.now() - timedelta(minutes=1)
    SignedIn.objects.create(user=user, session_key=cookie, signed_in_at=now, seen_at=now)
