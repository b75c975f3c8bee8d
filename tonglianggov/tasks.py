"""The one task of the wiring itself."""

from celery import shared_task
from django.utils import timezone

from tonglianggov import health


@shared_task
def say_alive() -> None:
    """Leave a sign for /readyz that a worker takes tasks from the timetable."""
    health.worker_was_here(at=timezone.now())
