"""Loaded by pytest before Django's settings are read: every run has its own place for data.

What the caller's environment says about a database or a mode must not leak into the tests.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Set by the first process, inherited by the workers of pytest-xdist.
PLACE = "TESTS_DATA_DIR"
FOREIGN = ("DATABASE_URL", "REDIS_URL", "PRODUCTION", "DEMONSTRATION", "ALLOWED_HOSTS", "TILE_URL")


def _prepare() -> None:
    if PLACE in os.environ:
        return
    place = Path(tempfile.mkdtemp(prefix="tonglianggov-tests-"))
    place.chmod(0o755)
    os.environ[PLACE] = str(place)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = str(place / "data")
    os.environ["STATIC_ROOT"] = str(place / "static")
    # Connections end with their request: a database in use cannot be removed after the tests.
    os.environ["CONN_MAX_AGE"] = "0"
    # Playwright keeps an event loop running in the test's thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    atexit.register(shutil.rmtree, place, ignore_errors=True)


_prepare()
