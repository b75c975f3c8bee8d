"""What a ticket is found by, apart from it: a change of its state touches no word."""

from typing import Any

from django.db import models
from django.db.models import Lookup

from tickets import search
from tickets.models.ticket import Ticket


class SearchField(models.Field):
    """A text to be searched; never read back. On PostgreSQL a tsvector, with a GIN index made by
    the migration; on SQLite the text's runs."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_save(self, value: Any, connection: Any) -> str:
        """Take a search.Entry; of a text alone, the month is not known."""
        text = value.text if isinstance(value, search.Entry) else str(value)
        if connection.vendor != "postgresql":
            return _line(text)
        vector = search.vector(text)
        return (
            f"{search.month(value.reported_at)} {vector}"
            if isinstance(value, search.Entry)
            else vector
        )


@SearchField.register_lookup
class Finds(Lookup):
    """`…__finds=[terms]`: all of the terms stand in the text."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ %s::tsquery", [*params, search.query(self.rhs)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, params = self.process_lhs(compiler, connection)
        each = " AND ".join([f"instr({lhs}, %s) > 0"] * len(self.rhs))
        return f"({each})", [part for term in self.rhs for part in (*params, term)]


class TicketSearch(models.Model):
    """The words, place names, number and unit of a ticket, to be searched."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="search", primary_key=True)
    found_by = SearchField()

    def __str__(self):
        return f"search row of {self.ticket_id}"


def _line(text: str) -> str:
    return " ".join(search.runs(text))
