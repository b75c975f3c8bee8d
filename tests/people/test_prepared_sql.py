"""Statements that are kept ready: run again and again, with whatever params, on any connection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people import prepared_sql


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite keeps its own")
def test_a_statement_is_made_ready_once_and_runs_with_each_ones_params():
    said = "SELECT %(words)s::text || %(times)s::int, %(times)s::int + 1"
    with CaptureQueriesContext(connection) as asked, connection.cursor() as cursor:
        for words, times in (("a", 1), ("100% ' \\ 井", 2)):
            prepared_sql.run(cursor, "test", said, {"words": words, "times": times})
            assert cursor.fetchone() == (f"{words}{times}", times + 1)
        prepared_sql.run(cursor, "test", "SELECT %s::int - %s::int", [3, 1])
        assert cursor.fetchone() == (2,)
    kinds = [query["sql"].split()[0] for query in asked.captured_queries]
    assert kinds == ["PREPARE", "EXECUTE", "EXECUTE", "PREPARE", "EXECUTE"]
