from django.db import migrations, models

_MEASURES = (
    "reported", "filed", "refused", "merged", "withdrawn", "finished", "restricted",
    "response_due", "responded", "received", "sign_due", "signed", "due", "on_time", "resolved",
    "minutes", "returned", "reworked", "extended", "reopened", "climbed", "supervised",
    "answered", "rated", "satisfied", "solved", "closed", "on_the_spot", "work_in", "work_out",
    "late_in", "late_out",
)  # fmt: skip


def sum_up_years(apps, schema_editor):
    """Every year of the months that are there: until then, years would seem empty."""
    figures = apps.get_model("tickets", "DayFigures").objects
    table = "tickets_dayfigures"
    keys, sums = "grain, area, unit, type", ", ".join(f"SUM({name})" for name in _MEASURES)
    for month in list(figures.filter(span="month").dates("day", "year")):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (span, day, {keys}, {', '.join(_MEASURES)}) "
                f"SELECT %s, %s, {keys}, {sums} FROM {table} "
                f"WHERE span = %s AND day >= %s AND day < %s GROUP BY {keys}",
                ["year", month, "month", month, month.replace(year=month.year + 1)],
            )


def forget_years(apps, schema_editor):
    apps.get_model("tickets", "DayFigures").objects.filter(span="year").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0016_handbook"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dayfigures",
            name="span",
            field=models.CharField(
                choices=[("day", "Day"), ("month", "Month"), ("year", "Year")], max_length=5
            ),
        ),
        migrations.RunPython(sum_up_years, forget_years),
    ]
