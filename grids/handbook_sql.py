"""Tables whose every change turns the page of the handbook: the database itself does it.

For migrations of any app that builds on this one:

    operations = [noticed("grids_unit")]

SQLite loses a table's triggers when a later migration rebuilds the table: such a migration ends
with noticed() again, and a test tries every table.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "grids_handbookversion"
_FUNCTION = "grids_handbook_changed"


def noticed(*tables: str) -> migrations.RunPython:
    """Return the migration operation that lets changes of these tables be noticed, reversible."""
    return migrations.RunPython(
        lambda apps, schema_editor: _watch(schema_editor, tables),
        lambda apps, schema_editor: _forget(schema_editor, tables),
    )


def _watch(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...]) -> None:
    _forget(schema_editor, tables)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN INSERT INTO {TABLE} (id, stamp) "
            "VALUES (1, md5(random()::text || clock_timestamp()::text)) "
            "ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp; RETURN NULL; END $$"
        )
        for table in tables:
            # Before the rows are touched: whoever changes several tables takes this row first, so
            # two of them wait for each other in one order. A TRUNCATE may empty this table too.
            for when in ("BEFORE INSERT OR UPDATE OR DELETE", "AFTER TRUNCATE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {_named(table, when.split()[0])} {when} ON {table} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
                )
        return
    for table in tables:
        for action in ("insert", "update", "delete"):
            # Not an upsert: the outer statement's OR IGNORE would rule inside the trigger.
            schema_editor.execute(
                f"CREATE TRIGGER {_named(table, action)} AFTER {action.upper()} ON {table} BEGIN "
                f"DELETE FROM {TABLE}; "
                f"INSERT INTO {TABLE} (id, stamp) VALUES (1, lower(hex(randomblob(16)))); END"
            )


def _forget(schema_editor: BaseDatabaseSchemaEditor, tables: tuple[str, ...]) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in tables:
        for sign in ("before", "after") if postgresql else ("insert", "update", "delete"):
            on = f" ON {table}" if postgresql else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {_named(table, sign)}{on}")


def _named(table: str, sign: str) -> str:
    return f"handbook_{table}_{sign.lower()}"
