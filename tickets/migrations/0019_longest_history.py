from django.db import migrations, models
from django.db.models import DurationField, ExpressionWrapper, F, Max


# So many tickets in one statement: none may take half a minute.
_AT_ONCE = 100_000


def look(apps, schema_editor):
    """What the figures hold already was reckoned without it."""
    tickets = apps.get_model("tickets", "Ticket").objects
    lines = apps.get_model("tickets", "TicketEvent").objects
    since = ExpressionWrapper(F("at") - F("ticket__reported_at"), DurationField())
    found = []
    for first in range(0, (tickets.aggregate(last=Max("pk"))["last"] or 0) + 1, _AT_ONCE):
        some = lines.filter(ticket__gte=first, ticket__lt=first + _AT_ONCE)
        found.append(some.aggregate(longest=Max(since))["longest"])
    longest = max((one for one in found if one is not None), default=None)
    apps.get_model("tickets", "FiguresState").objects.update(longest=longest)


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0018_indexes_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="figuresstate",
            name="longest",
            field=models.DurationField(blank=True, null=True),
        ),
        migrations.RunPython(look, migrations.RunPython.noop),
    ]
