"""The running state: what is wrong and what to do, for the system administrator alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notices.models import Notice
from people.models import User
from tests.test_ways import browser_of
from tickets.models import DueStep
from tonglianggov.operations import findings, measures, signs
from tonglianggov.operations.measures import Measured, Waiting, Work
from tonglianggov.operations.shown import duration

AT = timezone.now()
GIGABYTE = 1024**3


def well(**other) -> Measured:
    """A platform on which nothing is wrong, but for what is given."""
    from notices.outbox import Lag

    work = {
        "reports": 3, "outbox": Lag(0.0, 0, 0), "steps": Waiting(), "steps_failed": 0,
        "photos": Waiting(), "unsealed_seconds": 0.0,
    }  # fmt: skip
    work |= {name: other.pop(name) for name in list(other) if name in work}
    usual = {
        "at": AT, "database": True, "migrated": True, "redis": True, "worker_seen": AT,
        "queued": 0, "sockets": {"sockets": 1}, "work": Work(**work),
        "disk_free": 50 * GIGABYTE, "disk_size": 100 * GIGABYTE,
    }  # fmt: skip
    return Measured(**usual | other)


def told(found: Measured) -> list[tuple[str, str]]:
    return [(finding.key, finding.weight) for finding in findings.find(found)]


def test_where_nothing_is_wrong_nothing_is_told():
    assert told(well()) == []


def late(count: int = 4) -> Waiting:
    return Waiting(count, 3600.0)


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"migrated": False}, [("migrations", "now")]),
        # Nobody can see the worker then: said once.
        ({"redis": False, "worker_seen": None, "queued": None}, [("redis", "now")]),
        ({"worker_seen": None}, [("worker", "now")]),
        ({"worker_seen": AT - timedelta(minutes=5), "photos": late()}, [("worker", "now")]),
        ({"queued": 5000}, [("queue", "soon")]),
        ({"steps": late()}, [("steps", "now")]),
        ({"steps_failed": 2}, [("steps-failed", "soon")]),
        ({"photos": late()}, [("photos", "soon")]),
        ({"unsealed_seconds": 900.0}, [("seals", "now")]),
        ({"disk_free": GIGABYTE}, [("disk", "soon")]),
        ({"disk_free": 1024}, [("disk", "now")]),
        ({"photos": late(), "unsealed_seconds": 900.0}, [("seals", "now"), ("photos", "soon")]),
    ],
)
def test_what_is_wrong_is_told_once_and_the_worst_first(wrong, expected):
    assert told(well(**wrong)) == expected


def test_notices_that_wait_and_that_were_given_up():
    from notices.outbox import Lag

    assert told(well(outbox=Lag(600.0, 7, 2))) == [("outbox", "now"), ("given-up", "soon")]


def test_a_step_that_failed_is_no_late_one(cast, types, spot):
    from uuid import uuid4

    from tickets import lifecycle

    ticket = lifecycle.report(
        key=uuid4(), words="路灯坏了", at=AT, lat=spot.lat, lng=spot.lng,
        event_type=types.department,
    )  # fmt: skip
    steps = DueStep.objects.filter(ticket=ticket)
    steps.update(due_at=AT - timedelta(hours=1))
    steps.filter(pk=steps.first().pk).update(retry_at=AT + timedelta(minutes=30), error="x")

    work = measures.measure(at=AT).work

    assert (work.steps.count, work.steps_failed) == (0, 1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"), (119.4, "119 seconds"), (120, "2 minutes"), (7200, "2 hours"),
        (3 * 86400, "3 days"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_told_in_its_largest_unit(seconds, words):
    from django.utils import translation

    with translation.override("en"):
        assert duration(seconds) == words


def test_the_page_says_what_to_do(cast):
    client = browser_of(cast.sysadmin)
    signs.worker_was_here(at=timezone.now())
    Notice.objects.create(
        happening="h", reader="ticket:1", channel="sms", template="report_received",
        posted_at=AT, due_at=AT - timedelta(hours=1),
    )  # fmt: skip

    page = client.get("/operations/").text

    assert re.findall(r'data-finding="([a-z-]+)"', page) == ["outbox"]
    assert "Notices wait longer than they should" in page
    assert client.get("/admin/notices/notice/?state__exact=waiting").status_code == 200
    assert "/help/system_admin/" in page


def test_the_page_speaks_chinese(cast):
    client = browser_of(cast.sysadmin)
    User.objects.filter(pk=cast.sysadmin.pk).update(language="zh-hans")
    signs.worker_was_here(at=timezone.now() - timedelta(hours=1))

    page = client.get("/operations/").text

    assert "运行状态" in page
    assert re.findall(r"<h3>([A-Za-z ]+)", page) == []


def test_numbers_cost_the_same_however_much_waits(cast, django_assert_max_num_queries):
    client = browser_of(cast.sysadmin)
    client.get("/operations/")
    for some in (1, 100):
        Notice.objects.bulk_create(
            Notice(
                happening=f"h{some}-{i}", reader="ticket:1", channel="sms", posted_at=AT,
                template="report_received", due_at=AT - timedelta(hours=1),
            )
            for i in range(some)
        )  # fmt: skip
        with django_assert_max_num_queries(30):
            assert client.get("/operations/").status_code == 200
