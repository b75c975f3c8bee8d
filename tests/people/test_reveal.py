from dataclasses import dataclass
from datetime import timedelta

import pytest

from people import reveal
from people.models import AuditEntry, RevealNote
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db


@dataclass
class Contact:
    name: str = "李明"
    phone: str = "13812345678"


def look(actor, at=MONDAY, **change):
    return reveal.reveal(
        **{"contact": Contact(), "subject": "ticket:7", "area_code": "990001001001",
           "actor": actor, "reason": "call_back", "at": at} | change
    )  # fmt: skip


def test_a_look_gives_the_values_for_a_minute_and_is_on_record(worker):
    assert look(worker) == reveal.Plain("李明", "13812345678", MONDAY + timedelta(seconds=60))

    entries = AuditEntry.objects.values_list("actor", "action", "subject", "area_code", "data")
    assert list(entries) == [
        (worker.pk, "revealed", "ticket:7", "990001001001", {"reason": "call_back"})
    ]


@pytest.mark.parametrize("reason", ["", "curious", "CALL_BACK"])
def test_without_a_reason_of_the_list_nobody_looks(worker, reason):
    with pytest.raises(reveal.NoReason):
        look(worker, reason=reason)

    assert not AuditEntry.objects.exists()


def test_words_lie_beside_the_record_and_can_be_erased(worker):
    look(worker, words="  Mr Li asked us to call after six.  ")

    entry = AuditEntry.objects.get()
    assert entry.data == {"reason": "call_back"}
    assert entry.note.words == "Mr Li asked us to call after six."
    RevealNote.objects.all().delete()
    assert AuditEntry.objects.get() == entry


def test_more_than_thirty_looks_a_day_are_told_once(worker, caplog):
    for n in range(33):
        look(worker, at=MONDAY + timedelta(minutes=n))

    often = AuditEntry.objects.filter(action="revealed_often")
    assert [(e.subject, e.data) for e in often] == [(f"user:{worker.pk}", {"looks": 31})]
    assert caplog.messages == [f"user {worker.pk} looked at personal data 31 times today"]


def test_a_new_day_counts_anew(worker):
    # Midnight in Shanghai is 16:00 UTC.
    midnight = MONDAY.replace(hour=16)
    for n in range(30):
        look(worker, at=midnight - timedelta(minutes=n + 1))
    look(worker, at=midnight)

    assert not AuditEntry.objects.filter(action="revealed_often").exists()


def test_the_person_may_know_who_looked(worker, person):
    look(worker)
    look(person("other"), at=MONDAY + timedelta(hours=1))
    look(worker, subject="ticket:8")

    looks = reveal.looks_at("ticket:7")
    assert [entry.actor.username for entry in looks] == ["other", "worker"]
