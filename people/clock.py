"""What time it is for everybody: several machines' clocks differ, the database's is one."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """Return the moment by the clock that all processes share: the database's.

    For what runs by itself. A worker whose own clock is an hour ahead would otherwise let tickets
    climb an hour early, and one that is behind would keep the notices of the others for an hour.
    SQLite has no clock of its own: there it is this machine's.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
