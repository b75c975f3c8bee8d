"""Fixtures of the browser's tests."""

from tests.browser.desks import office, pick_up, sit_down  # noqa: F401  who works at a desk
from tests.browser.readers import peopled  # noqa: F401  every page's district
from tests.screen import district, report, watch  # noqa: F401  a wall in a browser
