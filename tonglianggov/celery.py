"""The task app and the whole timetable.

Nothing here is the only memory of what must happen: whatever is due is a row with a time, and
these entries look for such rows. A task that is lost, or runs twice, changes nothing.
"""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")

app = Celery("tonglianggov", task_cls="tonglianggov.acknowledging:PatientTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def leave_the_log_alone(**_: Any) -> None:
    """Celery makes handlers of its own unless somebody listens here: the log is tonglianggov's."""


# What runs by itself: the task, and how often in seconds. Each may be late, lost, or run twice.
TIMETABLE: dict[str, dict] = {
    "the worker says that it is alive": {
        "task": "tonglianggov.tasks.say_alive",
        "schedule": 15.0,
    },
    "what has fallen due is done: reminders, climbs, lapses, endings": {
        "task": "tickets.tasks.sweep",
        "schedule": 30.0,
    },
    "notices are sent": {"task": "notices.tasks.deliver", "schedule": 3.0},
    "photos whose own task was lost are prepared": {
        "task": "tickets.tasks.prepare_waiting_photos",
        "schedule": 60.0,
    },
    "the figures of the days on which something moved are reckoned": {
        "task": "tickets.tasks.reckon_figures",
        "schedule": 30.0,
    },
    "files of forms never sent are deleted": {
        "task": "tickets.tasks.sweep_orphan_photos",
        "schedule": 3600.0,
    },
    "what was kept as long as promised is erased": {
        "task": "tickets.tasks.erase_what_is_over",
        "schedule": 3600.0,
    },
    "who had a ticket open, and what could be taken back, is forgotten": {
        "task": "tickets.tasks.forget_what_is_brief",
        "schedule": 60.0,
    },
    "what was recorded is sealed": {"task": "people.tasks.seal", "schedule": 60.0},
    "the seals of the days that are over are signed": {
        "task": "people.tasks.sign_seals",
        "schedule": 900.0,
    },
    "sessions, buckets and tokens that are over are deleted": {
        "task": "people.tasks.clean_up",
        "schedule": 3600.0,
    },
}
# A run that waited longer than this is not made up: the next one finds what is due.
for entry in TIMETABLE.values():
    entry["options"] = {"expires": max(30.0, entry["schedule"])}
app.conf.beat_schedule = TIMETABLE
