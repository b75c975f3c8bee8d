"""Statements that PostgreSQL keeps ready: parsed and planned once for a connection, then only run.

For the few that every report passes: there, to plan costs as much as to execute.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

# By the database's own connection: one that is opened anew knows no statement.
_ready: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def run(cursor: Any, name: str, statement: str, params: Sequence[Any] | Mapping[str, Any]) -> None:
    """Execute it as cursor.execute() does; it has no percent signs but those of its params.

    What a param is must be clear from where it stands, or be said there (`%s::int`).

    :param name: what the database and its logs call it, beside a part that tells its versions apart
    """
    names = tuple(params) if isinstance(params, Mapping) else None
    full, prepare, execute = _worded(name, statement, names, len(params))
    ready = _ready.setdefault(cursor.connection, set())
    if full not in ready:
        cursor.execute(prepare)
        ready.add(full)
    cursor.execute(execute, list(params.values()) if isinstance(params, Mapping) else params)


@lru_cache(maxsize=64)
def _worded(
    name: str, statement: str, names: tuple[str, ...] | None, count: int
) -> tuple[str, str, str]:
    full = f"{name}_{sha256(statement.encode()).hexdigest()[:12]}"
    places = [f"${n + 1}" for n in range(count)]
    given: Any = dict(zip(names, places, strict=True)) if names else tuple(places)
    marks = ", ".join(["%s"] * count)
    return full, f"PREPARE {full} AS {statement % given}", f"EXECUTE {full} ({marks})"
