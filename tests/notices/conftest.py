from datetime import UTC, datetime

import pytest

from notices import outbox
from people.models import User

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


def names(kind: str, code: str, language: str) -> str:
    """What settings.NOTICE_NAMES leads to in these tests."""
    return f"<{kind} {code} {language}>"


def unnamed(kind: str, code: str, language: str) -> str:
    return code


@pytest.fixture(autouse=True)
def _names(settings):
    settings.NOTICE_NAMES = "tests.notices.conftest.unnamed"
    settings.SITE_URL = "https://district.example"


@pytest.fixture
def reader(db) -> User:
    return User.objects.create_user("reader", language="en")


@pytest.fixture
def told():
    """Post a text message to a reporter: told(), told(ticket_id=8), told(at=…)."""

    def post(**change) -> None:
        message = {
            "ticket_id": 7, "phone": "13812345678", "language": "en",
            "happening": "event:1:progress", "template": "progress",
            "params": {"number": "N-7", "state": "handling", "code": "ABCDEFGH23"},
            "link": "/track/ABCDEFGH23/", "at": MONDAY,
        }  # fmt: skip
        outbox.post_to_reporter(outbox.to_reporter(**message | change))

    return post
