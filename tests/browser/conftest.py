"""Fixtures of the browser's tests, and a second try for what a busy machine kept waiting."""

import os
from pathlib import Path

import pytest

from tests.browser.desks import office, pick_up, sit_down  # noqa: F401  who works at a desk
from tests.browser.readers import peopled  # noqa: F401  every page's district
from tests.screen import district, report, watch  # noqa: F401  a wall in a browser

HERE = Path(__file__).parent
# Only what a busy machine does to a browser: the time was over. See docs/decisions/0015.
SECOND_CHANCE = pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "Locator expected"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("SECOND_CHANCE"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(SECOND_CHANCE)
