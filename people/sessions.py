"""How long a person stays signed in, in how many browsers, and how that is ended."""

from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people import audit
from people.models import SignedIn, User
from people.throttle import client_address

_SIGNED_IN_AT = "signed_in_at"
_SEEN_AT = "seen_at"
# A click is noted at most this often: not every request writes.
_NOTED_EVERY = 60  # seconds


class Ended(models.TextChoices):
    """Why a session is over. The label is the sentence that its owner reads."""

    IDLE = "idle", _("You were signed out because nothing was done for a while.")
    TOO_LONG = "too_long", _("You were signed out because the day's session is over.")


def begin(*, request: HttpRequest, user: User, at: datetime) -> None:
    """Note that this browser is signed in; end the person's oldest session beyond the limit.

    Call it after django.contrib.auth.login, which has given the session a new key.
    """
    _stamp(request.session, at)
    with transaction.atomic():
        # The lock: two sign-ins at once must not both count the same free place.
        User.objects.select_for_update().get(pk=user.pk)
        SignedIn.objects.create(
            user=user,
            session_key=request.session.session_key or "",
            signed_in_at=at,
            seen_at=at,
            address=client_address(request),
            device=device_of(request.headers.get("User-Agent", "")),
        )
        newest = SignedIn.objects.filter(user=user).order_by("-signed_in_at", "-pk")
        _end(list(newest[settings.SESSIONS_EACH :]))


def _stamp(session: SessionBase, at: datetime) -> None:
    session[_SIGNED_IN_AT] = session[_SEEN_AT] = int(at.timestamp())


def signed_in_at(session: SessionBase) -> int:
    """Return when the session's owner signed in, in seconds since 1970; 0 if that is unknown."""
    return int(session.get(_SIGNED_IN_AT, 0))


def verdict(*, signed_in_at: int, seen_at: int, at: datetime) -> Ended | None:
    """Return why a session is over at `at`, None if it is not. Times in seconds since 1970."""
    now = at.timestamp()
    if now - signed_in_at >= settings.SESSION_ABSOLUTE_LIMIT:
        return Ended.TOO_LONG
    if now - seen_at >= settings.SESSION_IDLE_LIMIT:
        return Ended.IDLE
    return None


def go_on(*, session: SessionBase, at: datetime, unattended: bool = False) -> Ended | None:
    """Return why the signed-in session is over; if it is not, note that its owner is there.

    :param unattended: the page asks by itself: it proves nobody's presence
    """
    if _SIGNED_IN_AT not in session:
        # Signed in by other means than our page (a test, a shell): it counts from now.
        _stamp(session, at)
        return None
    over = verdict(signed_in_at=session[_SIGNED_IN_AT], seen_at=session[_SEEN_AT], at=at)
    if unattended:
        return over
    if over is None and at.timestamp() - session[_SEEN_AT] >= _NOTED_EVERY:
        session[_SEEN_AT] = int(at.timestamp())
        SignedIn.objects.filter(session_key=session.session_key).update(seen_at=at)
    return over


def rekeyed(*, before: str | None, session: SessionBase) -> None:
    """Note that the session has a new key: Django gives one when the password changes."""
    SignedIn.objects.filter(session_key=before or "").update(session_key=session.session_key)


def forget(session_key: str | None) -> None:
    """Take the session off its owner's list: it was signed out, or is over."""
    SignedIn.objects.filter(session_key=session_key or "").delete()


def end_sessions(user: User, *, by: User | None, at: datetime, keep: str = "") -> int:
    """End all sessions of this person but the one with the key `keep`; return how many.

    Whoever changes a password, a post, or disables an account calls this.
    """
    found = list(SignedIn.objects.filter(user=user).exclude(session_key=keep))
    _end(found)
    if found:
        audit.record(
            actor=by,
            action=audit.Action.SESSION_ENDED,
            subject=f"user:{user.pk}",
            at=at,
            data={"sessions": len(found)},
        )
    return len(found)


def end_one(*, user: User, signed_in_id: int, at: datetime) -> int:
    """End one of the person's own sessions; return how many that were: none or one."""
    found = list(SignedIn.objects.filter(user=user, pk=signed_in_id))
    _end(found)
    if found:
        audit.record(
            actor=user,
            action=audit.Action.SESSION_ENDED,
            subject=f"user:{user.pk}",
            at=at,
            data={"sessions": 1},
        )
    return len(found)


def _end(rows: list[SignedIn]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in rows:
        store(row.session_key).delete()
    SignedIn.objects.filter(pk__in=[row.pk for row in rows]).delete()


def live_of(user: User, at: datetime) -> models.QuerySet[SignedIn]:
    """Return the sessions in which this person is signed in."""
    return SignedIn.objects.filter(user=user).exclude(_over(at))


def _over(at: datetime) -> models.Q:
    # A click is noted up to a minute late.
    idle = at - timedelta(seconds=settings.SESSION_IDLE_LIMIT + _NOTED_EVERY)
    old = at - timedelta(seconds=settings.SESSION_ABSOLUTE_LIMIT)
    return models.Q(seen_at__lt=idle) | models.Q(signed_in_at__lt=old)


def sweep(*, at: datetime) -> int:
    """Delete the rows and stored sessions that are over by any rule; return how many rows."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    over = list(SignedIn.objects.filter(_over(at)))
    _end(over)
    return len(over)


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("QIHU", "360"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(agent: str) -> str:
    """Return a browser's short name ("Chrome, Windows") from its User-Agent, "" if unknown."""
    found = (
        next((name for sign, name in signs if sign in agent), "") for signs in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)
