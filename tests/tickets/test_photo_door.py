"""Who may see a photo, and how it is served."""

import io
from uuid import UUID, uuid4

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image

from people.models import Post, User
from tests.tickets import two_towns
from tests.tickets.corpus import from_a_phone, prepared, reported
from tickets.models import Photo, Ticket

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def district(db):
    two_towns.settle()


def address(photo_id: UUID, query: str = "") -> str:
    return reverse("tickets:photo", args=[photo_id]) + query


@pytest.fixture
def photo(district) -> Photo:
    return prepared(reported(from_a_phone()))


def look(client, photo_id: UUID, query: str = "", method: str = "get", **rest) -> HttpResponse:
    """Return the answer, read to its end, with its bytes in `body`."""
    answer = getattr(client, method)(address(photo_id, query), **rest)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    # As the client does at the end of a body; the answer to HEAD has none.
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)
    return answer


def user(name: str) -> User:
    return User.objects.get(username=name)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (f"duty-{two_towns.REED}", 200),
        (f"duty-{two_towns.WEST}", 200),
        ("duty-990001", 200),
        ("city", 200),
        (f"duty-{two_towns.WILLOW}", 404),
        (f"duty-{two_towns.EAST}", 404),
        ("nobody-on-post", 404),
        (None, 404),
    ],
)
def test_staff_see_the_photos_of_the_tickets_that_their_posts_open(photo, client, who, status):
    User.objects.create_user("nobody-on-post", password="a-long-password-1")
    if who:
        client.force_login(user(who))
    for query in ("", "?size=small"):
        assert look(client, photo.pk, query).status_code == status
        assert look(client, photo.pk, query, "head").status_code == status


def receipt_for(client, *ticket_ids: int) -> None:
    session = client.session
    session["receipts"] = list(ticket_ids)
    session.save()


def test_a_reporter_sees_the_public_photos_of_their_own_tickets(photo, client):
    hidden = prepared(reported(public=False))
    receipt_for(client, photo.ticket_id, hidden.ticket_id)
    assert look(client, photo.pk).status_code == 200
    assert look(client, hidden.pk).status_code == 404
    receipt_for(client, hidden.ticket_id)
    assert look(client, photo.pk).status_code == 404


def test_a_photo_of_a_restricted_ticket_is_for_its_centre_and_handlers(photo, client):
    Ticket.objects.filter(pk=photo.ticket_id).update(restricted=True)
    client.force_login(user(f"duty-{two_towns.WEST}"))
    assert look(client, photo.pk).status_code == 404


def test_a_right_that_ended_is_noticed_at_the_next_request(photo, client):
    duty = user(f"duty-{two_towns.REED}")
    client.force_login(duty)
    first = look(client, photo.pk)
    assert first.status_code == 200
    Post.objects.filter(user=duty).delete()
    second = look(client, photo.pk, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 404


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_photo_that_is_not_ready_is_not_there(photo, client, state):
    Photo.objects.filter(pk=photo.pk).update(state=state)
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk).status_code == 404
    assert look(client, uuid4()).status_code == 404


def test_a_photo_whose_file_is_gone_is_not_there(photo, client, media):
    (media / photo.file).unlink()
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk).status_code == 404
    assert look(client, photo.pk, "?size=small").status_code == 200


def test_a_photo_is_served_so_that_a_browser_can_only_show_it(photo, client):
    client.force_login(user("duty-990001"))
    response = look(client, photo.pk)
    assert {
        name: response[name]
        for name in (
            "Content-Type", "Content-Disposition", "X-Content-Type-Options",
            "Content-Security-Policy", "Cache-Control",
        )
    } == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'inline; filename="photo-1.jpg"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }  # fmt: skip
    assert Image.open(io.BytesIO(response.body)).size == (200, 300)
    small = look(client, photo.pk, "?size=small")
    assert max(Image.open(io.BytesIO(small.body)).size) <= 320
    assert small["ETag"] != response["ETag"]
    same = look(client, photo.pk, headers={"If-None-Match": response["ETag"]})
    assert (same.status_code, same.body) == (304, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_photo_is_only_read(photo, client, method):
    client.force_login(user("duty-990001"))
    assert look(client, photo.pk, method=method).status_code == 405


def test_opening_a_photo_takes_few_queries(photo, client, django_assert_max_num_queries):
    client.force_login(user(f"duty-{two_towns.REED}"))
    with django_assert_max_num_queries(8):
        look(client, photo.pk)
