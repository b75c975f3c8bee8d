"""Checking a password, with lock-out. The page and the API's token request both come here."""

from datetime import datetime
from math import ceil

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people import audit, second_factor, sessions, throttle, tokens
from people.models import User

# Failed attempts from one address: an office behind one address mistypes now and then.
_ADDRESS_BURST, _ADDRESS_RATE = 60, 60 / 3600
# Failed attempts on one name from anywhere: guessing spread over many addresses.
_NAME_BURST, _NAME_RATE = 20, 20 / 3600

# In the session, between the password and the second factor; in seconds.
_WAITING, _WAITING_LIMIT = "waiting_for_code", 600


class CannotSignIn(Exception):
    """The message is a sentence for who tried. It does not tell whether the name exists."""


class LockedOut(CannotSignIn):
    """Too many attempts: neither right nor wrong passwords are tried for a while."""


def hashed_name(request: HttpRequest | None, credentials: dict | None) -> str:
    """Return what the lock-out keeps instead of a typed name: people type passwords there too."""
    name = (credentials or {}).get("username") or ""
    return audit.fingerprint(str(name).strip().lower())


class CodeWanted(Exception):
    """The password is right; now the second factor is asked for, or set up."""


def keep_our_page(request, response, credentials):
    """Answer a locked-out request with the page that the view made, which says for how long."""
    return response


def check(*, request: HttpRequest, username: str, password: str, at: datetime) -> User:
    """Return the person with this name and password.

    :raises LockedOut: after too many failures, with the time to wait
    :raises CannotSignIn: name or password is wrong, or the account is disabled: all the same
    """
    # Neither database takes a null byte; no name has one.
    username, password = username.replace("\0", ""), password.replace("\0", "")
    name, address = hashed_name(request, {"username": username}), throttle.client_network(request)
    buckets = {
        f"signin:{address}": (_ADDRESS_RATE, _ADDRESS_BURST),
        f"signin:{name}": (_NAME_RATE, _NAME_BURST),
    }
    if not all(
        throttle.take(key=key, rate=rate, burst=burst, at=at)
        for key, (rate, burst) in buckets.items()
    ):
        raise LockedOut(_("There were too many attempts. Please try again in ten minutes."))
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        _record_failure(request, name, address, at)
        if getattr(request, "axes_locked_out", False):
            raise LockedOut(_locked_sentence(name, address, at))
        raise CannotSignIn(_("The user name or the password is not right."))
    for key in buckets:
        throttle.give_back(key=key)
    return user


def sign_in(*, request: HttpRequest, username: str, password: str, at: datetime) -> User:
    """Sign this browser in and return the person. Raises what check() raises.

    :raises CodeWanted: if finish() must follow, with the second factor
    """
    user = check(request=request, username=username, password=password, at=at)
    if second_factor.has(user) or second_factor.must_have(user):
        request.session.cycle_key()
        request.session[_WAITING] = [user.pk, int(at.timestamp())]
        raise CodeWanted
    return finish(request=request, user=user, at=at)


def waiting(*, request: HttpRequest, at: datetime) -> User | None:
    """Return whose password was right in this browser and whose second factor is still wanted."""
    pk, since = request.session.get(_WAITING, [None, 0])
    if pk is None or at.timestamp() - since > _WAITING_LIMIT:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def finish(*, request: HttpRequest, user: User, at: datetime) -> User:
    """Sign the person in: the caller has checked all that they must show."""
    request.session.pop(_WAITING, None)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    sessions.begin(request=request, user=user, at=at)
    audit.record(
        actor=user,
        action=audit.Action.SIGN_IN,
        subject=f"user:{user.pk}",
        at=at,
        data={"from": throttle.client_address(request)},
    )
    return user


def sign_out(*, request: HttpRequest, at: datetime) -> None:
    """Sign this browser out."""
    user = request.user
    if user.is_authenticated:
        sessions.forget(request.session.session_key)
        audit.record(actor=user, action=audit.Action.SIGN_OUT, subject=f"user:{user.pk}", at=at)
    auth.logout(request)


def unlock(*, user: User, by: User, at: datetime) -> None:
    """Let this person try again at once after a lock-out."""
    name = hashed_name(None, {"username": user.username})
    reset(username=name)
    throttle.forget(key=f"signin:{name}")
    audit.record(actor=by, action=audit.Action.UNLOCKED, subject=f"user:{user.pk}", at=at)


def _record_failure(request: HttpRequest, name: str, address: str, at: datetime) -> None:
    # axes counts only while it is not locked: a count together with a lock is the locking itself.
    locked = getattr(request, "axes_locked_out", False)
    just_now = locked and getattr(request, "axes_failures_since_start", None) is not None
    audit.record(
        actor=None,
        action=audit.Action.LOCKED_OUT if just_now else audit.Action.SIGN_IN_FAILED,
        subject=f"account:{name}",
        at=at,
        data={"from": address},
    )


def _locked_sentence(name: str, address: str, at: datetime) -> str:
    attempts = AccessAttempt.objects.filter(username=name, ip_address=address)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    whole = get_cool_off()
    left = min(whole, (last or at) + whole - at)
    minutes = max(1, ceil(left.total_seconds() / 60))
    return ngettext(
        "Too many failed attempts. Please try again in %(minutes)d minute.",
        "Too many failed attempts. Please try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def password_changed(*, user: User, by: User | None, at: datetime, keep: str = "") -> None:
    """After a new password: end the person's sessions (but `keep`) and tokens, and record it."""
    with transaction.atomic():
        audit.record(
            actor=by, action=audit.Action.PASSWORD_CHANGED, subject=f"user:{user.pk}", at=at
        )
        sessions.end_sessions(user, by=by, at=at, keep=keep)
        live = list(tokens.live_of(user, at).values_list("pk", flat=True))
        tokens.revoke(token_ids=live, by=by or user, at=at)
