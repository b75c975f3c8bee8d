"""A row that changes with the calendar, whoever writes it: pack, admin, or a hand in SQL."""

from django.db import migrations, models

_TABLES = ("tickets_calendarday", "tickets_calendaryear")
_FUNCTION = "tickets_calendar_changed"


def _watch(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO tickets_calendarversion (id, stamp) "
            "VALUES (1, md5(random()::text || clock_timestamp()::text)) "
            "ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp; RETURN NULL; END $$"
        )
        for table in _TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()"
            )
        return
    for table in _TABLES:
        for action in ("insert", "update", "delete"):
            # Not an upsert: the outer statement's OR IGNORE would rule inside the trigger.
            schema_editor.execute(
                f"CREATE TRIGGER {table}_changed_{action} AFTER {action.upper()} ON {table} BEGIN "
                "DELETE FROM tickets_calendarversion; "
                "INSERT INTO tickets_calendarversion (id, stamp) "
                "VALUES (1, lower(hex(randomblob(16)))); END"
            )


def _forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {_FUNCTION}() CASCADE")
        return
    for table in _TABLES:
        for action in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_changed_{action}")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name="calendarday",
            name="name_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="English name"),
        ),
        # Last: SQLite rebuilds a table for some changes and forgets its triggers.
        migrations.RunPython(_watch, _forget),
    ]
