"""A row that changes with the areas, units and settings, whoever writes them."""

from uuid import uuid4

from django.db import migrations, models

from grids.handbook_sql import noticed


def _begin(apps, schema_editor):
    apps.get_model("grids", "HandbookVersion").objects.create(pk=1, stamp=uuid4().hex)


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_district_and_ends")]

    operations = [
        migrations.CreateModel(
            name="HandbookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.CharField(max_length=32)),
            ],
        ),
        migrations.RunPython(_begin, migrations.RunPython.noop),
        # Last: SQLite rebuilds a table for some changes and forgets its triggers.
        noticed("grids_area", "grids_unit", "grids_district"),
    ]
