"""What the timetable does for people: thin, each may run twice."""

from celery import shared_task
from django.utils import timezone

from people import sessions, throttle, tokens


@shared_task
def clean_up() -> None:
    """Delete sessions, throttle buckets and tokens that are over."""
    now = timezone.now()
    sessions.sweep(at=now)
    throttle.sweep(at=now)
    tokens.sweep(at=now)
