"""What runs by itself: each task reads the clock and calls one verb. Each may run twice."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task

from people import clock
from tickets import lifecycle, photos, presence, statistics

log = logging.getLogger(__name__)

# Longer than the darkroom waits for a picture: its own limits come first.
_PICTURE_SECONDS = 90


@shared_task(acks_late=True)
def sweep() -> None:
    """Do what has fallen due: reminders, climbs, lapses, resumptions, endings."""
    swept = lifecycle.sweep(at=clock.now())
    if swept.done or swept.failed:
        log.info("%d due steps done, %d failed", swept.done, swept.failed)


@shared_task(acks_late=True, soft_time_limit=_PICTURE_SECONDS, time_limit=_PICTURE_SECONDS + 10)
def prepare_photo(photo_id: str) -> None:
    """Make a photo ready to be shown."""
    _prepare(UUID(photo_id))


def _prepare(photo_id: UUID) -> None:
    photos.prepare(photo_id=photo_id)
    lifecycle.photo_refused(photo_id=photo_id, at=clock.now())


@shared_task(acks_late=True)
def prepare_waiting_photos() -> None:
    """Make the photos ready whose own task was lost, or failed."""
    # Younger ones are still on their way through the queue.
    for photo_id in photos.waiting(before=clock.now() - timedelta(minutes=1), limit=50):
        try:
            _prepare(photo_id)
        except photos.CannotKeep:
            log.warning("photos wait until files can be written again")
            return
        except Exception:
            # A decoder, a disk, a row: one bad photo must not stop the others.
            log.exception("photo %s could not be prepared; the others go on", photo_id)


@shared_task(acks_late=True)
def erase_what_is_over() -> None:
    """Erase the names, words and photos that were kept as long as promised."""
    erased = lifecycle.erase(at=clock.now())
    if erased.tickets or erased.photos:
        log.info("words of %d tickets and %d photos were erased", erased.tickets, erased.photos)


@shared_task(acks_late=True)
def forget_what_is_brief() -> None:
    """Delete who had a ticket open, what could be taken back, the answers of bulk dispatches."""
    at = clock.now()
    presence.forget(at=at)
    lifecycle.forget_undone(at=at)
    lifecycle.forget_bulk(at=at)


@shared_task(acks_late=True)
def sweep_orphan_photos() -> None:
    """Delete the files of forms that were never sent."""
    removed = photos.sweep_orphans(at=clock.now())
    if removed:
        log.info("%d files without a photo were deleted", removed)


@shared_task(acks_late=True)
def reckon_figures() -> None:
    """Reckon anew the figures of the days on which something has moved."""
    days = statistics.refresh(at=clock.now())
    if days:
        log.info("the figures of %d days were reckoned", days)
