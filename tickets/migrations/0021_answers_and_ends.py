"""Indexes of history for the wall's month: answers and ends alone, of a line in a dozen each."""

from django.db import migrations, models

_INDEXES = [
    models.Index(
        fields=["at", "ticket"], condition=models.Q(move="feed_back"), name="event_answers"
    ),
    models.Index(fields=["at", "ticket"], condition=models.Q(after="closed"), name="event_ends"),
]


def add(apps, schema_editor):
    model = apps.get_model("tickets", "TicketEvent")
    if schema_editor.connection.vendor != "postgresql":
        for index in _INDEXES:
            schema_editor.add_index(model, index)
        return
    with schema_editor.connection.cursor() as cursor:
        # Of twelve million lines it takes longer than a page's statement may.
        cursor.execute("SET statement_timeout = 0")
        for index in _INDEXES:
            # A former try may have ended in the middle, and left one that is not valid.
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}")
            schema_editor.add_index(model, index, concurrently=True)
        cursor.execute("RESET statement_timeout")


def remove(apps, schema_editor):
    for index in _INDEXES:
        schema_editor.execute(f"DROP INDEX IF EXISTS {index.name}")


class Migration(migrations.Migration):

    # No index beside writers within a transaction.
    atomic = False

    dependencies = [
        ("tickets", "0020_month_of_search"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add, remove)],
            state_operations=[
                migrations.AddIndex(model_name="ticketevent", index=index) for index in _INDEXES
            ],
        ),
    ]
