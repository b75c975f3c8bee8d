"""The map's outlines: neighbours still fit, names in the reader's language, light to send."""

import json

import pytest
import shapely
from django.utils import timezone, translation
from shapely.geometry import shape

from grids import boundaries
from grids.models import Area
from tests.land import DISTRICT, EAST_CREEK, WEST_HILL, WILLOW_BRIDGE, WILLOW_GRIDS
from wall import land


@pytest.mark.parametrize(
    ("home", "parts"),
    [
        (DISTRICT, [EAST_CREEK, WEST_HILL]),
        (EAST_CREEK, [f"{EAST_CREEK}001", f"{EAST_CREEK}002"]),
        (WILLOW_BRIDGE, list(WILLOW_GRIDS)),
        (WILLOW_GRIDS[0], []),
    ],
)
def test_a_map_shows_an_area_and_what_lies_one_level_below(tiny, home, parts):
    found = land.outlines(home)

    assert (found["home"], [part["code"] for part in found["parts"]]) == (home, parts)
    assert found["outline"]["type"] == "Polygon"
    assert set(found["names"]) >= {home, *parts}


def test_the_parts_cover_the_whole_without_gaps(tiny):
    found = land.outlines(DISTRICT)

    together = shapely.union_all([shape(part["outline"]) for part in found["parts"]])

    assert together.symmetric_difference(shape(found["outline"])).area < 1e-9


def test_names_are_in_the_readers_language(tiny):
    with translation.override("en"):
        english = land.outlines(DISTRICT)["names"][EAST_CREEK]
    with translation.override("zh-hans"):
        chinese = land.outlines(DISTRICT)["names"][EAST_CREEK]

    assert (english, chinese) == ("East Creek Subdistrict", "东溪街道")


def test_a_redrawn_outline_is_on_the_next_map(client, cast):
    client.force_login(cast.leader)
    first = client.get("/wall/areas.json")
    same = client.get("/wall/areas.json", headers={"If-None-Match": first["ETag"]})
    boundaries.redraw(
        area=Area.objects.get(code=EAST_CREEK), geometry=None, by=None, at=timezone.now()
    )

    redrawn = client.get("/wall/areas.json", headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, redrawn.status_code) == (304, 200)
    outlines = {part["code"]: part["outline"] for part in redrawn.json()["parts"]}
    assert outlines[EAST_CREEK] is None
    assert outlines[WEST_HILL] is not None


def test_a_district_without_outlines_has_a_map_of_names(tiny):
    Area.objects.update(boundary=None)
    boundaries.land_changed()

    found = land.outlines(DISTRICT)

    assert (found["outline"], found["inset"]) == (None, None)
    assert [part["name"] for part in found["parts"]] != []


def test_the_most_crowded_towns_get_an_inset(tiny):
    assert land.outlines(DISTRICT)["inset"] is None  # only two towns, alike

    box = {"type": "Polygon", "coordinates": [[[110.1, 25.0], [110.102, 25.0], [110.102, 25.002],
           [110.1, 25.002], [110.1, 25.0]]]}  # fmt: skip
    boundaries.redraw(
        area=Area.objects.get(code=EAST_CREEK), geometry=box, by=None, at=timezone.now()
    )

    assert land.outlines(DISTRICT)["inset"] == [110.1, 25.0, 110.102, 25.002]


def test_a_persons_map_is_of_what_they_watch(client, cast):
    homes = {}
    for name in ("leader", "district", "town", "village", "worker", "department"):
        client.force_login(getattr(cast, name))
        homes[name] = client.get("/wall/areas.json").json()["home"]

    assert homes == {
        "leader": DISTRICT, "district": DISTRICT, "town": EAST_CREEK, "village": WILLOW_BRIDGE,
        "worker": WILLOW_GRIDS[0], "department": DISTRICT,
    }  # fmt: skip


def test_coordinates_are_metres_not_microns(tiny):
    text = json.dumps(land.outlines(DISTRICT))

    assert not [n for n in text.replace("]", ",").split(",") if len(n.rpartition(".")[2]) > 6 and
                n.strip(" [").replace(".", "").isdigit()]  # fmt: skip
