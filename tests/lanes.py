"""Which tests one lane is enough for: `make test` runs everything else on both databases.

The lane with servers asks what rows, locks, SQL, sockets and a Redis can change. What they cannot
is tried on SQLite only. Tests that need the servers say so themselves, by a mark to skip.
"""

from pathlib import Path

import pytest
from django.conf import settings

HERE = Path(__file__).parent
ONCE = {
    # How pages look and answer to fingers; the journeys, in which rows take part, run on both.
    "browser/resident/test_resident_access.py",
    "browser/resident/test_resident_photos.py",
    "browser/resident/test_resident_place.py",
    "browser/resident/test_resident_task.py",
    "browser/test_admin_map.py",
    "browser/test_api_docs.py",
    "browser/test_every_page.py",
    "browser/test_figures.py",
    "browser/test_late.py",
    "browser/test_phrases.py",
    "browser/test_second_factor.py",
    "browser/test_tour.py",
    "browser/test_wall_care.py",
    "browser/test_wall_film.py",
    "browser/test_wall_scenes.py",
    "browser/test_wall_sizes.py",
    "browser/test_wall_soak.py",
    # Made-up requests: thousands, each taken back.
    "fuzz/test_api.py",
    "fuzz/test_forms.py",
    # Rules, words, files and pictures, which no database knows of.
    "grids/test_datum.py",
    "grids/test_pack_faults.py",
    "notices/test_catalogue.py",
    "notices/test_wording.py",
    "people/test_masking.py",
    "test_architecture.py",
    "test_languages.py",
    "test_vendor.py",
    "test_weak.py",
    "tickets/test_deadlines_oracle.py",
    "tickets/test_messages.py",
    "tickets/test_pictures.py",
    "tickets/test_states.py",
    "tickets/test_steps.py",
    # Processes of their own, with settings and an SQLite of their own.
    "test_embedded.py",
    "test_settings.py",
}


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take from the lane with servers what the other one answers alone."""
    if not settings.REDIS_URL:
        return
    once = {HERE / name for name in ONCE}
    left_out = [item for item in items if item.path in once]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.path not in once]
