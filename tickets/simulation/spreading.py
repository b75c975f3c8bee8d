"""Where and when: places for messages that name none, and old times moved to the present."""

import bisect
import itertools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import shapely
from django.utils import timezone

from grids.boundaries import shape_of
from grids.models import Area

_WEEK = timedelta(weeks=1)
# A thin, crooked village: so many points may miss it before we take one that is surely inside.
_TRIES = 200


class Spread:
    """The villages of the district with their outlines, drawn by weight of their population."""

    def __init__(self, villages: Sequence[Any]) -> None:
        """Take the villages (in code order) among which messages are spread.

        :raises ValueError: if there are none
        """
        if not villages:
            raise ValueError("no village has an outline")
        self.villages = list(villages)
        self._shapes: dict[str, Any] = {}
        weights = [village.population for village in self.villages]
        # A pack without populations: every village alike.
        self._sums = list(itertools.accumulate(weights if any(weights) else [1] * len(weights)))

    @classmethod
    def over_the_district(cls) -> "Spread":
        """Return the spread over all villages in force that have an outline."""
        villages = Area.objects.in_force(timezone.localdate()).filter(
            level=Area.Level.VILLAGE, boundary__isnull=False
        )
        return cls(list(villages.order_by("code")))

    def village(self, seed: str) -> Any:
        """Return a village, the same for the same seed."""
        return self._village(random.Random(seed))

    def point(self, seed: str) -> tuple[float, float]:
        """Return (lat, lng) of a point in a village drawn by population, the same for a seed."""
        chance = random.Random(seed)
        return self._point(self._village(chance), chance)

    def point_in(self, village: Any, seed: str) -> tuple[float, float]:
        """Return (lat, lng) of a point in this village or grid, the same for the same seed."""
        return self._point(village, random.Random(seed))

    def _village(self, chance: random.Random) -> Any:
        drawn = chance.random() * self._sums[-1]
        return self.villages[bisect.bisect_right(self._sums, drawn)]

    def _point(self, village: Any, chance: random.Random) -> tuple[float, float]:
        shape = self._shapes.get(village.code)
        if shape is None:
            shape = self._shapes[village.code] = shape_of(village.boundary)
            shapely.prepare(shape)
        west, south, east, north = shape.bounds
        for _try in range(_TRIES):
            lng, lat = chance.uniform(west, east), chance.uniform(south, north)
            if shapely.contains_xy(shape, round(lng, 6), round(lat, 6)):
                return round(lat, 6), round(lng, 6)
        inside = shape.representative_point()
        return round(inside.y, 6), round(inside.x, 6)


def shift(last: datetime, now: datetime) -> timedelta:
    """Return by how much to move times so that the last becomes the present.

    Whole weeks, so that hours and weekdays stay what they were: the last lies at most a week back.
    """
    return (now - last) // _WEEK * _WEEK
