"""A photo turned out to be no picture: the history says so, and whoever sent it is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tickets.lifecycle import record
from tickets.models import Photo


@transaction.atomic
def photo_refused(*, photo_id: UUID, at: datetime) -> bool:
    """Tell about a photo that could not be used, once; return whether there was something to tell.

    Called after every try to prepare a photo: nothing happens unless it was refused.
    """
    photo = Photo.objects.filter(pk=photo_id, state=Photo.State.REFUSED).first()
    if photo is None:
        return False
    ticket = record.locked(photo.ticket_id)
    told = ticket.events.filter(kind=record.Kind.PHOTO, data__photo=str(photo_id))
    if told.exists():
        return False
    event = record.log(
        ticket,
        record.Kind.PHOTO,
        by=None,
        at=at,
        before=ticket.state,
        after=ticket.state,
        data={"photo": str(photo_id), "refused": True},
        public=photo.public,
    )
    if photo.public:
        record.tell_reporter(event, "photo_refused")
    return True
