"""From a point to the village and grid that answer for it."""

import math
from datetime import date

import pytest

from grids import boundaries, locate
from grids.models import Area
from tests.land import (
    DISTRICT,
    EAST_CREEK,
    MILL,
    PINEWOOD,
    STONE_SPRING,
    WILLOW_BRIDGE,
    WILLOW_GRIDS,
)


def codes(place):
    return place.village.code, place.grid.code if place.grid else None


def at(lat, lng):
    return codes(locate.locate(lat=lat, lng=lng))


def test_a_point_has_a_village_and_a_grid(tiny):
    assert at(25.02, 110.11) == (WILLOW_BRIDGE, WILLOW_GRIDS[0])
    assert at(25.02, 110.15) == (WILLOW_BRIDGE, WILLOW_GRIDS[1])


def test_a_village_without_grids_answers_itself(tiny):
    assert at(25.07, 110.05) == (MILL, None)


def test_outside_every_grid_the_village_answers(tiny):
    assert at(25.02, 110.02) == (PINEWOOD, f"{PINEWOOD}001")
    assert at(25.02, 110.08) == (PINEWOOD, None)


@pytest.mark.parametrize(
    ("lat", "lng", "expected"),
    [
        (25.02, 110.13, (WILLOW_BRIDGE, WILLOW_GRIDS[0])),  # between two grids
        (25.05, 110.15, (WILLOW_BRIDGE, WILLOW_GRIDS[1])),  # between two communities
        (25.02, 110.1, (WILLOW_BRIDGE, WILLOW_GRIDS[0])),  # between two towns
        (25.05, 110.1, (WILLOW_BRIDGE, WILLOW_GRIDS[0])),  # where four villages meet
        (25.05, 110.13, (WILLOW_BRIDGE, WILLOW_GRIDS[0])),  # where two grids and a village meet
        (25.0, 110.0, (PINEWOOD, f"{PINEWOOD}001")),  # the district's own corner
        (25.1, 110.2, (STONE_SPRING, f"{STONE_SPRING}001")),
    ],
)
def test_on_a_border_the_smallest_code_answers(tiny, lat, lng, expected):
    assert {at(lat, lng) for _again in range(3)} == {expected}


@pytest.mark.parametrize(("lat", "lng"), [(25.2, 110.1), (24.99999, 110.1), (-25, 110.1), (0, 0)])
def test_outside_the_district_there_is_a_sentence(tiny, lat, lng):
    with pytest.raises(locate.OutsideDistrict) as refused:
        at(lat, lng)
    assert f"{lat:.5f}" in str(refused.value)
    assert f"{lng:.5f}" in str(refused.value)


def test_swapped_coordinates_are_noticed_and_named(tiny):
    with pytest.raises(locate.SwappedCoordinates):
        at(110.11, 25.02)


@pytest.mark.parametrize(
    ("lat", "lng"),
    [(math.nan, 110), (25, math.inf), (25, -math.inf), ("north", 110), (None, None), (True, 110),
     (10**400, 110), (95, 110), (25, 200), (1e300, 1e300)],
)  # fmt: skip
def test_what_is_no_coordinate_is_refused(tiny, lat, lng):
    with pytest.raises(locate.BadCoordinates):
        at(lat, lng)


def test_text_that_is_a_number_is_taken(tiny):
    assert at("25.02", "110.11") == (WILLOW_BRIDGE, WILLOW_GRIDS[0])


def test_before_any_pack_every_place_is_outside(db):
    with pytest.raises(locate.OutsideDistrict):
        at(25.02, 110.11)


def test_a_strip_that_no_survey_gave_to_a_village_belongs_to_the_nearer_one(tiny):
    mill = Area.objects.get(code=MILL)
    ring = [[110, 25.06], [110.1, 25.06], [110.1, 25.1], [110, 25.1], [110, 25.06]]
    mill.boundary = {"type": "Polygon", "coordinates": [ring]}
    boundaries.redraw_many([mill])
    assert at(25.0501, 110.05) == (PINEWOOD, None)
    assert at(25.0599, 110.05) == (MILL, None)


def test_an_area_that_has_ended_answers_no_more(tiny):
    assert at(25.02, 110.11) == (WILLOW_BRIDGE, WILLOW_GRIDS[0])
    Area.objects.filter(code=WILLOW_GRIDS[0]).update(valid_to=date(2020, 1, 1))
    boundaries.land_changed()
    assert at(25.02, 110.11) == (WILLOW_BRIDGE, None)
    with pytest.raises(locate.UnknownArea):
        locate.place_of_area(WILLOW_GRIDS[0])


def test_a_code_names_a_place(tiny):
    assert codes(locate.place_of_area(MILL)) == (MILL, None)
    assert codes(locate.place_of_area(WILLOW_GRIDS[2])) == (WILLOW_BRIDGE, WILLOW_GRIDS[2])


@pytest.mark.parametrize("code", [EAST_CREEK, DISTRICT])
def test_a_whole_town_is_no_place_and_the_village_is_asked_for(tiny, code):
    with pytest.raises(locate.UnknownArea) as refused:
        locate.place_of_area(code)
    assert str(refused.value) != ""
    with pytest.raises(locate.UnknownArea, match="888888"):
        locate.place_of_area("888888")


@pytest.mark.parametrize("code", ["", "990101001999", "990101001001999", "x" * 500, "99010100100"])
def test_a_code_that_nobody_has_is_unknown(tiny, code):
    with pytest.raises(locate.UnknownArea):
        locate.place_of_area(code)


def test_locating_takes_two_queries_and_no_outline(tiny, django_assert_num_queries):
    at(25.02, 110.11)
    with django_assert_num_queries(2):
        place = locate.locate(lat=25.02, lng=110.11)
    assert "boundary" in place.village.get_deferred_fields()
