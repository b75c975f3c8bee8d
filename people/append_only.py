"""Tables that only grow: the database itself refuses UPDATE, DELETE and TRUNCATE.

A leaf, so that a migration of any app may use it:

    operations = [append_only("tickets_ticketevent")]

SQLite loses a table's triggers when a later migration rebuilds the table: such a migration ends
with append_only() again, and a test asks guarded() that none was forgotten.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

_PREFIX = "append_only_"
_FUNCTION = "refuse_change_of_append_only_table"
_WORDS = "rows of this table are added, never changed"


def append_only(table: str) -> migrations.RunPython:
    """Return the migration operation that makes this table append-only, reversible."""
    return migrations.RunPython(
        lambda apps, schema_editor: guard(schema_editor.connection, table),
        lambda apps, schema_editor: unguard(schema_editor.connection, table),
    )


def guard(connection: BaseDatabaseWrapper, table: str) -> None:
    """Make the table append-only; a change then raises IntegrityError. Safe to repeat."""
    unguard(connection, table)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '%: {_WORDS}', TG_TABLE_NAME "
                "USING ERRCODE = 'restrict_violation'; END $$"
            )
            # Row by row, as on SQLite: a statement that meets no row is harmless.
            for name, actions, each in (
                (f"{_PREFIX}{table}", "UPDATE OR DELETE", "ROW"),
                (f"{_PREFIX}truncate_{table}", "TRUNCATE", "STATEMENT"),
            ):
                cursor.execute(
                    f"CREATE TRIGGER {quote(name)} BEFORE {actions} ON {quote(table)} "
                    f"FOR EACH {each} EXECUTE FUNCTION {_FUNCTION}()"
                )
        else:
            for action in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER {quote(f'{_PREFIX}{action.lower()}_{table}')} "
                    f"BEFORE {action} ON {quote(table)} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}: {_WORDS}'); END"
                )


def unguard(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let the table be changed again."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in (f"{_PREFIX}{table}", f"{_PREFIX}truncate_{table}"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}")
        else:
            for action in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{_PREFIX}{action}_{table}')}")


def guarded(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the tables that are append-only now, sorted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE starts_with(t.tgname, %s) AND t.tgenabled <> 'D'",
                [_PREFIX],
            )
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' "
                "AND substr(name, 1, %s) = %s",
                [len(_PREFIX) + 7, f"{_PREFIX}update_"],
            )
        return sorted(row[0] for row in cursor.fetchall())


def lift(connection: BaseDatabaseWrapper) -> list[str]:
    """Let all append-only tables be changed; return their names, for restore().

    For tests that empty the database, and for nothing else.
    """
    tables = guarded(connection)
    for table in tables:
        unguard(connection, table)
    return tables


def restore(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Make these tables append-only again."""
    for table in tables:
        guard(connection, table)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the append-only tables be changed inside the block (tests emptying the database)."""
    tables = lift(connection)
    try:
        yield
    finally:
        restore(connection, tables)
