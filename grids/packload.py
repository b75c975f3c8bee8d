"""Bringing tables up to what a pack says, in bulk, and telling what changed."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass
class Tally:
    """What happened to one table: the keys of the rows that were added, changed, ended."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0


@dataclass
class Changes:
    """What loading did, by table, in the order in which it was done."""

    tables: dict[str, Tally] = field(default_factory=dict)

    def tally(self, table: str) -> Tally:
        """Return the tally of this table, a new one at first."""
        return self.tables.setdefault(table, Tally())

    def lines(self, most: int = 8) -> list[str]:
        """Return a line per table for people, with at most so many codes of each kind."""
        lines = []
        for table, tally in self.tables.items():
            counts = {
                "table": table,
                "added": len(tally.added),
                "changed": len(tally.changed),
                "ended": len(tally.ended),
                "unchanged": tally.unchanged,
            }
            lines.append(
                _(
                    "%(table)s: %(added)d added, %(changed)d changed, %(ended)d ended,"
                    " %(unchanged)d unchanged"
                )
                % counts
            )
            for word, keys in ((_("changed"), tally.changed), (_("ended"), tally.ended)):
                if keys:
                    more = len(keys) - most
                    rest = ngettext(" and %d more", " and %d more", more) % more if more > 0 else ""
                    lines.append(f"  {word}: {', '.join(keys[:most])}{rest}")
        return lines


def bring_up(
    rows: QuerySet,
    wanted: Iterable[Mapping[str, Any]],
    *,
    key: str,
    tally: Tally,
) -> dict[Any, Any]:
    """Make the table hold what is wanted, by `key`, and return its rows by key.

    A field that a wanted row does not name is left alone, and so is a row that is not wanted.
    """
    model = rows.model
    by_key = {getattr(row, key): row for row in rows}
    new: list[Model] = []
    changed: list[Model] = []
    fields: set[str] = set()
    for values in wanted:
        name = values[key]
        row = by_key.get(name)
        if row is None:
            by_key[name] = row = model(**values)
            new.append(row)
            tally.added.append(str(name))
            continue
        different = {f: v for f, v in values.items() if getattr(row, f) != v}
        if not different:
            tally.unchanged += 1
            continue
        for field_name, value in different.items():
            setattr(row, field_name, value)
        changed.append(row)
        fields |= different.keys()
        tally.changed.append(str(name))
    if changed:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=100)
    model._default_manager.bulk_create(new, batch_size=500)
    return by_key


def end_missing(
    rows: QuerySet, wanted: Container[Any], *, key: str, ended: Mapping[str, Any], tally: Tally
) -> None:
    """Give the rows whose key is no longer wanted the values of `ended`.

    They are never deleted, as tickets may name them; an end that came earlier stays.
    """
    gone = [row for row in rows if getattr(row, key) not in wanted and not _has_ended(row, ended)]
    for row in gone:
        for field_name, value in ended.items():
            setattr(row, field_name, value)
    tally.ended.extend(str(getattr(row, key)) for row in gone)
    if gone:
        rows.model._default_manager.bulk_update(gone, sorted(ended), batch_size=100)


def _has_ended(row: Model, ended: Mapping[str, Any]) -> bool:
    return all(
        getattr(row, name) == value
        if isinstance(value, bool)
        else getattr(row, name) is not None and getattr(row, name) <= value
        for name, value in ended.items()
    )
