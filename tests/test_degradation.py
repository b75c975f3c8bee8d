"""A part is away: the platform says so, goes on with the rest, and loses nothing."""

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import redis
import requests

from tests.front_door import SECURE, report, report_with_photo
from tests.patience import PATIENCE
from tests.production import Stack, once
from tests.test_stack import dot_of, opened
from tonglianggov.operations import signs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), once]

WORDS = "老街口的路灯<b>不亮</b>\n第二行"


class Resident:
    """A browser at a web worker, behind a proxy that speaks https."""

    def __init__(self, stack: Stack) -> None:
        self.base = f"http://127.0.0.1:{stack.web}"
        page = requests.get(f"{self.base}/report/", headers=SECURE, timeout=PATIENCE)
        assert page.status_code == 200
        cookie = page.cookies.get("__Host-csrf")
        # requests does not send a secure cookie over http.
        self.headers = SECURE | {
            "Cookie": f"__Host-csrf={cookie}", "Origin": f"https://127.0.0.1:{stack.web}",
            "Referer": f"https://127.0.0.1:{stack.web}/report/",
        }  # fmt: skip
        self.form = {
            "csrfmiddlewaretoken": hidden(page.text, "csrfmiddlewaretoken"),
            "key": str(uuid.uuid4()), "looked": "1", "words": WORDS, "lat": "", "lng": "",
            "area_code": "990101001001", "event_type": "0104", "contact_name": "",
            "contact_phone": "",
        }  # fmt: skip

    def post(self, form: dict[str, str], path: str = "/report/") -> requests.Response:
        return requests.post(
            f"{self.base}{path}", data=form, headers=self.headers, timeout=PATIENCE,
            allow_redirects=False,
        )  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def kept(page: str) -> dict[str, str]:
    """Return what the page would send again."""
    from html import unescape

    areas = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(value) for name, value in areas}


def test_the_database_restarts(stack):
    resident = Resident(stack)
    # Every thread of every worker holds a connection that will be dead.
    many = [f"/track/?{number}" for number in range(24)]
    with ThreadPoolExecutor(12) as browsers:
        assert {answer.status_code for answer in browsers.map(stack.get, many)} == {200}
        stack.postgresql.stop()
        try:
            chinese, english = (stack.get("/", language=each) for each in ("zh-hans", "en"))
            posted = resident.post(resident.form)
            api = report(stack, str(uuid.uuid4()))
            readiness = stack.get("/readyz")
        finally:
            stack.postgresql.start()
        back = list(browsers.map(stack.get, many))

    assert (chinese.status_code, english.status_code) == (503, 503)
    assert "数据库" in chinese.text
    assert "The database is away for a moment" in english.text
    assert (api.status_code, api.headers["Retry-After"]) == (503, "5")
    assert (readiness.status_code, readiness.json()["status"]) == (503, "unavailable")
    # The very next request of each thread finds a fresh connection.
    assert [answer.status_code for answer in back] == [200] * len(many)
    # What was typed is in the page, and goes through as it stands there.
    assert (posted.status_code, posted.headers["Retry-After"]) == (503, "5")
    again = kept(posted.text)
    assert again["words"].replace("\r\n", "\n") == WORDS
    again["csrfmiddlewaretoken"] = hidden(posted.text, "csrfmiddlewaretoken")
    sent = resident.post(again)
    assert (sent.status_code, sent.headers["Location"]) == (302, "/report/done/")
    key = resident.form["key"]
    assert stack.rows("SELECT count(*) FROM tickets_ticket WHERE key = %s", key) == [(1,)]
    # The relay and the worker come back by themselves.
    stack.until_ready()


def test_without_redis_reports_still_come_in_and_walls_hear_of_them(stack):
    with opened(stack) as screen:
        stack.redis.stop()
        try:
            degraded = stack.readiness()
            sent = report(stack, str(uuid.uuid4()), contact_phone="13812345678")
            dot = stack.until(lambda: dot_of(screen, sent.json()["number"]), "its dot")
            # The relay needs no Redis.
            stack.until(
                lambda: not stack.rows("SELECT 1 FROM notices_notice WHERE state = 'waiting'"),
                "the relay sends without Redis",
            )
        finally:
            stack.redis.start()

    assert degraded["status"] == "degraded"
    assert [name for name, part in degraded["parts"].items() if not part["ok"]] == [
        "channel_layer", "broker", "worker",
    ]  # fmt: skip
    assert sent.status_code == 201, sent.text
    assert dot["stage"] == "new"
    stack.until_ready()


def test_without_worker_and_relay_the_outbox_waits_and_readyz_says_so(stack):
    for part in ("worker", "relay"):
        stack.stop(part)
    sent = report_with_photo(stack)
    as_if_minutes_had_passed(stack)

    degraded = stack.readiness()

    assert sent.status_code == 201, sent.text
    assert degraded["status"] == "degraded"
    assert [name for name, part in degraded["parts"].items() if not part["ok"]] == [
        "worker", "outbox", "photos",
    ]  # fmt: skip
    assert stack.rows("SELECT 1 FROM notices_notice WHERE state = 'waiting'")
    stack.complete()
    stack.until_ready()
    assert stack.rows("SELECT 1 FROM notices_notice WHERE state = 'waiting'") == []


def as_if_minutes_had_passed(stack: Stack) -> None:
    """Move the signs, and what waits, ten minutes back."""
    late = timedelta(minutes=10)
    with closing(redis.Redis.from_url(stack.environment["REDIS_URL"])) as client:
        client.set(signs.WORKER, (datetime.now(UTC) - late).isoformat())
    for table, column in (("notices_notice", "due_at"), ("tickets_photo", "added_at")):
        stack.rows(
            f"UPDATE {table} SET {column} = {column} - %s WHERE state = 'waiting' RETURNING 1", late
        )


def test_a_worker_outlives_its_brokers_restart(stack):
    """The sign is younger than the restart: the very process that was there works on."""
    worker = stack.parts["worker"].pid
    for _ in range(2):
        stack.redis.stop()
        stack.redis.start()

    stack.until_ready()

    assert stack.parts["worker"].pid == worker
    assert json.loads(stack.get("/healthz").text) == {"status": "ok"}
