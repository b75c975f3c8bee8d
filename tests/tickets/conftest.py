"""Fixtures for all tests of tickets."""

from tests.tickets.archive import district
from tests.tickets.corpus import media
from tests.tickets.desk import desk

__all__ = ["desk", "district", "media"]
