"""2,000 requests after the API's own description, right ones and broken ones, as four actors."""

import pytest

from tests.fuzz import api
from tests.fuzz.tally import DICE, TIMES, keep

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900 * TIMES),
    pytest.mark.django_db,
]


def test_whatever_is_sent_to_the_api_is_answered_as_described(world):
    tally = api.fire(world, each=10 * TIMES, dice=DICE)

    keep("api", tally)
    assert tally.faults == []
    assert tally.requests >= 2000 * TIMES
