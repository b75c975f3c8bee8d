"""Whether everything recorded is still as it was sealed; what is not is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection, models
from django.db.models import Model

from people.append_only import guarded
from people.models import Seal, Statement
from people.seals import merkle, sealing
from people.seals.receipt import digest, is_signed, leaf
from people.seals.statements import believed_keys, text_of

# Seals whose rows are fetched together: most hold but a few rows.
_TOGETHER = 200


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was: the table, the row's id, and what is wrong with it."""

    table: str
    id: int
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.id}: {self.what}"


def faults() -> Iterator[Fault]:
    """Give what is not as it was sealed, in the order of sealing; nothing if all is well."""
    yield from _unguarded()
    yield from _chain()
    for model in sealing.sealed_models():
        yield from _rows(model)
    yield from _statements()


def counted() -> tuple[int, int, int]:
    """Return how many rows, seals and statements there are."""
    lengths = Seal.objects.values_list("ids", flat=True).iterator(500)
    rows = sum(len(bytes(ids)) // 8 for ids in lengths)
    return rows, Seal.objects.count(), Statement.objects.count()


def _unguarded() -> Iterator[Fault]:
    standing = set(guarded(connection))
    models: list[type[Model]] = [*sealing.sealed_models(), Seal, Statement]
    for model in models:
        if model._meta.db_table not in standing:
            yield Fault(model._meta.db_table, 0, "the table no longer refuses changes")


def _chain() -> Iterator[Fault]:
    previous = ""
    for number, seal in enumerate(Seal.objects.order_by("number").iterator(100), start=1):
        if seal.number != number:
            yield Fault("people_seal", number, "this seal is missing")
            return
        content = sealing.content_of(seal)
        if (
            digest(sealing.head_of(seal)) != seal.hash
            or seal.previous != previous
            or merkle.root(content.leaves) != seal.root
            or len(content.ids) != len(content.leaves)
        ):
            yield Fault("people_seal", number, "this seal was changed")
            return
        previous = seal.hash


def _rows(model: type[models.Model]) -> Iterator[Fault]:
    table = model._meta.db_table
    sealed: set[int] = set()
    seals = Seal.objects.filter(table=table).order_by("number").iterator(100)
    while batch := list(islice(seals, _TOGETHER)):
        yield from _batch(model, batch, sealed)
    floor, _high = sealing.settled(table)
    there = model._default_manager.filter(pk__lte=floor).values_list("pk", flat=True)
    for pk in sorted(set(there.iterator(2_000)) - sealed):
        yield Fault(table, pk, "this row was slipped in: it was never sealed")


def _batch(model: type[models.Model], seals: list[Seal], sealed: set[int]) -> Iterator[Fault]:
    wanted: dict[tuple[str, ...], dict[int, str]] = {}
    for seal in seals:
        content = sealing.content_of(seal)
        sealed.update(content.ids)
        pairs = dict(zip(content.ids, content.leaves, strict=False))
        wanted.setdefault(tuple(seal.columns), {}).update(pairs)
    for columns, leaves in wanted.items():
        yield from _compared(model, leaves, list(columns))


def _compared(
    model: type[models.Model], leaves: dict[int, str], columns: list[str]
) -> Iterator[Fault]:
    key, table = model._meta.pk.attname, model._meta.db_table
    ids = sorted(leaves)
    for start in range(0, len(ids), sealing.MOST_ROWS):
        some = ids[start : start + sealing.MOST_ROWS]
        found = {row[key]: leaf(row) for row in sealing.rows(model, some, columns)}
        for pk in some:
            if pk not in found:
                yield Fault(table, pk, "this row is missing")
            elif found[pk] != leaves[pk]:
                yield Fault(table, pk, "this row was changed")


def _statements() -> Iterator[Fault]:
    keys = believed_keys()
    previous, last = "", 0
    signed = Statement.objects.order_by("number").iterator(100)
    for number, statement in enumerate(signed, start=1):
        text = text_of(statement)
        if statement.number != number:
            yield Fault("people_statement", number, "this signed statement is missing")
            return
        seals = Seal.objects.filter(number__gte=statement.first, number__lte=statement.last)
        hashes = list(seals.order_by("number").values_list("hash", flat=True))
        if len(hashes) != statement.last - statement.first + 1:
            yield Fault("people_statement", number, "seals that it signed are missing")
            return
        if (
            statement.public_key not in keys
            or not is_signed(text, statement.signature, statement.public_key)
            or (statement.first, statement.previous) != (last + 1, previous)
            or merkle.root(hashes) != statement.root
        ):
            yield Fault("people_statement", number, "the signature does not fit")
            return
        previous, last = digest(text), statement.last
