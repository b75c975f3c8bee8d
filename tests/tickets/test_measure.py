"""Above a normal rate a little work is asked, below it none; nobody is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from altcha import v1

from people.models import TokenBucket
from tests.tickets import two_towns
from tests.tickets.public.residents import browser, errors_on, filled, photo, text_of
from tickets import measure
from tickets.measure import Sender
from tickets.models import Ticket

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOME = Sender("192.0.2.1", "a device")
# Where the tests' own browsers are.
HERE = Sender("127.0.0.1", "")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def district(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()


@pytest.fixture
def at_noon(monkeypatch):
    """The pages' clock stands still: however slow the machine is, no bucket refills."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def solved(task: dict[str, Any] | None, **changes: Any) -> str:
    """The solution of a task, as the page's script sends it."""
    assert task
    known = {"algorithm": "SHA-256", "max_number": task["maxNumber"]}
    solution = v1.solve_challenge(challenge=task["challenge"], salt=task["salt"], **known)
    assert solution
    sent = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return packed(sent | {"number": solution.number} | changes)


def packed(sent: Any) -> str:
    return base64.b64encode(json.dumps(sent).encode()).decode()


def send(times: int, sender: Sender = HOME, solution: str = "", at: datetime = NOON) -> list[bool]:
    return [measure.is_held(sender=sender, solution=solution, at=at) for _ in range(times)]


# --- The rate ------------------------------------------------------------------------------------


def test_at_a_normal_rate_nothing_is_asked_and_nothing_held():
    for _ in range(6):
        assert measure.task(sender=HOME, at=NOON) is None
        assert send(1) == [False]


def test_above_it_a_report_is_held_unless_its_task_was_solved():
    send(6)

    solution = solved(measure.task(sender=HOME, at=NOON))
    assert send(1, solution=solution) == [False]
    assert send(1) == [True]
    # Later the device is one like any other again.
    assert measure.task(sender=HOME, at=NOON + timedelta(minutes=2)) is None


def test_the_more_come_the_more_work_there_is():
    work = []
    for _ in range(12):
        send(8)
        task = measure.task(sender=HOME, at=NOON)
        work.append(task["maxNumber"] if task else 0)

    assert work[0] == measure._EASIEST
    assert work == sorted(work)
    assert work[-1] == measure._EASIEST * 2**measure._STEPS


def test_an_address_without_cookies_is_measured_too():
    nobody = Sender("192.0.2.1", "")
    assert send(31, sender=nobody) == [False] * 30 + [True]
    assert measure.task(sender=nobody, at=NOON) is not None
    assert measure.task(sender=Sender("192.0.2.2", ""), at=NOON) is None


def test_a_flood_from_everywhere_asks_everybody(monkeypatch, clock_stands):
    monkeypatch.setattr(measure, "_EVERYBODY", 2)
    resident = browser()
    for _ in range(3):
        assert resident.post("/report/", filled()).status_code == 302
    now = Ticket.objects.latest("reported_at").reported_at

    task = measure.task(sender=HOME, at=now)
    assert task
    assert send(1, at=now) == [True]
    assert send(1, at=now, solution=solved(task)) == [False]
    # What comes over the API or from the staff is no flood of residents.
    Ticket.objects.update(channel=Ticket.Channel.API)
    assert measure.task(sender=HOME, at=now) is None


# --- The task ------------------------------------------------------------------------------------


def test_a_solution_counts_once_and_for_an_hour():
    send(6)
    first, second = (solved(measure.task(sender=HOME, at=NOON)) for _ in range(2))

    assert measure.is_solved(first, at=NOON)
    assert not measure.is_solved(first, at=NOON)
    assert not measure.is_solved(second, at=NOON + timedelta(hours=1, seconds=1))
    assert measure.is_solved(second, at=NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": -1},
        {"number": "1"},
        {"number": True},
        {"signature": "0" * 64},
        {"signature": None},
        {"algorithm": "SHA-1"},
        {"salt": "mine?expires=99999999999&"},
        {"challenge": "0" * 64},
    ],
    ids=str,
)
def test_a_forged_solution_is_none(changes):
    send(6)
    forged = solved(measure.task(sender=HOME, at=NOON), **changes)

    assert not measure.is_solved(forged, at=NOON)


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "rubbish",
        "照片",
        "e30=",
        packed([1]),
        packed(None),
        packed({}),
        "W" * 40_000,
        "[" * 9_000,
    ],
)
def test_rubbish_is_no_solution_and_no_fault(rubbish):
    assert not measure.is_solved(rubbish, at=NOON)


def test_a_task_of_another_platform_is_none(settings):
    send(6)
    settings.SECRET_KEY = "another key, which is as long as a key should be in such a place"
    theirs = solved(measure.task(sender=HOME, at=NOON))
    settings.SECRET_KEY = "ours"

    assert not measure.is_solved(theirs, at=NOON)


# --- At the pages --------------------------------------------------------------------------------


def test_the_page_carries_a_task_only_above_the_rate(at_noon):
    resident = browser()
    assert "data-task" not in text_of(resident.get("/report/"))
    send(31, sender=HERE)

    page = text_of(resident.get("/report/"))
    assert "data-task" in page
    assert "js/report/task" in page
    assert "Many reports are coming in." in page


def test_without_script_a_report_above_the_rate_is_taken_in_and_held(at_noon):
    resident = browser()
    send(29, sender=HERE)
    answers = [resident.post("/report/", filled()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert list(Ticket.objects.order_by("pk").values_list("held", flat=True)) == [False, True]


def test_the_api_never_meets_a_task(at_noon, client):
    send(31, sender=HERE)
    report = {"text": "路灯不亮", "area": two_towns.REED, "event_type": "0102"}
    answers = [client.post("/api/v1/reports/", report | {"key": str(uuid4())}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert not Ticket.objects.filter(held=True).exists()
    assert not TokenBucket.objects.filter(key__startswith="task:").exists()


def test_what_an_address_may_upload_ends_and_the_report_still_comes_in(settings):
    settings.UPLOAD_MEGABYTES_EACH_DAY = 1.5 * photo().size / 1024**2
    resident = browser()
    assert resident.post("/report/", filled() | {"photos": [photo()]}).status_code == 302

    refused = resident.post("/report/", filled(words="Another heap.") | {"photos": [photo()]})
    assert errors_on(refused) == [
        "No more photos can be taken from your connection today. Send the report without them: "
        "it is taken in all the same."
    ]
    assert "Another heap." in text_of(refused)
    # Nobody names an address of their own; who has another one has their own measure.
    forged = {"X-Forwarded-For": "198.51.100.7"}
    again = resident.post("/report/", filled() | {"photos": [photo()]}, headers=forged)
    assert again.status_code == 200
    other = browser(REMOTE_ADDR="198.51.100.7")
    assert other.post("/report/", filled() | {"photos": [photo()]}).status_code == 302
    # Without photos everybody is heard.
    assert resident.post("/report/", filled(words="Another heap.")).status_code == 302


def test_the_api_says_429_above_what_an_address_may_upload(settings, client):
    settings.UPLOAD_MEGABYTES_EACH_DAY = 0.0001
    report = {
        "key": str(uuid4()), "text": "路灯不亮", "area": two_towns.REED, "photos": [photo()],
    }  # fmt: skip

    answer = client.post("/api/v1/reports/", report)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert not Ticket.objects.exists()
