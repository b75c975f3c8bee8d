"""Fixtures of the browser's tests, and which of them one lane is enough for."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.readers import peopled  # noqa: F401  every page's district
from tests.screen import district, report, watch  # noqa: F401  a wall in a browser

HERE = Path(__file__).parent
# How pages look and answer to fingers: the same whatever database stands behind them. They run on
# SQLite; the lane with servers keeps the journeys, in which rows, locks and sockets take part.
ONCE = {
    "test_admin_map.py",
    "test_api_docs.py",
    "test_every_page.py",
    "test_figures.py",
    "test_phrases.py",
    "test_resident_access.py",
    "test_resident_photos.py",
    "test_resident_place.py",
    "test_resident_task.py",
    "test_second_factor.py",
    "test_tour.py",
    "test_wall_care.py",
    "test_wall_film.py",
    "test_wall_scenes.py",
    "test_wall_sizes.py",
    "test_wall_soak.py",
}


# Only what a busy machine does to a browser: the time was over. See docs/decisions/0015.
SECOND_CHANCE = pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "Locator expected"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("SECOND_CHANCE"):
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(SECOND_CHANCE)
    if not settings.REDIS_URL:
        return
    left_out = [item for item in items if HERE in item.path.parents and item.path.name in ONCE]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        kept = set(items) - set(left_out)
        items[:] = [item for item in items if item in kept]
