"""The record of who did what: appended, never changed, and free of words."""

import hmac
import re
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import AuditEntry, User

# Numbers, codes, ids, times and hashes have no spaces and are short; sentences are not.
_CODE = re.compile(r"[\w.:+/@-]{0,64}")


class Action(models.TextChoices):
    """What the apps `people` and `notices` record. Apps above bring their own codes."""

    SIGN_IN = "sign_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Failed to sign in")
    LOCKED_OUT = "locked_out", _("Locked out after failed attempts")
    UNLOCKED = "unlocked", _("Lock-out lifted")
    SIGN_OUT = "sign_out", _("Signed out")
    SESSION_ENDED = "session_ended", _("Session ended")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    FACTOR_SET = "factor_set", _("Second factor set up")
    FACTOR_TAKEN = "factor_taken", _("Second factor taken away")
    PROVED = "proved", _("Proved again who they are")
    TOKEN_ISSUED = "token_issued", _("API token issued")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    ACCOUNT_MADE = "account_made", _("Account made")
    ACCOUNT_CHANGED = "account_changed", _("Account changed")
    POST_GIVEN = "post_given", _("Post given")
    POST_CHANGED = "post_changed", _("Post changed")
    POST_TAKEN = "post_taken", _("Post taken")
    REVEALED = "revealed", _("Personal data shown in clear")
    REVEALED_OFTEN = "revealed_often", _("Personal data shown in clear unusually often")
    DEVICE_MADE = "device_made", _("Wall device made")
    DEVICE_LINKED = "device_linked", _("New link for a wall device")
    DEVICE_OPENED = "device_opened", _("Wall device opened")
    DEVICE_REVOKED = "device_revoked", _("Wall device revoked")
    SIGHT_EXPLAINED = "sight_explained", _("Asked who sees what")
    NOTICE_RETRIED = "notice_retried", _("Notice sent again")


class WordsInRecord(ValueError):
    """Somebody tried to put words where only numbers, codes and times may stand."""


def check_codes_only(data: object) -> None:
    """Check that this holds numbers, codes, ids and times only.

    :raises WordsInRecord: if a text in it is not a code
    """
    if isinstance(data, dict):
        for key, value in data.items():
            check_codes_only(key)
            check_codes_only(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            check_codes_only(value)
    elif isinstance(data, str):
        if not _CODE.fullmatch(data):
            raise WordsInRecord("only numbers, codes and times may be recorded here, no words")
    elif data is not None and not isinstance(data, (bool, int, float)):
        raise WordsInRecord(f"a {type(data).__name__} cannot be recorded")


def record(
    *,
    actor: User | AnonymousUser | None,
    action: str,
    subject: str,
    at: datetime,
    area_code: str = "",
    data: dict | None = None,
) -> AuditEntry:
    """Append an entry in the caller's transaction and return it.

    :param actor: None or an anonymous user where nobody is known
    :param subject: the thing, as "kind:id"
    :param data: codes, ids and times only: an entry is never erased
    :raises WordsInRecord: if `data` holds words
    """
    check_codes_only(data or {})
    return AuditEntry.objects.create(
        actor=actor if isinstance(actor, User) else None,
        action=action,
        subject=subject,
        at=at,
        area_code=area_code,
        data=data or {},
    )


def fingerprint(text: str) -> str:
    """Return a keyed hash of a text that must not be kept: the same text gives the same hash."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"people.audit:" + text.encode(), sha256).hexdigest()[:32]
