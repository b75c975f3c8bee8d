"""A ticket's history is added to, never changed: the database refuses the rest."""

from django.db import migrations

from people.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_limits")]

    operations = [append_only("tickets_ticketevent")]
