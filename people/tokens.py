"""Keys to the API. Only their hashes are kept."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import transaction

from people import audit
from people.models import ApiToken, User

# A key's start says what it is, to people and to secret scanners.
_START = "tlg_"
# Revoked and expired tokens stay listed for their owner this long.
_LISTED_FOR = timedelta(days=30)


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return sha256(secret.encode()).hexdigest()


def issue(*, user: User, at: datetime) -> str:
    """Return a new token for this person. It is shown now and never again.

    It holds for settings.API_TOKEN_DAYS; beyond settings.API_TOKENS_EACH the oldest is revoked.
    """
    secret = _START + token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        token = ApiToken.objects.create(
            user=user,
            digest=_digest(secret),
            created_at=at,
            expires_at=at + timedelta(days=settings.API_TOKEN_DAYS),
        )
        live = live_of(user, at).order_by("-created_at", "-pk")
        surplus = list(live.values_list("pk", flat=True)[settings.API_TOKENS_EACH :])
        ApiToken.objects.filter(pk__in=surplus).update(revoked_at=at)
        audit.record(
            actor=user, action=audit.Action.TOKEN_ISSUED, subject=f"token:{token.pk}", at=at
        )
    return secret


def owner(secret: str, at: datetime) -> User | None:
    """Return the person whose token this is, None if it is unknown, over, or they are disabled."""
    token = (
        ApiToken.objects.filter(
            digest=_digest(secret), revoked_at=None, expires_at__gt=at, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    return token.user if token else None


def live_of(user: User, at: datetime):
    """Return the person's tokens that still open something."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at)


def revoke(*, token_ids: list[int], by: User, at: datetime) -> int:
    """Revoke these tokens, return how many were live. The caller checks whose they are."""
    with transaction.atomic():
        live = ApiToken.objects.select_for_update().filter(pk__in=token_ids, revoked_at=None)
        found = list(live.values_list("pk", flat=True))
        ApiToken.objects.filter(pk__in=found).update(revoked_at=at)
        for pk in found:
            audit.record(actor=by, action=audit.Action.TOKEN_REVOKED, subject=f"token:{pk}", at=at)
    return len(found)


def sweep(*, at: datetime) -> int:
    """Delete the tokens that ended over 30 days ago; return how many."""
    over = at - _LISTED_FOR
    gone = ApiToken.objects.filter(expires_at__lt=over) | ApiToken.objects.filter(
        revoked_at__lt=over
    )
    return gone.delete()[0]
