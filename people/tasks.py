"""What the timetable does for people: thin, each may run twice."""

from celery import shared_task

from people import clock, sessions, throttle, tokens
from people.seals import sealing, statements


@shared_task
def clean_up() -> None:
    """Delete sessions, throttle buckets and tokens that are over."""
    now = clock.now()
    sessions.sweep(at=now)
    throttle.sweep(at=now)
    tokens.sweep(at=now)


@shared_task(acks_late=True)
def seal() -> None:
    """Seal what was recorded since the last time."""
    sealing.seal(at=clock.now())


@shared_task(acks_late=True)
def sign_seals() -> None:
    """Sign the seals of the days that are over, unless that was done."""
    statements.sign(at=clock.now())
