"""What the timetable does for notices."""

from celery import shared_task

from notices import outbox
from people import clock

# Full batches in a row; then the next tick goes on.
_BATCHES = 10


@shared_task
def deliver() -> None:
    """Deliver what is due."""
    for _ in range(_BATCHES):
        if outbox.deliver_due(at=clock.now()).handled == 0:
            return
