from django.db import migrations

from people.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations: list = [append_only("people_auditentry")]
