"""What comes over the wall's socket, and how it ends, on a real server."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from websockets.sync.client import ClientConnection

from notices import live as live_frames
from people import posts, sessions, tokens
from people.models import Post, User
from tests.canaries import PLANTED, found_in
from tests.land import EAST_CREEK, WEST_HILL
from tests.wall.ears import (
    LINES,
    all_until,
    closing_code,
    hear,
    hear_report,
    hears_nothing,
    read_on,
)
from tickets import broadcast, lifecycle
from wall import consumers, watch

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = {"lat": 25.08, "lng": 110.01}


# --- What comes over it ---------------------------------------------------------------------------


def test_a_report_is_on_the_screen_within_a_second(knock, cast, report, types):
    socket = knock(cast.leader)
    hear(socket, "hello")
    # The first report of a process reads calendar, land and types.
    hear_report(socket, report, types.village)
    took = []
    # A machine with other work may be slow once; a platform that is slow is so each time.
    while not took or min(took) >= 1 and len(took) < 30:
        began = time.monotonic()
        frame = hear_report(socket, report, types.village)
        took.append(time.monotonic() - began)

    assert min(took) < 1
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
    monkeypatch.setattr(broadcast.live, "publish", lambda *frame: None)

    frame = hear_report(socket, report, types.village)

    assert [line["move"] or line["kind"] for line in frame["events"]] == [
        "reported", "accept", "dispatch"
    ]  # fmt: skip


def test_too_much_that_was_missed_is_a_hint_to_fetch(knock, cast, report, types, monkeypatch):
    socket = knock(cast.leader)
    hear(socket, "hello")
    monkeypatch.setattr(broadcast.live, "publish", lambda *frame: None)
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
    for number in range(80):
        live_frames.publish(["990101"], bulk | {"gone": 1000 + number})
        # Who was held up by the stuck one would wait until that reads, which is later.
        assert hear(reader, "gone")["gone"] == 1000 + number

    # It reads at last, and is still one of us.
    assert hear(stuck, "hello")["hello"]
    with pytest.raises(TimeoutError):
        read_on(stuck, 0.5)


def test_no_frame_names_the_reporter_or_says_their_words(knock, cast, report, types):
    walls = [knock(user) for user in (cast.leader, cast.town, cast.village)]
    walls.append(knock(cast.leader, visitor_session=True))
    for wall in walls:
        hear(wall, "hello")
    name, phone = PLANTED["contact of own"]

    ticket = report(
        event_type=types.village, words=f"路灯坏了 {PLANTED['words of own'][0]}",
        contact_name=name, contact_phone=phone,
    )  # fmt: skip
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=timezone.now())
    lifecycle.comment(
        ticket_id=ticket.pk, by=cast.village, at=timezone.now(),
        words=PLANTED["words among the staff"][0],
    )  # fmt: skip
    last = ticket.events.latest("pk").pk

    heard = [all_until(wall, last) for wall in walls]
    assert [ticket.number in text for text in heard[:3]] == [True] * 3
    assert [found_in(text) for text in heard] == [set()] * 4


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
def test_an_idle_socket_stays_open(knock, cast, report, types, monkeypatch):
    """With redis-py 8 the layer's reads end after five seconds, and every socket with them.

    Twice as long shows that they do not; only Redis is asked for news in such reads.
    """
    monkeypatch.setattr(watch, "HEARTBEAT", 3600)
    socket = knock(cast.leader)
    hear(socket, "hello")
    end = time.monotonic() + (12 if settings.REDIS_URL else 2)
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
