"""The tiny, invented district of tests/packs/tiny, loaded as the command loads it.

Creekside District (990101) is a box of 0.2 by 0.1 degrees:

    lat 25.10 +------------------+------------------+
              | Mill Village     | Stone Spring     |
              | no grids         | one grid         |
    lat 25.05 +------------------+------------------+
              | Pinewood Village | Willow Bridge    |
              | grid | no grid   | three grids      |
    lat 25.00 +------------------+------------------+
           lng 110.00         110.10             110.20
              West Hill Town       East Creek Subdistrict
"""

from functools import lru_cache
from pathlib import Path

import pytest

from grids.management.commands import load_pack
from grids.models import District
from grids.packfile import Files

TINY = Path(__file__).parent / "packs" / "tiny"

DISTRICT = "990101"
EAST_CREEK, WEST_HILL = "990101001", "990101101"
WILLOW_BRIDGE, STONE_SPRING = "990101001001", "990101001002"
PINEWOOD, MILL = "990101101201", "990101101202"
WILLOW_GRIDS = tuple(f"{WILLOW_BRIDGE}00{n}" for n in (1, 2, 3))


@lru_cache(maxsize=1)
def _checked() -> Files:
    files = Files(TINY)
    assert load_pack.find_faults(files) == []
    return files


def load_tiny() -> District:
    """Load the tiny district into the test's database, in a few milliseconds."""
    load_pack.load(_checked())
    return District.current()


@pytest.fixture
def tiny(db) -> District:
    """The tiny district, loaded; its codes are names in tests.land."""
    return load_tiny()
