"""Many notices to many readers in one statement. The one file of the outbox's own SQL.

Each posting is a row of the JSON that goes over; the database joins its readers, and takes the
language of each from their account. A test holds it to post_to_users(), on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from notices.models import Notice
from people.models import User
from people.rows_sql import as_json


@dataclass(frozen=True)
class Posting:
    """A happening of which these people (by id) are told in their inboxes."""

    readers: Sequence[int]
    happening: str
    template: str
    params: dict[str, Any]
    link: str
    at: datetime


_COLUMNS = (
    "happening", "reader", "user_id", "channel", "address", "template", "params", "link",
    "language", "posted_at", "state", "due_at", "attempts", "sent_at", "error",
)  # fmt: skip


def insertion(postings: Sequence[Posting]) -> tuple[str, list[str]]:
    """Return the statement that writes them, with its params. Whoever was told is not told again.

    It is in the inbox at once: these notices wait for no relay.
    """
    said = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    at, channel, state = said["at"], Notice.Channel.INBOX.value, Notice.State.SENT.value
    values = (
        said["happening"], "'user:' || reader.id", "reader.id", f"'{channel}'", "''",
        said["template"], said["params"], said["link"], "reader.language", at, f"'{state}'", at,
        "0", at, "''",
    )  # fmt: skip
    people = User._meta.db_table
    return (
        f"INSERT INTO {Notice._meta.db_table} ({', '.join(_COLUMNS)}) "
        f"SELECT {', '.join(values)} FROM {said['from']} "
        f"JOIN {people} AS reader ON reader.id = {said['reader']} "
        "WHERE true ON CONFLICT (happening, reader) DO NOTHING",
        [as_json([vars(posting) for posting in postings])],
    )


_POSTGRESQL = {
    "from": (
        "json_to_recordset(%s) AS posting(readers bigint[], happening text, template text, "
        "params jsonb, link text, at timestamptz) "
        "CROSS JOIN LATERAL unnest(posting.readers) AS told(id)"
    ),
    "reader": "told.id",
} | {name: f"posting.{name}" for name in ("happening", "template", "params", "link", "at")}
_SQLITE = {
    "from": "json_each(%s) AS posting JOIN json_each(posting.value, '$.readers') AS told",
    "reader": "told.value",
} | {
    name: f"json_extract(posting.value, '$.{name}')"
    for name in ("happening", "template", "params", "link", "at")
}
