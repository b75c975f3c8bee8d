"""2,000 malformed posts over every HTML form: none of them is our fault."""

import pytest

from tests.fuzz import posts
from tests.fuzz.tally import DICE, keep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db,
]


def test_no_malformed_form_breaks_a_page(world):
    tally = posts.fire(world, count=2000, dice=DICE)

    keep("forms", tally)
    assert tally.faults == []
    assert tally.requests >= 2000
