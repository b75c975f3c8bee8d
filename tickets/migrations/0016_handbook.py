"""Types, limits and the calendar are in the handbook too: every change of them is noticed."""

from django.db import migrations

from grids.handbook_sql import noticed


class Migration(migrations.Migration):
    dependencies = [("tickets", "0015_score"), ("grids", "0003_handbook_version")]

    operations = [
        noticed(
            "tickets_eventcategory", "tickets_eventtype", "tickets_limits",
            "tickets_calendarday", "tickets_calendaryear",
        )
    ]  # fmt: skip
