"""How often somebody may do something: token buckets in the database hold without Redis."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.http import HttpRequest

from people import prepared_sql
from people.models import TokenBucket

# Whoever waits longer than this for a bucket is one of a flood.
_PATIENCE_MS = 500
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code
# A bucket untouched for this long is full by any rate that we use.
_FORGOTTEN_AFTER = timedelta(days=2)


def take(*, key: str, rate: float, burst: float, at: datetime, cost: float = 1) -> bool:
    """Take `cost` from the bucket and return True, or return False and take nothing.

    A bucket starts full with `burst` and refills by `rate` a second. Call it outside of a
    transaction: the caller's lock would hold up everybody else at the same bucket, and a
    rollback would give the cost back.
    """
    return take_asking("1", key=key, rate=rate, burst=burst, at=at, cost=cost) is not None


def take_asking(
    question: str, *, key: str, rate: float, burst: float, at: datetime, cost: float = 1
) -> Any:
    """Do what take() does, and ask the database something on the same way.

    :param question: an expression of SQL whose answer is never null
    :return: the answer; None if nothing was taken
    """
    bucket = (_short(key), rate, burst, at, cost)
    try:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            # One statement is a transaction of its own: no round trips to begin and to commit.
            return _take_at_once(question, *bucket)
        with transaction.atomic(durable=True):
            return _take(question, *bucket)
    except OperationalError as fault:
        # Waited too long for the lock: one of a flood. Anything else: the database is ill.
        if getattr(fault.__cause__, "pgcode", None) == _LOCK_NOT_AVAILABLE:
            return None
        raise


def _short(key: str) -> str:
    return key if len(key) <= 80 else sha256(key.encode()).hexdigest()


def _take(question: str, key: str, rate: float, burst: float, at: datetime, cost: float) -> Any:
    if connection.vendor == "postgresql":
        return _take_at_once(question, key, rate, burst, at, cost)
    locked = TokenBucket.objects.select_for_update().filter(key=key)
    bucket = locked.first()
    if bucket is None:
        new = TokenBucket(key=key, tokens=burst, updated_at=at)
        TokenBucket.objects.bulk_create([new], ignore_conflicts=True)
        bucket = locked.get()
    tokens = _refilled(bucket, rate, burst, at)
    allowed = tokens >= cost
    bucket.tokens = tokens - cost if allowed else tokens
    bucket.updated_at = max(at, bucket.updated_at)
    bucket.save(update_fields=["tokens", "updated_at"])
    return _answer(question) if allowed else None


def _answer(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {question}")
        return cursor.fetchone()[0]


def left(buckets: Mapping[str, Mapping[str, float]], *, at: datetime) -> list[float]:
    """Return what take() would find in these buckets; nothing is taken and nobody waits.

    :param buckets: rate and burst by key
    """
    rows = TokenBucket.objects.filter(key__in=[_short(key) for key in buckets])
    known = {bucket.key: bucket for bucket in rows}
    return [
        _refilled(known[_short(key)], of["rate"], of["burst"], at)
        if _short(key) in known
        else of["burst"]
        for key, of in buckets.items()
    ]


def _refilled(bucket: TokenBucket, rate: float, burst: float, at: datetime) -> float:
    waited = max(0.0, (at - bucket.updated_at).total_seconds())
    return min(float(burst), bucket.tokens + waited * rate)


def _take_at_once(
    question: str, key: str, rate: float, burst: float, at: datetime, cost: float
) -> Any:
    """The same in one statement: every report passes here. Nothing taken, nothing written."""
    with connection.cursor() as cursor:
        prepared_sql.run(
            cursor,
            "take",
            _taking(question),
            {"key": key, "rate": rate, "burst": float(burst), "at": at, "cost": float(cost)},
        )
        answered = cursor.fetchone()
    return answered and answered[0]


@cache
def _taking(question: str) -> str:
    table = connection.ops.quote_name(TokenBucket._meta.db_table)
    filled = (
        "least(%(burst)s::float8, bucket.tokens + %(rate)s::float8 * "
        "greatest(0, extract(epoch FROM excluded.updated_at - bucket.updated_at)::float8))"
    )
    # What a power cut takes back is a token or two: nobody waits for the disk.
    return (
        "WITH patience AS MATERIALIZED "
        f"(SELECT set_config('lock_timeout', '{_PATIENCE_MS}ms', true), "
        "set_config('synchronous_commit', 'off', true)) "
        f"INSERT INTO {table} AS bucket (key, tokens, updated_at) "
        "SELECT %(key)s::text, %(burst)s::float8 - %(cost)s::float8, %(at)s::timestamptz "
        "FROM patience WHERE %(cost)s::float8 <= %(burst)s::float8 "
        f"ON CONFLICT (key) DO UPDATE SET tokens = {filled} - %(cost)s::float8, "
        "updated_at = greatest(bucket.updated_at, excluded.updated_at) "
        f"WHERE {filled} >= %(cost)s::float8 RETURNING {question}"
    )


def give_back(*, key: str, cost: float = 1) -> None:
    """Put back what take() took: it turned out not to be what is limited."""
    TokenBucket.objects.filter(key=_short(key)).update(tokens=F("tokens") + cost)


def forget(*, key: str) -> None:
    """Let the bucket start full again."""
    TokenBucket.objects.filter(key=_short(key)).delete()


def sweep(*, at: datetime) -> int:
    """Delete the buckets that nobody touched for two days; return how many."""
    return TokenBucket.objects.filter(updated_at__lt=at - _FORGOTTEN_AFTER).delete()[0]


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, as far as it can be believed.

    That is the peer; only when the peer is one of settings.TRUSTED_PROXIES (addresses or
    networks) is it the last address in X-Forwarded-For that is not a trusted proxy.
    """
    said = request.META
    found = said.get("REMOTE_ADDR", "") or "0.0.0.0"
    forwarded = said.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while forwarded and is_trusted(found):
        claimed = forwarded.pop().strip()
        if not _is_address(claimed):
            break
        found = claimed
    return found


def client_network(request: HttpRequest) -> str:
    """Return for whom limits count: the address, of an IPv6 address the first of its /64.

    A household has a whole /64: whoever counted single addresses could be outrun from one room.
    """
    return _network(client_address(request))


@lru_cache(maxsize=4096)
def _network(found: str) -> str:
    if not _is_address(found):
        return found
    address = ip_address(found)
    if isinstance(address, IPv4Address):
        return found
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False).network_address)


# Kept, all three: the same few proxies and callers come with every request.
@lru_cache(maxsize=4096)
def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(address: str) -> bool:
    """Tell whether this is a proxy of ours, by settings.TRUSTED_PROXIES."""
    return _is_address(address) and _is_one_of(address, tuple(settings.TRUSTED_PROXIES))


@lru_cache(maxsize=4096)
def _is_one_of(address: str, networks: tuple[str, ...]) -> bool:
    peer = ip_address(address)
    return any(peer in ip_network(known, strict=False) for known in networks)
