"""Fixtures for all tests of tickets."""

from tests.tickets.corpus import media
from tests.tickets.desk import desk

__all__ = ["desk", "media"]
