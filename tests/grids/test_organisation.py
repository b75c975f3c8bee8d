"""Who stands where: centres of three tiers, and units of a trade at a place."""

from datetime import date

from grids.models import Unit
from grids.organisation import centre_above, centre_of, unit_for
from tests.land import DISTRICT, EAST_CREEK, MILL, PINEWOOD, WEST_HILL, WILLOW_BRIDGE, WILLOW_GRIDS


def code(unit):
    return unit.code if unit else None


def unit(code):
    return Unit.objects.get(code=code)


def test_every_area_of_the_three_tiers_has_its_centre(tiny):
    found = [code(centre_of(area)) for area in (DISTRICT, WEST_HILL, MILL, WILLOW_GRIDS[0])]
    assert found == ["DC", f"TC-{WEST_HILL}", f"VC-{MILL}", None]


def test_over_a_centre_stands_the_next_one_up_to_the_district(tiny):
    village = unit(f"VC-{MILL}")
    town = centre_above(village)
    district = centre_above(town)
    assert [code(u) for u in (town, district, centre_above(district))] == [
        f"TC-{WEST_HILL}", "DC", None,
    ]  # fmt: skip


def test_over_a_department_stands_the_centre_of_its_own_area(tiny):
    above = [
        code(centre_above(unit(u))) for u in ("ROADS", f"POLICE-{EAST_CREEK}", f"MEDIATE-{MILL}")
    ]
    assert above == ["DC", f"TC-{EAST_CREEK}", f"VC-{MILL}"]


def test_where_a_village_has_no_centre_the_town_stands_over_its_units(tiny):
    Unit.objects.filter(code=f"VC-{MILL}").update(valid_to=date(2020, 1, 1))
    assert centre_of(MILL) is None
    assert code(centre_above(unit(f"MEDIATE-{MILL}"))) == f"TC-{WEST_HILL}"


def test_a_trade_is_found_at_its_own_level_seen_from_the_place(tiny):
    trades = ("VC", "TC", "DC", "MEDIATE", "POLICE", "ROADS", "NOBODY")
    assert {trade: code(unit_for(trade, WILLOW_GRIDS[1])) for trade in trades} == {
        "VC": f"VC-{WILLOW_BRIDGE}",
        "TC": f"TC-{EAST_CREEK}",
        "DC": "DC",
        "MEDIATE": f"MEDIATE-{WILLOW_BRIDGE}",
        "POLICE": f"POLICE-{EAST_CREEK}",
        "ROADS": "ROADS",
        "NOBODY": None,
    }


def test_a_village_trade_is_not_found_from_the_town(tiny):
    assert unit_for("MEDIATE", WEST_HILL) is None


def test_a_unit_that_ended_serves_no_more(tiny):
    Unit.objects.filter(code=f"POLICE-{WEST_HILL}").update(valid_to=date(2020, 1, 1))
    assert unit_for("POLICE", PINEWOOD) is None


def test_each_question_is_one_query(tiny, django_assert_num_queries):
    village = unit(f"VC-{MILL}")
    assert village.area.code == MILL
    for question in (
        lambda: centre_of(MILL).area.name,
        lambda: centre_above(village).area.name,
        lambda: unit_for("ROADS", MILL).area.name,
    ):
        with django_assert_num_queries(1):
            question()


def test_names_are_put_together_from_the_area_in_both_languages(tiny):
    police = unit(f"POLICE-{EAST_CREEK}")
    assert (police.name, police.name_en) == ("东溪街道派出所", "East Creek Subdistrict Police Post")
