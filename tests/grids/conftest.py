import shutil
from pathlib import Path

import pytest

from tests.land import TINY


@pytest.fixture
def pack(tmp_path) -> Path:
    """A copy of the tiny pack to spoil."""
    return Path(shutil.copytree(TINY, tmp_path / "pack"))
