"""Once a day the seals since the last time are signed. The key never lies in the database."""

import base64
import binascii
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.models import Seal, Statement
from people.seals import merkle
from people.seals.receipt import canonical, digest


class NoKey(ValueError):
    """settings.SEAL_KEY is not the 32 bytes of an Ed25519 key in base64."""


@cache
def _key(text: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(text + "=="))
    except (ValueError, binascii.Error) as fault:
        raise NoKey("SEAL_KEY is not an Ed25519 key: 32 bytes in base64") from fault


def public_key() -> str:
    """Return the public half of the key that signs now, in hex.

    :raises NoKey: if settings.SEAL_KEY is no key
    """
    return _key(settings.SEAL_KEY).public_key().public_bytes_raw().hex()


def believed_keys() -> list[str]:
    """Return the public keys whose signatures count: today's, and those that signed before it."""
    return [public_key(), *settings.SEAL_PUBLIC_KEYS]


def sign(*, at: datetime, until: datetime | None = None) -> Statement | None:
    """Sign the seals made before `until` that no statement covers; None if there are none.

    :param until: without: the beginning of today, where the district is
    """
    until = until or timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    last = Statement.objects.order_by("-number").first()
    seals = Seal.objects.filter(number__gt=last.last if last else 0, at__lt=until)
    found = list(seals.order_by("number").values_list("number", "hash"))
    if not found:
        return None
    made = Statement(
        number=last.number + 1 if last else 1,
        at=at,
        first=found[0][0],
        last=found[-1][0],
        root=merkle.root([hash for _number, hash in found]),
        previous=digest(text_of(last)) if last else "",
        public_key=public_key(),
    )
    made.signature = _key(settings.SEAL_KEY).sign(canonical(text_of(made))).hex()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        # Another worker signed in this moment: its statement stands.
        return None
    return made


def text_of(statement: Statement) -> dict[str, Any]:
    """Return what is signed."""
    return {
        "number": statement.number,
        "at": statement.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "first": statement.first,
        "last": statement.last,
        "root": statement.root,
        "previous": statement.previous,
    }


def shown(statement: Statement) -> dict[str, Any]:
    """Return the statement as others keep and check it."""
    return {
        "statement": text_of(statement),
        "signature": statement.signature,
        "public_key": statement.public_key,
    }
