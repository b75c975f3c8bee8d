"""Encrypting personal fields anew, after a new key was put first in settings.FIELD_KEYS."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from people.fields import EncryptedTextField, box

BATCH = 500


@dataclass(frozen=True)
class Rotated:
    """How many values of a column were encrypted anew, and how many no key can read."""

    table: str
    column: str
    anew: int
    unreadable: int


def rotate() -> Iterator[Rotated]:
    """Encrypt anew what an older key encrypted, column by column, a batch at a time.

    It may be broken off and started again: what the first key reads is left as it is. Whoever
    changes a row meanwhile wins.
    """
    newest = Fernet(settings.FIELD_KEYS[0])
    for model in apps.get_models():
        key = model._meta.pk
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField) and key.column and field.column:
                yield _column(newest, model._meta.db_table, key.column, field.column)


def _column(newest: Fernet, table: str, key: str, column: str) -> Rotated:
    quote = connection.ops.quote_name
    names = {"table": quote(table), "key": quote(key), "column": quote(column)}
    anew = unreadable = 0
    last = None
    while batch := _batch(names, last):
        last = batch[-1][0]
        with transaction.atomic(), connection.cursor() as cursor:
            for pk, stored in batch:
                if _reads(newest, stored):
                    continue
                try:
                    changed = box().rotate(stored.encode()).decode()
                except InvalidToken:
                    unreadable += 1
                    continue
                cursor.execute(
                    "UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s".format(
                        **names
                    ),
                    [changed, pk, stored],
                )
                anew += cursor.rowcount
    return Rotated(table, column, anew, unreadable)


def _batch(names: dict[str, str], last: Any) -> list[tuple]:
    after = "" if last is None else "AND {key} > %s".format(**names)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT {key}, {column} FROM {table} WHERE {column} <> '' {after} "
            "ORDER BY {key} LIMIT {most}".format(**names, after=after, most=BATCH),
            [] if last is None else [last],
        )
        return cursor.fetchall()


def _reads(key: Fernet, stored: str) -> bool:
    try:
        key.decrypt(stored.encode())
    except InvalidToken:
        return False
    return True
