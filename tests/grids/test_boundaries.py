"""Outlines: which are good ones, and what happens when one is drawn."""

import json
from datetime import UTC, datetime

import pytest
import shapely
from django.utils import translation

from grids import boundaries
from grids.datum import gcj02_of
from grids.locate import locate
from grids.models import Area, BoundaryVersion
from people.models import AuditEntry, User
from tests.land import MILL, PINEWOOD, WILLOW_BRIDGE

AT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def polygon(*ring, holes=()):
    return {"type": "Polygon", "coordinates": [list(ring), *holes]}


SQUARE = polygon([110, 25], [110.1, 25], [110.1, 25.1], [110, 25.1], [110, 25])


def test_a_good_outline_comes_back_as_it_is_stored():
    assert boundaries.checked(SQUARE) == {
        "type": "Polygon",
        "coordinates": [[[110, 25], [110.1, 25], [110.1, 25.1], [110, 25.1], [110, 25]]],
    }


def test_checking_twice_changes_nothing_more():
    once = boundaries.checked(SQUARE)
    assert boundaries.checked(json.loads(json.dumps(once))) == once


def test_a_feature_a_height_a_clockwise_ring_and_long_decimals_are_taken():
    ring = [[x + 1e-9, y, 250] for x, y in reversed(SQUARE["coordinates"][0])]
    found = boundaries.checked({"type": "Feature", "geometry": polygon(*ring)})
    assert shapely.equals(boundaries.shape_of(found), boundaries.shape_of(SQUARE))
    assert boundaries.shape_of(found).exterior.is_ccw


def test_several_parts_are_one_outline():
    far = [[[111, 25], [111.1, 25], [111.1, 25.1], [111, 25]]]
    several = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], far]}
    assert boundaries.checked(several)["type"] == "MultiPolygon"


BAD = {
    "no geometry": (None, "a GeoJSON Polygon or MultiPolygon"),
    "a text": ("POLYGON((0 0, 1 0, 1 1, 0 0))", "a GeoJSON Polygon or MultiPolygon"),
    "a line": ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "Polygon or MultiPolygon"),
    "no coordinates": ({"type": "Polygon"}, "cannot be read"),
    "coordinates of another kind": ({"type": "Polygon", "coordinates": {"a": 1}}, "cannot be read"),
    "an open pair": (polygon([0], [1, 1], [1, 0], [0]), "cannot be read"),
    "words": (polygon([0, 0], [1, "east"], [1, 1], [0, 0]), "cannot be read"),
    "two points": (polygon([0, 0], [1, 1]), "cannot be read"),
    "one point four times": (polygon(*[[5, 5]] * 4), "fewer than three different points"),
    "nothing": ({"type": "MultiPolygon", "coordinates": []}, "encloses nothing"),
    "a needle": (polygon([0, 0], [1, 0], [2, 0], [0, 0]), "crosses itself"),
    "a bow tie": (polygon([0, 0], [1, 1], [1, 0], [0, 1], [0, 0]), "crosses itself.* near 0.5"),
    "a hole outside": (
        polygon(
            [0, 0], [1, 0], [1, 1], [0, 0], holes=[[[2, 2], [3, 2], [3, 3], [2, 2]]]
        ),
        "hole lies outside",
    ),
    "not a number": (polygon([0, 0], [float("nan"), 0], [1, 1], [0, 0]), "not a number"),
    "endless": (polygon([0, 0], [float("inf"), 0], [1, 1], [0, 0]), "not a number"),
    "off the globe": (polygon([25, 110], [25.1, 110], [25.1, 110.1], [25, 110]), "off the globe"),
    "too many points": (
        polygon(*([i / 1e5, 0] for i in range(boundaries.MOST_POINTS + 1))), "more than 50000",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("outline", "why"), BAD.values(), ids=BAD)
def test_a_bad_outline_is_refused_with_the_reason(outline, why):
    with translation.override("en"), pytest.raises(boundaries.BadBoundary, match=why):
        boundaries.checked(outline)


def test_gcj02_is_converted_to_within_a_metre():
    shifted = polygon(*(list(gcj02_of(*point)) for point in SQUARE["coordinates"][0]))
    found = boundaries.checked(shifted, datum="GCJ-02")
    left, right = found["coordinates"][0], boundaries.checked(SQUARE)["coordinates"][0]
    assert all(
        abs(a - b) < 5e-6
        for p, q in zip(left, right, strict=True)
        for a, b in zip(p, q, strict=True)
    )


@pytest.mark.parametrize("name", ["WGS84", "wgs-84", "CGCS2000", "EPSG:4326"])
def test_wgs84_has_several_names(name):
    assert boundaries.checked(SQUARE, datum=name) == boundaries.checked(SQUARE)


def test_another_datum_is_refused():
    with pytest.raises(boundaries.BadBoundary, match="BD09"):
        boundaries.checked(SQUARE, datum="BD09")


def test_drawing_an_outline_moves_the_border_at_once(tiny):
    drawer = User.objects.create_user("drawer")
    village = Area.objects.get(code=MILL)
    assert locate(lat=25.06, lng=110.05).village.code == MILL
    north = polygon([110, 25.08], [110.1, 25.08], [110.1, 25.1], [110, 25.1], [110, 25.08])
    before = BoundaryVersion.objects.get()
    boundaries.redraw(area=village, geometry=north, by=drawer, at=AT)
    after = BoundaryVersion.objects.get()
    village.refresh_from_db()
    assert (after.number, after.stamp == before.stamp) == (before.number + 1, False)
    assert (village.boundary["coordinates"][0][0][1], village.approximate) == (25.08, False)
    # The point that stands for the village moved along with it.
    assert shapely.intersects_xy(boundaries.shape_of(village.boundary), village.lng, village.lat)
    # Nobody's land now: the nearer village answers, and 25.06 is nearer to Pinewood's border.
    assert locate(lat=25.06, lng=110.05).village.code == PINEWOOD
    assert AuditEntry.objects.values_list("action", "subject", "area_code", "actor").get() == (
        "area.redraw", f"area:{village.pk}", MILL, drawer.pk,
    )  # fmt: skip


def test_a_refused_outline_changes_nothing(tiny):
    village, before = Area.objects.get(code=MILL), BoundaryVersion.objects.get()
    with pytest.raises(boundaries.BadBoundary):
        boundaries.redraw(area=village, geometry=BAD["a bow tie"][0], by=None, at=AT)
    village.refresh_from_db()
    assert village.boundary is not None
    assert BoundaryVersion.objects.get().stamp == before.stamp


def test_an_outline_can_be_taken_away(tiny):
    village = Area.objects.get(code=MILL)
    boundaries.redraw(area=village, geometry=None, by=None, at=AT)
    village.refresh_from_db()
    assert (village.boundary, village.lat, village.lng) == (None, 25.075, 110.05)


def test_neighbours_that_claim_the_same_land_are_named(tiny):
    village = Area.objects.get(code=MILL)
    assert boundaries.conflicts(village) == []
    over = polygon([110, 25.04], [110.1, 25.04], [110.1, 25.1], [110, 25.1], [110, 25.04])
    boundaries.redraw(area=village, geometry=over, by=None, at=AT)
    (found,) = boundaries.conflicts(village)
    assert (found.code, found.other, round(found.share, 3)) == (PINEWOOD, MILL, 0.2)
    assert boundaries.conflicts(Area.objects.get(code=WILLOW_BRIDGE)) == []
