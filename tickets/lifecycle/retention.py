"""What is kept no longer than promised: names and words after some years, photos sooner.

The ticket, its history and its ratings stay for the figures: they hold ids, codes and times only,
so nothing sealed is broken (house plan 8; periods domain 2.15, editable in Limits).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from notices import outbox
from tickets.lifecycle import finding
from tickets.models import Contact, EventWords, Limits, Photo, Ticket, TicketText
from tickets.photos import remove

_YEAR = timedelta(days=365.25)
_BATCH = 500


@dataclass(frozen=True)
class Erased:
    """How many tickets lost their names and words, and how many photos were deleted."""

    tickets: int
    photos: int


def erase(*, at: datetime) -> Erased:
    """Erase what was kept for as long as was promised. Safe to repeat; a batch at a time."""
    limits = Limits.current()
    words_until = at - limits.keep_words_years * _YEAR
    outbox.forget_addresses(before=words_until)
    return Erased(
        tickets=_erase_words(words_until),
        photos=_erase_photos(at - limits.keep_photos_years * _YEAR),
    )


@transaction.atomic
def _erase_words(before: datetime) -> int:
    over = Ticket.objects.filter(ended_at__lt=before).exclude(text__words="")
    ids = list(over.order_by("ended_at").values_list("pk", flat=True)[:_BATCH])
    Contact.objects.filter(ticket__in=ids).delete()
    EventWords.objects.filter(event__ticket__in=ids).delete()
    TicketText.objects.filter(ticket__in=ids).update(title="", words="")
    finding.index_all(list(Ticket.objects.filter(pk__in=ids).select_related("handler")))
    return len(ids)


@transaction.atomic
def _erase_photos(before: datetime) -> int:
    over = Photo.objects.filter(ticket__ended_at__lt=before)
    photos = list(over.order_by("added_at")[:_BATCH])
    Photo.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    for photo in photos:
        remove(photo)
    return len(photos)
