"""The API: a stable outside."""

from base64 import b64encode
from io import BytesIO
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from rest_framework.test import APIClient

from people import tokens
from tests.cast import PASSWORD
from tickets import lifecycle
from tickets.api import shapes
from tickets.models import Ticket
from tickets.receipts import pin_of

pytestmark = pytest.mark.django_db
WORDS = "楼下的路灯坏了三盏"


def jpeg(colour="red") -> bytes:
    data = BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "JPEG")
    return data.getvalue()


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def staff(cast):
    """Return a client that sends this person's token."""
    from django.utils import timezone

    def client(name: str) -> APIClient:
        secret = tokens.issue(user=getattr(cast, name), at=timezone.now())
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return caller

    return client


@pytest.fixture
def body(spot):
    return {"key": str(uuid4()), "text": WORDS, "lat": spot.lat, "lng": spot.lng}


def send(api, body, **more):
    return api.post("/api/v1/reports/", body | more, format="json")


def test_a_report_answers_with_its_receipt(api, body, cast, types, spot, units):
    answer = send(api, body, event_type=types.department.code)

    ticket = Ticket.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "number": ticket.number,
        "code": ticket.code,
        "pin": pin_of(ticket.key),
        "area": {"code": spot.village, "name": ticket.village.shown_name},
        "grid": {"code": spot.grid, "name": ticket.grid.shown_name},
        "handler": units.department.shown_name,
        "reason": answer.json()["reason"],
        "sign_by": answer.json()["sign_by"],
        "resolve_by": answer.json()["resolve_by"],
        "state": "dispatched",
    }
    assert types.department.shown_name in answer.json()["reason"]
    assert ticket.channel == "api"


def test_a_village_without_grids_answers_itself(api, body, cast, spot):
    answer = send(api, {"key": body["key"], "text": "请来看看", "area": spot.bare_village})

    assert answer.status_code == 201
    assert (answer.json()["area"]["code"], answer.json()["grid"]) == (spot.bare_village, None)
    assert answer.json()["state"] == "submitted"
    assert answer.json()["sign_by"] is None
    assert answer.json()["resolve_by"]


def test_sent_again_it_answers_the_same(api, body, cast):
    assert send(api, body).json() == send(api, body).json()
    assert Ticket.objects.count() == 1


def test_the_same_key_with_other_words_is_refused(api, body, cast):
    send(api, body)
    answer = send(api, body, text="换了一段话")

    assert (answer.status_code, answer.json()["code"]) == (422, "other_body")
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "place", [{"lat": 31.2, "lng": 121.5}, {"lat": 110.11, "lng": 25.02}, {"lat": 999, "lng": 0}]
)
def test_a_place_elsewhere_is_refused_with_a_sentence(api, body, cast, place):
    answer = send(api, body, **place)

    assert (answer.status_code, answer.json()["code"]) == (422, "not_located")
    assert len(answer.json()["detail"]) > 5
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "no uuid"}, {"key": None}, {"text": ""}, {"text": "x" * 1_000_000},
        {"text": "空\x00字节"}, {"text": None}, {"text": ["list"]}, {"lat": "abc"},
        {"lat": None}, {"lat": "NaN"}, {"event_type": "9999"},
        {"event_type": "\x00"}, {"contact_phone": "1" * 50}, {"photos": ["text"]},
    ],
)  # fmt: skip
def test_a_broken_body_is_refused_and_nothing_is_written(api, body, cast, broken):
    answer = api.post("/api/v1/reports/", body | broken, format="json")

    assert answer.status_code in (400, 422)
    assert answer.json()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", '"text"', "null", "[1]", "[" * 100_000, '{"text":' + "[" * 3000 + "]" * 3000],
)
def test_a_body_that_is_no_object_is_refused(api, cast, data):
    answer = api.post("/api/v1/reports/", data, content_type="application/json")

    assert answer.status_code == 400


def test_rare_characters_and_emoji_are_kept(api, body, cast):
    words = "龘靐𠮷野家门口🚮 很脏 مرحبا"
    assert send(api, body, text=words).status_code == 201
    assert Ticket.objects.get().text.words == words


