"""The second factor: six digits from a phone's app (TOTP), or a code from paper, each once."""

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import hotp

from people import audit, throttle
from people.models import BackupCode, SecondFactor, User

STEP = 30  # seconds that a code is shown
# A phone's clock may be this many steps off.
_DRIFT = (0, -1, 1)
_BACKUP_CODES = 10
# Guesses at one person's codes: five, then one every three minutes.
_BURST, _RATE = 5, 5 / 900


class WrongCode(Exception):
    """The code is not right, was used already, or there were too many tries; a sentence."""


def must_have(user: User) -> bool:
    """Tell whether this person may not work without a second factor."""
    return settings.SECOND_FACTOR_REQUIRED and not user.is_demonstration


def has(user: User) -> bool:
    """Tell whether this person has a second factor that counts."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def begun(user: User, *, anew: bool) -> SecondFactor:
    """Return the person's factor to be confirmed.

    :param anew: with a new secret: somebody else may have seen the one that was shown before
    """
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    if anew:
        SecondFactor.objects.filter(user=user, confirmed_at=None).update(secret=secret)
    return SecondFactor.objects.get_or_create(user=user, defaults={"secret": secret})[0]


def address_of(factor: SecondFactor, *, service: str) -> str:
    """Return what an app reads from the QR picture: whose secret it is, and the secret."""
    label = quote(f"{service}:{factor.user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': factor.secret, 'issuer': service})}"


def confirm(*, user: User, code: str, at: datetime) -> list[str]:
    """Let the begun factor count from now on; return the backup codes, shown once.

    :raises WrongCode: if the app does not show this code
    """
    _measure(user, at)
    if not _take_step(user, code, at):
        raise _wrong()
    throttle.forget(key=_bucket(user))
    codes = [secrets.token_hex(5) for _n in range(_BACKUP_CODES)]
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).update(confirmed_at=at)
        BackupCode.objects.filter(user=user).delete()
        BackupCode.objects.bulk_create(
            BackupCode(user=user, digest=_digest(user, code)) for code in codes
        )
        audit.record(actor=user, action=audit.Action.FACTOR_SET, subject=f"user:{user.pk}", at=at)
    return codes


def check(*, user: User, code: str, at: datetime) -> None:
    """Take a code from the app or from paper; each opens once.

    :raises WrongCode: if it is neither
    """
    if not has(user):
        raise WrongCode(_("Set up a second factor first: sign in on the platform's own page."))
    _measure(user, at)
    typed = "".join(code.lower().split()).replace("-", "")
    if not _take_step(user, typed, at) and not _take_backup(user, typed):
        raise _wrong()
    throttle.forget(key=_bucket(user))


def forget(*, user: User, by: User | None, at: datetime) -> None:
    """Take the second factor away: the phone is lost. The person sets up a new one."""
    with transaction.atomic():
        SecondFactor.objects.filter(user=user).delete()
        BackupCode.objects.filter(user=user).delete()
        audit.record(actor=by, action=audit.Action.FACTOR_TAKEN, subject=f"user:{user.pk}", at=at)


def _measure(user: User, at: datetime) -> None:
    if not throttle.take(key=_bucket(user), rate=_RATE, burst=_BURST, at=at):
        raise WrongCode(_("There were too many tries. Please wait a few minutes."))


def _bucket(user: User) -> str:
    return f"factor:{user.pk}"


def _take_step(user: User, code: str, at: datetime) -> bool:
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None or not (code.isascii() and code.isdecimal()):
        return False
    key, now = base64.b32decode(factor.secret), int(at.timestamp()) // STEP
    for step in (now + drift for drift in _DRIFT):
        if hmac.compare_digest(str(hotp(key, step)).zfill(6), code):
            fresh = SecondFactor.objects.filter(user=user, last_step__lt=step)
            return bool(fresh.update(last_step=step))
    return False


def _take_backup(user: User, code: str) -> bool:
    taken, _by_model = BackupCode.objects.filter(user=user, digest=_digest(user, code)).delete()
    return bool(taken)


def _digest(user: User, code: str) -> str:
    return audit.fingerprint(f"backup:{user.pk}:{code}")


def _wrong() -> WrongCode:
    return WrongCode(_("This code is not right, or it was used already. Wait for the next one."))
