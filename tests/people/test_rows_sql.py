"""Rows in one statement are the rows that bulk_create() and save() would have written."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from notices import outbox
from notices.models import Notice
from notices.outbox_sql import Posting
from people import rows_sql
from people.models import AuditEntry, TokenBucket, User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
WORDS = "引号 \"' 反斜线 \\ 换行\n制表\t 百分号 % 100%s 表情 😀"


def test_what_is_inserted_is_what_bulk_create_writes():
    rows = [
        {"at": NOON, "actor_id": None, "action": "a", "subject": WORDS, "area_code": "5",
         "data": {"words": WORDS, "list": [1, None, True], "none": None}},
        {"at": NOON, "actor_id": None, "action": "b", "subject": "", "area_code": "", "data": {}},
    ]  # fmt: skip

    def written() -> list[dict]:
        found = list(AuditEntry.objects.order_by("action").values())
        return [{name: value for name, value in row.items() if name != "id"} for row in found]

    before = transaction.savepoint()
    rows_sql.insert(AuditEntry, rows)
    ours = written()
    transaction.savepoint_rollback(before)
    AuditEntry.objects.bulk_create([AuditEntry(**row) for row in rows])
    assert ours == written() == rows


def test_an_update_changes_the_named_columns_of_the_rows_that_are_there():
    one, two = (
        TokenBucket.objects.create(key=key, tokens=1.5, updated_at=NOON) for key in ("a", "b")
    )
    later = NOON.replace(hour=13)

    rows_sql.update(
        TokenBucket,
        [{"id": one.pk, "tokens": 0.1, "updated_at": later},
         {"id": two.pk + 100, "tokens": 9.0, "updated_at": later}],
    )  # fmt: skip

    found = TokenBucket.objects.order_by("key").values_list("key", "tokens", "updated_at")
    assert list(found) == [("a", 0.1, later), ("b", 1.5, NOON)]


def test_ids_are_nobody_elses():
    before = TokenBucket.objects.create(key="a", tokens=1, updated_at=NOON).pk
    given = list(rows_sql.ids(TokenBucket, 3))
    rows_sql.insert(
        TokenBucket,
        [{"id": pk, "key": str(pk), "tokens": 1, "updated_at": NOON} for pk in given],
    )
    fresh = TokenBucket.objects.create(key="z", tokens=1, updated_at=NOON).pk

    assert [before, *given, fresh] == sorted({before, *given, fresh})
    assert list(rows_sql.ids(TokenBucket, 0)) == []
    rows_sql.insert(TokenBucket, [])
    rows_sql.update(TokenBucket, [])


def test_notices_to_many_are_those_to_each():
    people = [
        User.objects.create_user(username=name, language=language)
        for name, language in (("one", "zh-hans"), ("two", "en"))
    ]
    told = {"happening": "event:1:climbed", "template": "climbed", "link": "/tickets/X-1/",
            "params": {"number": "X-1", "unit": "引号\"", "area": "5"}, "at": NOON}  # fmt: skip

    def written() -> list[dict]:
        found = list(Notice.objects.order_by("reader").values())
        return [{name: value for name, value in row.items() if name != "id"} for row in found]

    before = transaction.savepoint()
    posting = Posting(readers=[person.pk for person in people], **told)
    outbox.post_many([posting])
    outbox.post_many([posting])
    ours = written()
    transaction.savepoint_rollback(before)
    outbox.post_to_users(users=people, **told)

    assert len(ours) == 2
    assert ours == written()
    outbox.post_many([])
