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

from people import sessions, tokens
from people.audit import Action
from people.models import AuditEntry, User
from wall.scope import Scope, scope_of, signed_out_meanwhile

# What may change somebody's rights, as the audit records it.
_RIGHTS = (
    Action.SIGN_OUT, Action.SESSION_ENDED, Action.PASSWORD_CHANGED, Action.TOKEN_REVOKED,
    Action.ACCOUNT_CHANGED, Action.POST_GIVEN, Action.POST_CHANGED, Action.POST_TAKEN,
)  # fmt: skip


class NotSignedIn(Exception):
    """Nobody, or nobody any more."""


class NoRight(Exception):
    """Somebody whose posts show nothing here."""


class Key(Protocol):
    """What somebody came in with. It is kept with the socket, to ask again."""

    def owner(self, at: datetime) -> User | None:
        """Return whose it is, None if it opens nothing (any more)."""


@dataclass(frozen=True)
class TokenKey:
    """An API token."""

    secret: str

    def owner(self, at: datetime) -> User | None:
        return tokens.owner(self.secret, at)


@dataclass(frozen=True)
class SessionKey:
    """The session of a browser that is signed in."""

    key: str

    def owner(self, at: datetime) -> User | None:
        session = import_module(settings.SESSION_ENGINE).SessionStore(self.key)
        # Verifies the session's hash too: a changed password ends it.
        user = auth.get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
        if not isinstance(user, User) or not user.is_active:
            return None
        began, seen = session.get("signed_in_at"), session.get("seen_at")
        if began and seen and sessions.verdict(signed_in_at=began, seen_at=seen, at=at):
            return None
        return user


def scope_for(key: Key, *, area: str, at: datetime) -> Scope:
    """Return what the key's owner watches now.

    :raises NotSignedIn: if the key opens nothing
    :raises NoRight: if no post of theirs shows tickets, or the area is not theirs
    """
    user = key.owner(at)
    if user is None:
        raise NotSignedIn
    try:
        return scope_of(user, area)
    except (PermissionDenied, Http404) as fault:
        raise (NotSignedIn if signed_out_meanwhile(user) else NoRight) from fault


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


def rights_changed(after: int) -> tuple[int, set[int] | None]:
    """Return the newest audit entry and whose rights may have changed since; None: anybody's."""
    entries = list(AuditEntry.objects.filter(pk__gt=after).order_by("pk")
                   .values_list("pk", "action", "subject")[:1000])  # fmt: skip
    if not entries:
        return after, set()
    people: set[int] = set()
    for _pk, action, subject in entries:
        if action not in _RIGHTS:
            continue
        kind, _colon, number = subject.partition(":")
        if kind != "user" or not number.isdigit():
            return entries[-1][0], None
        people.add(int(number))
    return entries[-1][0], people