def test_photos_come_as_multipart(api, body, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = SimpleUploadedFile("lamp.jpg", jpeg(), "image/jpeg")
    answer = api.post("/api/v1/reports/", body | {"photos": [photo]}, format="multipart")

    assert answer.status_code == 201
    assert Ticket.objects.get().photos.count() == 1
    liar = SimpleUploadedFile("x.jpg", b"not a picture", "image/jpeg")
    answer = api.post(
        "/api/v1/reports/", body | {"key": str(uuid4()), "photos": [liar]}, format="multipart"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_photos")
    assert "x.jpg" in answer.json()["detail"]


def test_callers_above_their_rate_are_told_to_wait(api, body, cast, settings, clock_stands):
    settings.REPORTS_EACH_HOUR = 2
    answers = [send(api, body, key=str(uuid4())) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_with_a_staff_token_it_is_a_report_for_a_resident(staff, body, cast, settings):
    settings.REPORTS_EACH_HOUR = 1
    answers = [send(staff("village"), body, key=str(uuid4())) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert {(t.entered_by, t.channel) for t in Ticket.objects.all()} == {(cast.village, "staff")}
    assert send(staff("auditor"), body).status_code == 403


def test_a_bad_token_is_refused_not_ignored(api, body, cast):
    api.credentials(HTTP_AUTHORIZATION="Token nonsense")
    assert send(api, body).status_code == 401


def test_the_reporter_follows_it_with_code_and_pin(api, body, cast, types):
    given = send(api, body, event_type=types.village.code).json()
    path = f"/api/v1/reports/{given['code']}/"
    answer = api.get(path, headers={"X-Pin": given["pin"]})

    assert answer.status_code == 200
    assert answer.json()["state"] == "dispatched"
    assert [line["kind"] for line in answer.json()["timeline"]] == [
        "reported", "routed", "moved", "moved",
    ]  # fmt: skip
    wrong = api.get(path, headers={"X-Pin": "000000"})
    unknown = api.get("/api/v1/reports/0000000000/", headers={"X-Pin": given["pin"]})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 404


def test_after_five_wrong_pins_the_right_one_waits_too(api, body, cast, clock_stands):
    given = send(api, body).json()
    path = f"/api/v1/reports/{given['code']}/"
    tries = [api.get(path, headers={"X-Pin": "0"}).status_code for _ in range(6)]

    assert tries == [404] * 5 + [429]
    assert api.get(path, headers={"X-Pin": given["pin"]}).status_code == 429


def test_staff_move_a_ticket_from_dispatch_to_answer(api, body, staff, cast, types):
    given = send(api, body, event_type=types.department.code).json()
    path = f"/api/v1/tickets/{given['number']}/moves/"
    officer, centre = staff("department"), staff("district")

    def move(client, name, **fields):
        return client.post(path, {"move": name} | fields, format="json")

    assert move(officer, "start").status_code == 409
    assert move(officer, "sign").json()["state"] == "signed"
    assert move(officer, "start").json()["state"] == "handling"
    refused = move(officer, "resolve", words="换了灯")
    assert (refused.status_code, refused.json()["code"]) == (409, "move_refused")
    assert move(officer, "resolve", words="换了灯", evidence="现场").json()["state"] == "resolved"
    assert move(officer, "feed_back", words="好了").status_code == 403
    assert move(centre, "feed_back", words="好了").json()["state"] == "feedback"
    rated = api.post(
        f"/api/v1/reports/{given['code']}/rating/", {"stars": 5, "solved": True}, format="json",
        headers={"X-Pin": given["pin"]},
    )  # fmt: skip
    assert (rated.status_code, rated.json()["state"]) == (200, "closed")


def test_a_request_is_asked_and_decided(api, body, staff, cast, types):
    given = send(api, body, event_type=types.department.code).json()
    asked = staff("department").post(
        f"/api/v1/tickets/{given['number']}/requests/",
        {"kind": "return", "reason": "not_ours", "words": "不归我们管"},
        format="json",
    )
    assert (asked.status_code, asked.json()["state"]) == (201, "open")
    path = f"/api/v1/requests/{asked.json()['id']}/"
    assert staff("department").post(path, {"grant": True}, format="json").status_code == 403
    assert staff("outsider").post(path, {"grant": True}, format="json").status_code == 404
    decided = staff("district").post(path, {"grant": True}, format="json")
    assert decided.json()["state"] == "granted"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"move": "fly"}, 400), ({}, 400), ({"move": "dispatch"}, 400),
        ({"move": "dispatch", "unit": "NOBODY"}, 400), ({"move": "merge", "into": "CK-1"}, 400),
        ({"move": "refuse", "reason": "R99"}, 400), ({"move": "withdraw"}, 400),
        ({"move": "comment", "words": "\x00"}, 400), ({"move": "comment"}, 409),
    ],
)  # fmt: skip
def test_a_broken_move_is_refused(api, body, staff, cast, types, fields, status):
    given = send(api, body, event_type=types.village.code).json()
    path = f"/api/v1/tickets/{given['number']}/moves/"
    answer = staff("village").post(path, fields, format="json")

    assert answer.status_code == status
    assert answer.json()


def test_staff_list_and_read_only_what_their_door_shows(api, body, staff, cast, types, spot):
    given = send(api, body, event_type=types.village.code).json()
    path = f"/api/v1/tickets/{given['number']}/"

    rows = staff("village").get("/api/v1/tickets/").json()["results"]
    assert [row["number"] for row in rows] == [given["number"]]
    assert staff("outsider").get("/api/v1/tickets/").json()["results"] == []
    assert staff("outsider").get(path).status_code == 404
    assert staff("sysadmin").get(path).status_code == 404
    assert api.get(path).status_code == 401
    read = staff("worker").get(path).json()
    assert read["words"] == WORDS
    assert read["moves"] == ["sign", "comment", "question", "climb"]
    listed = staff("district").get(f"/api/v1/tickets/?state=dispatched&area={spot.town}")
    assert len(listed.json()["results"]) == 1
    for wrong in ("state=odd", "area=%00", "area=12"):
        assert staff("district").get(f"/api/v1/tickets/?{wrong}").status_code in (400, 404)


