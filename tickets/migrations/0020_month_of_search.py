"""Every search row says the month of its ticket: long lists are searched month by month.

On PostgreSQL only. Rows that say none, of which the version before writes some until it ends, are
found all the same, by an index of their own; so nothing waits for this, and it waits for nobody:
the rows are written some thousand at a time.
"""

from django.db import migrations

_AT_ONCE = 2_000
_UNMARKED = "NOT (found_by @@ '''@'':*'::tsquery)"


def mark(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        # Of a million rows the index alone takes longer than a page's statement may.
        cursor.execute("SET statement_timeout = 0")
        # A former try may have ended in the middle, and left one that is not valid.
        cursor.execute("DROP INDEX CONCURRENTLY IF EXISTS ticket_without_month")
        cursor.execute(
            "CREATE INDEX CONCURRENTLY ticket_without_month "
            f"ON tickets_ticketsearch (ticket_id) WHERE {_UNMARKED}"
        )
        if _write_down(cursor):
            # What was there before: else each search still passes over it.
            cursor.execute("VACUUM (ANALYZE) tickets_ticketsearch")
        cursor.execute("RESET statement_timeout")


def _write_down(cursor):
    cursor.execute("SELECT COALESCE(MAX(ticket_id), 0) FROM tickets_ticketsearch")
    last, written = cursor.fetchone()[0], 0
    for first in range(0, last + 1, _AT_ONCE):
        cursor.execute(
            "UPDATE tickets_ticketsearch SET found_by = found_by || to_char("
            "reported_at AT TIME ZONE 'UTC', '\"''@\"YYYYMM\"''\"')::tsvector "
            "FROM tickets_ticket WHERE id = ticket_id "
            f"AND ticket_id >= %s AND ticket_id < %s AND {_UNMARKED}",
            [first, first + _AT_ONCE],
        )
        written += cursor.rowcount
    return written


def no_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS ticket_without_month")


class Migration(migrations.Migration):

    # No index beside writers, no VACUUM and no batches within one transaction.
    atomic = False

    dependencies = [
        ("tickets", "0019_longest_history"),
    ]

    operations = [
        migrations.RunPython(mark, no_index),
    ]
