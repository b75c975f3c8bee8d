"""Every minute: one seal over what was committed since, for each append-only table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from people.models import Seal
from people.seals import merkle
from people.seals.receipt import digest, leaf

# Rows of one seal, and of one run: a large backlog is caught up over some minutes.
MOST_ROWS, MOST_A_RUN = 5_000, 50_000
# A transaction that drew its ids before a seal may commit this much later and is still sealed;
# the database ends an idle one after half a minute.
LATE = timedelta(hours=1)
_HASH, _ID = 32, 8


@dataclass(frozen=True)
class Content:
    """What a seal holds: the ids of its rows in ascending order, and their hashes."""

    ids: list[int]
    leaves: list[str]


def seal(*, at: datetime) -> int:
    """Seal what was committed since the last time; return how many rows that were."""
    with transaction.atomic():
        _alone()
        return sum(_seal(model, at) for model in sealed_models())


def sealed_models() -> list[type[models.Model]]:
    """Return the models whose rows are sealed, as settings.SEALED names them."""
    return [apps.get_model(label) for label in settings.SEALED]


def _alone() -> None:
    # Writers of the sealed tables are not met: only a second sealer waits here. SQLite has one
    # writer at a time anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE people_seal IN SHARE ROW EXCLUSIVE MODE")


def _seal(model: type[models.Model], at: datetime) -> int:
    ids = _unsealed(model)
    for start in range(0, len(ids), MOST_ROWS):
        _write(model, ids[start : start + MOST_ROWS], at)
    return len(ids)


def _unsealed(model: type[models.Model]) -> list[int]:
    table = model._meta.db_table
    last = Seal.objects.filter(table=table).order_by("-number").first()
    high = last.high if last else 0
    new = model._default_manager.filter(pk__gt=high).order_by("pk").values_list("pk", flat=True)
    return _late(model) + list(new[:MOST_A_RUN])


def _late(model: type[models.Model]) -> list[int]:
    """Return rows whose id is below one that is sealed: they were committed after it."""
    table = model._meta.db_table
    floor, high = settled(table)
    known = {
        pk
        for seal in Seal.objects.filter(table=table, high__gt=floor).iterator(100)
        for pk in content_of(seal).ids
    }
    between = model._default_manager.filter(pk__gt=floor, pk__lte=high)
    return sorted(set(between.values_list("pk", flat=True)) - known)


def behind(*, at: datetime) -> float:
    """Return the seconds since the oldest row was recorded that no seal covers; 0 without one."""
    oldest: list[datetime] = []
    for model in sealed_models():
        last = Seal.objects.filter(table=model._meta.db_table).order_by("-number").first()
        new = model._default_manager.filter(pk__gt=last.high if last else 0).order_by("pk")
        # A history's own time may lie back; when it was written down counts.
        names = {field.name for field in model._meta.concrete_fields}
        oldest += new.values_list("recorded_at" if "recorded_at" in names else "at", flat=True)[:1]
    return max([0.0, *((at - each).total_seconds() for each in oldest)])


def settled(table: str) -> tuple[int, int]:
    """Return up to which id nothing can come any more, and the highest sealed id."""
    seals = Seal.objects.filter(table=table).order_by("-number")
    last = seals.first()
    if last is None:
        return 0, 0
    before = seals.filter(at__lte=last.at - LATE).first()
    return before.high if before else 0, last.high


def _write(model: type[models.Model], ids: list[int], at: datetime) -> None:
    table, columns = model._meta.db_table, columns_of(model)
    leaves = [leaf(row) for row in rows(model, ids, columns)]
    previous = Seal.objects.order_by("-number").first()
    before = Seal.objects.filter(table=table).order_by("-number").first()
    made = Seal(
        number=previous.number + 1 if previous else 1,
        at=at,
        table=table,
        columns=columns,
        high=max(ids[-1], before.high if before else 0),
        ids=b"".join(pk.to_bytes(_ID, "big") for pk in ids),
        leaves=bytes.fromhex("".join(leaves)),
        root=merkle.root(leaves),
        previous=previous.hash if previous else "",
    )
    made.hash = digest(head_of(made))
    made.save(force_insert=True)


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the columns that a seal made now covers: all of them."""
    return [field.attname for field in model._meta.concrete_fields]


def rows(model: type[models.Model], ids: list[int], columns: list[str]) -> Iterator[dict[str, Any]]:
    """Give those of these rows that exist, by id, as they are hashed: plain values by column."""
    found = model._default_manager.filter(pk__in=ids).order_by("pk").values_list(*columns)
    for values in found.iterator(2_000):
        yield dict(zip(columns, map(_plain, values), strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def content_of(seal: Seal) -> Content:
    """Return the ids and hashes that the seal holds."""
    ids, leaves = bytes(seal.ids), bytes(seal.leaves)
    return Content(
        ids=[int.from_bytes(ids[i : i + _ID], "big") for i in range(0, len(ids), _ID)],
        leaves=[leaves[i : i + _HASH].hex() for i in range(0, len(leaves), _HASH)],
    )


def head_of(seal: Seal) -> dict[str, Any]:
    """Return what the seal's own hash covers."""
    return {
        "number": seal.number,
        "at": _plain(seal.at),
        "table": seal.table,
        "columns": seal.columns,
        "rows": len(bytes(seal.ids)) // _ID,
        "high": seal.high,
        "root": seal.root,
        "previous": seal.previous,
    }
