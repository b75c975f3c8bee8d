"""A receipt: one row's hash and its way to a signature, to be checked without the platform."""

from typing import Any

from django.db import models

from people.models import Seal, Statement
from people.seals import merkle, sealing, statements


class NotSealedYet(Exception):
    """The row was written in the last minute or two: the next seal covers it."""


def receipt_of(model: type[models.Model], pk: int, *, row: bool) -> dict[str, Any]:
    """Return the receipt of this row, as people.seals.receipt checks it.

    :param row: whether the row's own values stand in it; without them, only its hash
    :raises NotSealedYet: if no seal covers it yet
    """
    seal, place = _sealed_in(model, pk)
    content = sealing.content_of(seal)
    signed = Statement.objects.filter(first__lte=seal.number, last__gte=seal.number).first()
    values = list(sealing.rows(model, [pk], seal.columns)) if row else []
    return {
        "row": values[0] if values else None,
        "row_hash": content.leaves[place],
        "way_to_seal": merkle.way(content.leaves, place),
        "seal": sealing.head_of(seal),
        "way_to_statement": _way_to(signed, seal) if signed else [],
        "signed": statements.shown(signed) if signed else None,
    }


def _sealed_in(model: type[models.Model], pk: int) -> tuple[Seal, int]:
    # The first seal that reaches the id holds it; a row that was committed late, one soon after.
    reaching = Seal.objects.filter(table=model._meta.db_table, high__gte=pk).order_by("number")
    for seal in reaching.iterator(50):
        ids = sealing.content_of(seal).ids
        if pk in ids:
            return seal, ids.index(pk)
    raise NotSealedYet(f"{model._meta.db_table} {pk}")


def _way_to(statement: Statement, seal: Seal) -> list[list[str]]:
    seals = Seal.objects.filter(number__gte=statement.first, number__lte=statement.last)
    hashes = list(seals.order_by("number").values_list("hash", flat=True))
    return merkle.way(hashes, seal.number - statement.first)
