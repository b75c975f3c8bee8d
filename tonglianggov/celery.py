"""The task app and the whole timetable.

Nothing here is the only memory of what must happen: whatever is due is a row with a time, and
these entries look for such rows. A task that is lost, or runs twice, changes nothing.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")

app = Celery("tonglianggov")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# What runs by itself, and how often (seconds).
TIMETABLE: dict[str, dict] = {
    "the worker says that it is alive": {"task": "tonglianggov.tasks.say_alive", "schedule": 15.0},
}
app.conf.beat_schedule = TIMETABLE
