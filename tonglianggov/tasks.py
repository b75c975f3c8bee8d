"""The tasks of the wiring itself."""

from celery import shared_task

from people import clock
from tonglianggov.operations import signs


@shared_task
def say_alive() -> None:
    """Leave a sign for /readyz that a worker takes tasks from the timetable."""
    signs.worker_was_here(at=clock.now())


@shared_task
def wake() -> None:
    """Do nothing: a message that lets an idle worker notice that it shall stop."""
