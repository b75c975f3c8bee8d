"""Tickets are found by words, places, number and unit; those that are there are written down."""

import django.db.models.deletion
import tickets.models.search
from django.db import migrations, models

_BATCH = 1_000


def write_down(apps, schema_editor):
    Ticket, Search = apps.get_model("tickets", "Ticket"), apps.get_model("tickets", "TicketSearch")
    Area = apps.get_model("grids", "Area")
    names = {code: f"{name} {name_en}" for code, name, name_en in
             Area.objects.values_list("code", "name", "name_en")}
    columns = ("pk", "number", "area_code", "text__words", "handler__name", "handler__name_en")
    last = 0
    while batch := list(
        Ticket.objects.filter(pk__gt=last).order_by("pk").values_list(*columns)[:_BATCH]
    ):
        Search.objects.bulk_create(
            Search(ticket_id=pk, found_by="\n".join(
                [words or "", number or "", *(names.get(code[:n], "") for n in (9, 12, 15)),
                 *(name or "" for name in unit)]
            ))
            for pk, number, code, words, *unit in batch
        )
        last = batch[-1][0]


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX ticket_found_by ON tickets_ticketsearch USING gin (found_by)"
        )


def no_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS ticket_found_by")


class Migration(migrations.Migration):

    # PostgreSQL makes no index on a table whose rows were written in the same transaction's
    # pending triggers; and a backfill of a million rows need not hold one open.
    atomic = False

    dependencies = [
        ("tickets", "0010_followers"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketSearch",
            fields=[
                ("ticket", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search", serialize=False, to="tickets.ticket")),
                ("found_by", tickets.models.search.SearchField()),
            ],
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop),
        migrations.RunPython(index, no_index),
    ]
