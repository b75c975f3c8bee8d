"""Looking at personal data in clear: with a reason, on record, and counted."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import audit
from people.models import AuditEntry, RevealNote, User

log = logging.getLogger(__name__)
# More looks than this in a day are told to the auditor.
MANY_A_DAY = 30
SHOWN_FOR = timedelta(seconds=60)


class Reason(models.TextChoices):
    """Why somebody needs to see personal data. The code is kept, and shown to the person."""

    CALL_BACK = "call_back", _("To call back and ask what is not clear")
    VISIT = "visit", _("To agree on a visit to the place")
    ANSWER = "answer", _("To tell the person the result")
    CHECK = "check", _("To check the result with the person")
    EMERGENCY = "emergency", _("Somebody is in danger")
    ASKED_FOR = "asked_for", _("The person asked for it")


class Personal(Protocol):
    """What can be revealed: tickets.Contact is one."""

    name: str
    phone: str


@dataclass(frozen=True)
class Plain:
    """The values in clear, and until when a page may show them."""

    name: str
    phone: str
    until: datetime


class NoReason(ValueError):
    """Nobody looks at personal data without one of the reasons of the list."""


@transaction.atomic
def reveal(
    *,
    contact: Personal,
    subject: str,
    actor: User,
    reason: str,
    at: datetime,
    area_code: str = "",
    words: str = "",
) -> Plain:
    """Record that this person looks, and return the values in clear.

    The caller has checked that they may. The entry keeps the reason's code; the words lie beside
    it, where they can be erased.

    :param subject: whose data, as "kind:id", such as "ticket:17"
    :raises NoReason: if the reason is not one of the list
    """
    if reason not in Reason.values:
        raise NoReason(_("Please choose why you need to see it."))
    entry = audit.record(
        actor=actor, action=audit.Action.REVEALED, subject=subject, at=at, area_code=area_code,
        data={"reason": str(reason)},
    )  # fmt: skip
    if words.strip():
        RevealNote.objects.create(entry=entry, words=words.strip()[:200])
    _warn_if_many(actor, at)
    return Plain(contact.name, contact.phone, at + SHOWN_FOR)


def _warn_if_many(actor: User, at: datetime) -> None:
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    looks = AuditEntry.objects.filter(
        actor=actor, action=audit.Action.REVEALED, at__gte=day, at__lt=day + timedelta(days=1)
    ).count()
    if looks == MANY_A_DAY + 1:
        log.warning("user %s looked at personal data %s times today", actor.pk, looks)
        audit.record(
            actor=actor, action=audit.Action.REVEALED_OFTEN, subject=f"user:{actor.pk}", at=at,
            data={"looks": looks},
        )  # fmt: skip


def looks_at(subject: str) -> list[AuditEntry]:
    """Return who looked at this person's data, newest first: they may ask (at most 100)."""
    entries = AuditEntry.objects.filter(subject=subject, action=audit.Action.REVEALED)
    return list(entries.select_related("actor").order_by("-at", "-pk")[:100])
