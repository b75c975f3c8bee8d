"""The timetable names tasks that exist, and no sweep is forgotten."""

from inspect import signature

from tonglianggov.celery import TIMETABLE, app

ROOMS = ("people.", "notices.", "grids.", "tickets.", "wall.", "tonglianggov.")
# A message that wakes a worker which shall stop; nobody needs it on time.
NOT_BY_TIME = {"tonglianggov.tasks.wake"}


def ours() -> dict:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(ROOMS)}


def test_every_entry_of_the_timetable_is_a_task():
    assert {entry["task"] for entry in TIMETABLE.values()} - set(ours()) == set()


def test_every_task_that_looks_for_work_stands_in_the_timetable():
    looking = {name for name, task in ours().items() if not signature(task.run).parameters}

    assert looking - {entry["task"] for entry in TIMETABLE.values()} == NOT_BY_TIME
