"""Every line of the log is a JSON object with the request's id, and nothing in it is personal."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from notices import outbox
from people.models import User
from tickets.models import Ticket
from tonglianggov import logs

NAME, PHONE, WORDS = "慕容晓晓", "13987654321", "门口那棵梧桐树倒了"
CANARIES = (NAME, PHONE, WORDS)


@pytest.fixture
def said(caplog) -> Iterator[io.StringIO]:
    """What the platform would write to its output in production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(json=True))
    root = logging.getLogger()
    root.addHandler(handler)
    caplog.set_level(logging.INFO, "tonglianggov.requests")
    yield stream
    root.removeHandler(handler)


def lines(said: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_says_who_when_and_how_grave(said):
    logging.getLogger("tickets.tasks").warning("%d due steps done", 3)

    (line,) = lines(said)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "3 due steps done", "level": "warning", "logger": "tickets.tasks"}


def test_a_fault_is_told_without_its_words(said):
    try:
        try:
            raise ValueError(f"no such person: {NAME}")
        except ValueError as fault:
            raise RuntimeError(PHONE) from fault
    except RuntimeError:
        logging.getLogger("people").exception("somebody could not be found")

    (line,) = lines(said)
    assert line["fault"] == "RuntimeError < ValueError"
    assert line["stack"][-1].endswith("test_a_fault_is_told_without_its_words")
    assert not any(canary in said.getvalue() for canary in CANARIES)


@pytest.mark.django_db
def test_a_fault_of_the_database_names_no_values(said, django_user_model):
    django_user_model.objects.create_user(PHONE)
    try:
        with transaction.atomic():
            django_user_model.objects.create_user(PHONE)
    except IntegrityError:
        logging.getLogger("people").exception("it is there already")

    (line,) = lines(said)
    assert line["fault"].startswith("django.db.utils.IntegrityError")
    assert PHONE not in said.getvalue()


def test_numbers_of_people_are_masked_wherever_they_stand(said):
    log = logging.getLogger("notices")
    log.info("would send to %s", PHONE)
    log.warning("identity 500224199001011234, key 1732500000, id 139876543210")

    first, second = (line["event"] for line in lines(said))
    assert first == "would send to 139****4321"
    assert second == "identity 5002**********1234, key 1732500000, id 139876543210"


def test_a_tasks_fault_names_the_task_alone(said):
    told = {"name": "tickets.tasks.sweep", "description": "raised unexpected", "exc": NAME}
    logging.getLogger("celery.app.trace").error("Task: %(exc)s", told, extra={"data": told})

    (line,) = lines(said)
    assert (line["event"], line["task"]) == ("task raised unexpected", "tickets.tasks.sweep")


def test_in_development_a_line_is_for_reading():
    record = logging.makeLogRecord({"name": "tickets", "levelname": "INFO", "msg": "路灯亮了"})

    line = logs.formatter(json=False).format(record)

    assert "路灯亮了" in line
    assert not line.startswith("{")


def test_json_is_logged_in_production_and_on_demand():
    assert logs.as_json({"PRODUCTION": "1"})
    assert logs.as_json({"LOG_FORMAT": "json"})
    assert not logs.as_json({})
    assert not logs.as_json({"PRODUCTION": "1", "LOG_FORMAT": "line"})


def test_a_slow_statement_is_told_without_its_values(said, db, settings):
    settings.SLOW_QUERY_MS = 0.000001
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_user WHERE full_name = %s", [NAME])

    (line,) = lines(said)
    assert (line["event"], line["sql"]) == (
        "slow query", "SELECT id FROM people_user WHERE full_name = %s",
    )  # fmt: skip
    assert NAME not in said.getvalue()


def test_a_whole_journey_leaves_no_name_number_or_word(said, cast, types, spot, monkeypatch):
    """A report with a contact, its way over the desk, mistakes, and a fault of our own."""
    resident = Client(raise_request_exception=False)
    sent = resident.post(
        "/api/v1/reports/",
        {
            "key": str(uuid4()), "text": WORDS, "lat": spot.lat, "lng": spot.lng,
            "event_type": types.department.code, "contact_name": NAME, "contact_phone": PHONE,
        },
        content_type="application/json",
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    outbox.deliver_due(at=timezone.now())
    code, pin = sent.json()["code"], sent.json()["pin"]
    resident.get(f"/track/{code}/")
    resident.post(f"/track/{code}/", {"pin": pin})
    resident.get(f"/no/such/{NAME}/?phone={PHONE}")
    resident.post("/signin/", {"username": NAME, "password": PHONE})
    desk = Client(raise_request_exception=False)
    desk.force_login(User.objects.get(pk=cast.district.pk))
    number = Ticket.objects.get().number
    for path in (f"/tickets/?q={NAME}", f"/tickets/{number}/", f"/tickets/{number}/contact/"):
        assert desk.get(path).status_code == 200
    desk.post(f"/tickets/{number}/contact/", {"reason": "call", "words": WORDS})

    def broken(*arguments, **named):
        raise RuntimeError(f"{NAME} {PHONE} {WORDS}")

    monkeypatch.setattr("people.views.render", broken)
    assert resident.get("/signin/").status_code == 500

    text = said.getvalue()
    # In place of a gateway the message itself is written down: whoever sets one up ends that.
    told = [line for line in lines(said) if line["logger"] != "notices.senders.console"]
    assert {"api:report", "tickets:track_one", "tickets:contact"} <= {
        line.get("view") for line in told
    }
    assert any(line.get("fault") == "RuntimeError" for line in told)
    assert [found for found in (*CANARIES, pin, PHONE[3:7]) if found in text] == []
    assert code not in json.dumps(told)
    requests = [line for line in told if line["logger"] == "tonglianggov.requests"]
    assert len({line["request"] for line in requests}) == len(requests)
