import pytest
from django.contrib.auth.models import AnonymousUser

from people import audit
from people.models import AuditEntry
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_which_thing(worker):
    audit.record(
        actor=worker, action="revealed", subject="ticket:7", at=MONDAY, area_code="990001001001",
        data={"reason": "call_back", "count": 3, "until": "2026-03-02T10:00:00+08:00"},
    )  # fmt: skip

    assert list(AuditEntry.objects.values()) == [
        {
            "id": AuditEntry.objects.get().pk,
            "at": MONDAY,
            "actor_id": worker.pk,
            "action": "revealed",
            "subject": "ticket:7",
            "area_code": "990001001001",
            "data": {"reason": "call_back", "count": 3, "until": "2026-03-02T10:00:00+08:00"},
        }
    ]


def test_nobody_known_is_nobody():
    entry = audit.record(actor=AnonymousUser(), action="tried", subject="account:x", at=MONDAY)

    assert entry.actor is None


@pytest.mark.parametrize(
    "data",
    [
        {"words": "Mr Li called twice"},
        {"list": ["ok", "not ok at all"]},
        {"two words": 1},
        {"long": "x" * 65},
        {"thing": object()},
    ],
)
def test_words_are_not_recorded(data):
    with pytest.raises(audit.WordsInRecord):
        audit.record(actor=None, action="said", subject="thing:1", at=MONDAY, data=data)

    assert AuditEntry.objects.count() == 0


def test_a_fingerprint_is_the_same_for_the_same_text_and_tells_nothing():
    one, same, other = (audit.fingerprint(text) for text in ("wang", "wang", "wan"))

    assert one == same != other
    assert "wang" not in one
