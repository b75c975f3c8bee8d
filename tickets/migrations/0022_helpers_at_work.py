"""A helper's row says whether its ticket has ended; of what ended long ago it is written down.

What ended lately may be reopened by the version before while this runs, which does not know of it:
those rows go on saying that it has not, and are looked at all the same.
"""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone

_LONG_AGO = timedelta(days=90)
_AT_ONCE = 10_000
_ENDED = ("closed", "merged", "refused", "withdrawn")
_INDEX = models.Index(
    fields=["unit", "ticket"], condition=models.Q(ended=False), name="helper_at_work"
)


def mark(apps, schema_editor):
    helpers = apps.get_model("tickets", "Helper").objects
    ended = apps.get_model("tickets", "Ticket").objects.filter(
        state__in=_ENDED, ended_at__lt=timezone.now() - _LONG_AGO
    )
    last = helpers.aggregate(last=models.Max("pk"))["last"] or 0
    for first in range(0, last + 1, _AT_ONCE):
        some = helpers.filter(pk__gte=first, pk__lt=first + _AT_ONCE, ended=False)
        some.filter(ticket__in=ended.values("pk")).update(ended=True)


def add_index(apps, schema_editor):
    model = apps.get_model("tickets", "Helper")
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.add_index(model, _INDEX)
        return
    # A former try may have ended in the middle, and left one that is not valid.
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX.name}")
    schema_editor.add_index(model, _INDEX, concurrently=True)


def remove_index(apps, schema_editor):
    schema_editor.execute(f"DROP INDEX IF EXISTS {_INDEX.name}")


class Migration(migrations.Migration):

    # No index beside writers, and no batches, within one transaction.
    atomic = False

    dependencies = [
        ("tickets", "0021_answers_and_ends"),
    ]

    operations = [
        migrations.AddField(
            model_name="helper",
            name="ended",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_index, remove_index)],
            state_operations=[migrations.AddIndex(model_name="helper", index=_INDEX)],
        ),
    ]
