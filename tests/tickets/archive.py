"""Past messages for the tests: the invented ones, small files, people to handle them."""

from pathlib import Path

import pytest

from tests.land import TINY
from tickets.simulation import staff
from tickets.simulation.messages import moment
from tickets.simulation.script import of_the_district

INVENTED = Path(__file__).parents[1] / "data" / "messages.csv"
HEADER = "number,title,text,sent_at\n"
# A Thursday afternoon with working days before it.
NOW = moment("2026-06-11T15:30")


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def district(tiny):
    """The tiny district with somebody on every post."""
    staff.make(of_the_district(TINY))
    return tiny
