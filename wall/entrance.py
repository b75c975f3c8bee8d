"""Who is at a socket, and whether they still may be: asked at the door and again every minute."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Protocol

from django.conf import settings
from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import Http404

from people import devices, sessions, tokens
from people.audit import Action
from people.models import ApiToken, AuditEntry, User, WallDevice
from wall.asking import VISITOR
from wall.scope import Scope, scope_of, signed_out_meanwhile

# What may change somebody's rights, as the audit records it.
_RIGHTS = (
    Action.SIGN_OUT, Action.SESSION_ENDED, Action.PASSWORD_CHANGED, Action.TOKEN_REVOKED,
    Action.ACCOUNT_CHANGED, Action.POST_GIVEN, Action.POST_CHANGED, Action.POST_TAKEN,
    Action.DEVICE_OPENED, Action.DEVICE_REVOKED,
)  # fmt: skip


class NotSignedIn(Exception):
    """Nobody, or nobody any more."""


class NoRight(Exception):
    """Somebody whose posts show nothing here."""


class Key(Protocol):
    """What somebody came in with. It is kept with the socket, to ask again."""

    def owner(self, at: datetime) -> User | WallDevice | None:
        """Return whose it is, None if it opens nothing (any more)."""

    def for_visitors(self) -> bool:
        """Tell whether what it opens is to be shown to visitors."""


@dataclass(frozen=True)
class TokenKey:
    """An API token."""

    secret: str

    def owner(self, at: datetime) -> User | None:
        return tokens.owner(self.secret, at)

    def for_visitors(self) -> bool:
        return False


@dataclass(frozen=True)
class DeviceKey:
    """The cookie of a wall device."""

    secret: str

    def owner(self, at: datetime) -> WallDevice | None:
        return devices.device_of(self.secret, at)

    def for_visitors(self) -> bool:
        # What the device itself is for counts in its scope.
        return False


@dataclass(frozen=True)
class SessionKey:
    """The session of a browser that is signed in."""

    key: str

    def owner(self, at: datetime) -> User | None:
        session = self._session()
        # Verifies the session's hash too: a changed password ends it.
        user = auth.get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
        if not isinstance(user, User) or not user.is_active:
            return None
        began, seen = session.get("signed_in_at"), session.get("seen_at")
        if began and seen and sessions.verdict(signed_in_at=began, seen_at=seen, at=at):
            return None
        return user

    def for_visitors(self) -> bool:
        return VISITOR in self._session()

    def _session(self) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore(self.key)


def scope_for(key: Key, *, area: str, at: datetime, visitor: bool = False) -> Scope:
    """Return what the key's owner watches now.

    :raises NotSignedIn: if the key opens nothing
    :raises NoRight: if no post of theirs shows tickets, or the area is not theirs
    """
    watcher = key.owner(at)
    if watcher is None:
        raise NotSignedIn
    try:
        return scope_of(watcher, area, visitor=visitor or key.for_visitors())
    except (PermissionDenied, Http404) as fault:
        raise (NotSignedIn if signed_out_meanwhile(watcher) else NoRight) from fault


def token_in(subprotocols: list[str]) -> tuple[str, str]:
    """Return the secret among the offered subprotocols and the one to answer with; "" if none.

    `token.<secret>`, alone or beside `wall`, which is then the answer: the secret is not repeated.
    Or two, as the header of the API has it: `token` (the answer), then the secret.
    """
    if len(subprotocols) == 2 and subprotocols[0].lower() == "token":
        return subprotocols[1], subprotocols[0]
    for offered in subprotocols:
        if offered.startswith("token."):
            others = [name for name in subprotocols if not name.startswith("token.")]
            return offered.removeprefix("token."), others[0] if others else offered
    return "", ""


def token_of(message: Any) -> str:
    """Return the secret in a first frame {"token": "…"}, "" if it is anything else."""
    secret = message.get("token") if isinstance(message, dict) else None
    return secret if isinstance(secret, str) and len(secret) <= 200 else ""


def newest_entry() -> int:
    """Return the id of the newest audit entry, 0 if there is none."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def rights_changed(after: int) -> tuple[int, set[str] | None]:
    """Return the newest audit entry and whose rights may have changed since; None: anybody's.

    Who that is as Scope.owner has it: "user:7", "device:3".
    """
    entries = list(AuditEntry.objects.filter(pk__gt=after).order_by("pk")
                   .values_list("pk", "action", "subject")[:1000])  # fmt: skip
    if not entries:
        return after, set()
    subjects = {subject for _pk, action, subject in entries if action in _RIGHTS}
    tokens_named = {s.removeprefix("token:") for s in subjects if s.startswith("token:")}
    owners = {s for s in subjects if s.startswith(("user:", "device:"))}
    if len(owners) + len(tokens_named) < len(subjects):
        return entries[-1][0], None
    people = ApiToken.objects.filter(pk__in=tokens_named).values_list("user_id", flat=True)
    return entries[-1][0], owners | {f"user:{pk}" for pk in people}
