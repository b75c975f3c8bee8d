"""Statements that take too long are told in the log, without their values."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tonglianggov.operations import counts

log = logging.getLogger(__name__)

_LONGEST = 2000  # characters of a statement that are told


def watch() -> None:
    """From now on every connection of this process is watched."""
    connection_created.connect(_watch_one, dispatch_uid="slow queries")


def _watch_one(sender: Any, connection: BaseDatabaseWrapper, **_: Any) -> None:
    # A connection that is opened anew is the same object.
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Execute the statement; tell it if it took longer than SLOW_QUERY_MS, unless that is 0."""
    if not settings.SLOW_QUERY_MS:
        return execute(sql, params, many, context)
    began = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (perf_counter() - began) * 1000
        if took >= settings.SLOW_QUERY_MS:
            counts.SLOW_QUERIES.inc()
            told = {"ms": round(took), "sql": sql[:_LONGEST]}
            log.warning("slow query", extra={"told": told})
