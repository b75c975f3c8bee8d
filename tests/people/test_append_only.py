import pytest
from django.db import IntegrityError, connection, transaction

from people import append_only, audit
from people.models import AuditEntry
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return audit.record(actor=None, action="looked", subject="thing:1", at=MONDAY)


def test_the_record_cannot_be_rewritten(entry):
    with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(action="did nothing")

    entry.refresh_from_db()
    assert entry.action == "looked"


def test_the_record_cannot_be_erased(entry):
    with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
        entry.delete()

    assert AuditEntry.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
def test_the_record_cannot_be_truncated(entry):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
            cursor.execute("TRUNCATE people_auditentry CASCADE")


def test_the_audit_log_is_guarded_after_migrating():
    assert "people_auditentry" in append_only.guarded(connection)


def test_a_lifted_guard_comes_back(entry):
    before = append_only.guarded(connection)

    with append_only.lifted(connection):
        assert append_only.guarded(connection) == []
        AuditEntry.objects.all().delete()

    assert append_only.guarded(connection) == before


def test_a_guard_may_be_set_twice():
    append_only.guard(connection, "people_auditentry")

    assert append_only.guarded(connection).count("people_auditentry") == 1


def test_a_statement_that_meets_no_row_is_harmless():
    assert AuditEntry.objects.filter(pk=-1).update(action="x") == 0