def test_contacts_are_masked(api, body, staff, cast, types):
    given = send(
        api, body, event_type=types.village.code, contact_name="张三", contact_phone="13812345678"
    ).json()
    answer = staff("village").get(f"/api/v1/tickets/{given['number']}/")

    assert answer.json()["contact"] == {"name": "张*", "phone": "138****5678"}
    assert "13812345678" not in answer.content.decode()


@pytest.mark.parametrize("count", [1, 10, 60])
def test_a_list_costs_the_same_however_long(
    staff, cast, types, spot, count, django_assert_max_num_queries
):
    from tests.tickets.lifecycle.conftest import WEDNESDAY

    for number in range(count):
        lifecycle.report(
            key=uuid4(), words=f"垃圾{number}", at=WEDNESDAY, lat=spot.lat, lng=spot.lng,
            event_type=types.village,
        )  # fmt: skip
    client = staff("district")
    with django_assert_max_num_queries(6):
        answer = client.get("/api/v1/tickets/")
    assert len(answer.json()["results"]) == min(count, 50)


def test_a_token_is_given_for_name_and_password(api, cast):
    answer = api.post(
        "/api/v1/token/", {"username": "village", "password": PASSWORD}, format="json"
    )

    assert answer.status_code == 200
    api.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert api.get("/api/v1/tickets/").status_code == 200
    api.credentials()
    wrong = api.post("/api/v1/token/", {"username": "village", "password": "x"}, format="json")
    nobody = api.post("/api/v1/token/", {"username": "nobody", "password": "x"}, format="json")
    assert (wrong.status_code, wrong.json()) == (nobody.status_code, nobody.json())
    assert wrong.status_code == 401


def test_the_schema_describes_it_without_warnings(api, db, capfd):
    answer = api.get("/api/schema/")

    assert answer.status_code == 200
    text = answer.content.decode()
    for path in ("/api/v1/reports/", "/api/v1/tickets/{number}/moves/", "/api/v1/token/"):
        assert path in text
    assert "Warning" not in capfd.readouterr().err


def test_an_unknown_address_of_the_api_answers_in_its_form(api, db):
    answer = api.get("/api/v1/nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_a_mark_that_no_page_gave_out_finds_nothing(staff):
    for position in ("yesterday", "2026-13-45T00:00:00Z", "\0"):
        mark = b64encode(urlencode({"p": position}).encode()).decode()
        assert staff("district").get("/api/v1/tickets/", {"cursor": mark}).status_code == 404


def test_messages_go_to_telephone_numbers_of_this_country_only(api, body, cast):
    assert send(api, body, contact_phone="+882 1234 5678").status_code == 400
    assert send(api, body, contact_phone="+86 138-1234-5678").status_code == 201
    assert Ticket.objects.get().contact.phone == "13812345678"


def test_in_a_demonstration_every_report_says_so(api, body, cast, settings):
    settings.DEMONSTRATION = True

    send(api, body)

    assert Ticket.objects.get().is_demonstration


def test_a_receipt_is_what_its_shape_says(api, body, cast, types):
    for given in ({"event_type": types.department.code}, {"text": "请来看看"}):
        send(api, body | {"key": str(uuid4())}, **given)

    for ticket in Ticket.objects.with_places():
        assert shapes.receipt(ticket) == shapes.ReportOut(ticket).data


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepts", "asked", "status"),
    [
        ({}, "", 201), ({"Accept": "*/*"}, "", 201), ({"Accept": "text/html, */*;q=0.1"}, "", 201),
        ({"Accept": "application/json; indent=2"}, "", 201), ({"Accept": "text/html"}, "", 406),
        ({}, "?format=json", 201), ({}, "?format=xml", 404),
    ],
)  # fmt: skip
def test_who_accepts_json_gets_it(api, body, cast, accepts, asked, status):
    given = body | {"text": "请来看看"}
    answer = api.post(f"/api/v1/reports/{asked}", given, format="json", headers=accepts)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"


@pytest.mark.django_db(transaction=True)
def test_a_plain_report_asks_the_database_three_times(api, body, cast, types):
    send(api, body | {"key": str(uuid4())}, event_type=types.department.code)

    with CaptureQueriesContext(connection) as asked:
        answer = send(api, body, event_type=types.department.code)

    assert answer.status_code == 201
    # The bucket with the handbook's note, the look, the writing; on SQLite each table and question.
    exactly = 3 if connection.vendor == "postgresql" else 16
    assert len(asked.captured_queries) == exactly, [q["sql"][:80] for q in asked.captured_queries]
