"""The API for the desks: the same search and filters as the page's, and who was faster."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people import tokens
from tickets import lifecycle
from tickets.models import EventType, Ticket

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


@pytest.fixture
def staff(cast):
    """Return a client that sends this person's token."""

    def client(name: str) -> Client:
        secret = tokens.issue(user=getattr(cast, name), at=timezone.now())
        return Client(headers={"authorization": f"Token {secret}", "accept-language": "en"})

    return client


@pytest.fixture
def report(spot):
    """Report something over the API; give the ticket's number."""

    def make(text: str, kind: str | None = None) -> str:
        body = {"key": str(uuid4()), "text": text, "lat": spot.lat, "lng": spot.lng}
        body |= {"event_type": kind} if kind else {}
        answer = Client().post("/api/v1/reports/", body, content_type="application/json")
        return answer.json()["number"]

    return make


def test_the_list_is_searched_and_narrowed_as_on_the_page(report, staff, cast, types, units):
    roads = report("楼下的路灯坏了三盏", types.department.code)
    report("河边垃圾成堆", types.village.code)
    client = staff("district")

    def found(**asked) -> list[str]:
        return [row["number"] for row in client.get(TICKETS, asked).json()["results"]]

    assert found(words="路灯") == found(handler=units.department.code) == [roads]
    assert found(words=roads) == [roads]
    assert found(words="路灯", handler=units.village.code) == found(words="没有的") == []
    assert len(found()) == 2
    # Beyond one's door nothing is found, whatever is searched.
    assert staff("outsider").get(f"{TICKETS}?words=路灯").json()["results"] == []
    for wrong in ({"words": "长" * 101}, {"words": "\0"}, {"handler": "NOBODY"}, {"handler": "\0"}):
        answer = client.get(TICKETS, wrong)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, list(wrong))


def test_a_refused_move_says_who_was_faster_and_how_long_ago(report, staff, cast, units):
    number = report("这里有点不对劲")
    pk = Ticket.objects.get().pk
    kind = EventType.objects.get(code="0102")
    lifecycle.accept(
        ticket_id=pk, by=cast.town, at=timezone.now() - timedelta(seconds=12), event_type=kind
    )

    def late(name: str) -> dict:
        move = {"move": "accept", "event_type": "0102"}
        path = f"{TICKETS}{number}/moves/"
        answer = staff(name).post(path, move, content_type="application/json")
        assert answer.status_code == 409
        return answer.json()["faster"]

    said = late("village")

    assert list(said) == ["who", "what", "at", "seconds", "sentence"]
    assert units.town.shown_name in said["who"]
    assert cast.town.full_name not in said["who"].split()
    assert 12 <= said["seconds"] < 600
    assert said["what"] in said["sentence"]
    assert late("town") is None  # it was themselves
