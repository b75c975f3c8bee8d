"""Fixtures of the browser's tests, and their mark."""

from pathlib import Path

import pytest

from tests.browser.desks import office, pick_up, sit_down  # noqa: F401  who works at a desk
from tests.browser.readers import peopled  # noqa: F401  every page's district
from tests.screen import district, report, watch  # noqa: F401  a wall in a browser

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before `-m` looks who has it
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
