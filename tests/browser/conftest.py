"""Fixtures of the browser's tests."""

from tests.screen import district, report, watch  # noqa: F401  a wall in a browser
