"""The land in the administration: who may, what is refused, what a list costs."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.locate import locate
from grids.models import Area, District, PartyOrg, Unit
from people.models import AuditEntry, User
from tests.land import MILL, PINEWOOD, WEST_HILL, WILLOW_BRIDGE, WILLOW_GRIDS

LISTS = ["area", "commandcentre", "department", "partyorg", "district", "unit"]
NORTH = [[110, 25.08], [110.1, 25.08], [110.1, 25.1], [110, 25.1], [110, 25.08]]
BOW_TIE = [[110, 25.05], [110.1, 25.1], [110.1, 25.05], [110, 25.1], [110, 25.05]]


def outline(ring) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


@pytest.fixture
def sysadmin(cast, client):
    User.objects.filter(pk=cast.sysadmin.pk).update(language="en")
    client.force_login(cast.sysadmin)
    return client


def page(area_code: str) -> str:
    return reverse("admin:grids_area_change", args=[Area.objects.get(code=area_code).pk])


def fields(code: str, **changed) -> dict[str, str]:
    area = Area.objects.get(code=code)
    return {
        "kind": area.kind, "name": area.name, "full_name": area.full_name,
        "name_en": area.name_en, "population": area.population,
        "outline": json.dumps(area.boundary), "lat": area.lat, "lng": area.lng,
        "valid_from": "", "valid_to": "",
    } | changed  # fmt: skip


def errors(answer) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["adminform"].form.errors.items()}


def test_a_drawn_outline_is_saved_and_counts_at_once(sysadmin, cast):
    answer = sysadmin.post(page(MILL), fields(MILL, outline=outline(NORTH)))
    assert answer.status_code == 302
    assert Area.objects.get(code=MILL).boundary["coordinates"][0][0] == [110, 25.08]
    assert locate(lat=25.06, lng=110.05).village.code == PINEWOOD
    entry = AuditEntry.objects.get(action="area.redraw")
    assert (entry.actor, entry.area_code) == (cast.sysadmin, MILL)


def test_an_outline_that_crosses_itself_is_refused_beside_the_field_and_kept(sysadmin):
    before = Area.objects.get(code=MILL).boundary
    answer = sysadmin.post(page(MILL), fields(MILL, outline=outline(BOW_TIE)))
    assert (answer.status_code, list(errors(answer))) == (200, ["outline"])
    assert "110.05000, 25.07500" in errors(answer)["outline"][0]
    typed = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    assert json.loads(typed[1].strip().replace("&quot;", '"')) == json.loads(outline(BOW_TIE))
    assert Area.objects.get(code=MILL).boundary == before


@pytest.mark.parametrize("text", ["here", "[1, 2", '{"type": "Point", "coordinates": [1, 2]}'])
def test_what_is_no_outline_is_refused(sysadmin, text):
    answer = sysadmin.post(page(MILL), fields(MILL, outline=text))
    assert list(errors(answer)) == ["outline"]


def test_saving_without_a_change_of_the_outline_draws_nothing(sysadmin):
    answer = sysadmin.post(page(MILL), fields(MILL, name_en="Old Mill"))
    assert answer.status_code == 302
    assert Area.objects.get(code=MILL).name_en == "Old Mill"
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["area_changed"]


def test_neighbours_that_now_overlap_are_named(sysadmin):
    over = [[110, 25.04], [110.1, 25.04], [110.1, 25.1], [110, 25.1], [110, 25.04]]
    answer = sysadmin.post(page(MILL), fields(MILL, outline=outline(over)), follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert [m for m in said if PINEWOOD in m and MILL in m and "20.0" in m] != []


def test_a_new_grid_is_added_with_its_outline(sysadmin):
    ring = [[110, 25.05], [110.05, 25.05], [110.05, 25.1], [110, 25.1], [110, 25.05]]
    new = {"code": f"{MILL}001", "kind": "grid", "name": "磨坊村第1网格", "name_en": "Mill Grid 1",
           "population": 10, "outline": outline(ring)}  # fmt: skip
    answer = sysadmin.post(reverse("admin:grids_area_add"), new)
    assert answer.status_code == 302, errors(answer)
    assert locate(lat=25.06, lng=110.02).grid.code == f"{MILL}001"
    assert Area.objects.get(code=f"{MILL}001").level == "grid"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "990101777001"}, "code"),
        ({"code": "99A"}, "code"),
        ({"code": "990102"}, "code"),
        ({"code": MILL}, "code"),
        ({"kind": "town"}, "kind"),
        ({"valid_from": "2026-02-02", "valid_to": "2026-02-01"}, "valid_to"),
    ],
)
def test_an_area_that_does_not_fit_is_refused(sysadmin, changed, field):
    new = {"code": f"{MILL}001", "kind": "grid", "name": "x", "population": 1} | changed
    answer = sysadmin.post(reverse("admin:grids_area_add"), new)
    assert answer.status_code == 200
    assert field in errors(answer)


def test_the_map_gets_the_area_above_and_those_beside(sysadmin):
    address = reverse("admin:grids_area_around")
    found = sysadmin.get(address, {"code": MILL}).json()["features"]
    roles = [(f["properties"]["role"], f["properties"]["name"]) for f in found]
    assert roles[-1] == ("above", Area.objects.get(code=WEST_HILL).name_en)
    assert {role for role, _name in roles[:-1]} == {"beside"}
    assert sysadmin.get(address, {"code": "x"}).status_code == 404


def many_more() -> None:
    """Forty grids of the mill village, with a unit and a Party branch each."""
    made = Area.objects.bulk_create(
        Area(code=f"{MILL}{n:03d}", level="grid", kind="grid", name=f"第{n}网格")
        for n in range(1, 41)
    )
    above = PartyOrg.objects.get(code=f"P-{MILL}")
    PartyOrg.objects.bulk_create(
        PartyOrg(code=f"P-{area.code}", tier=4, name=area.name, parent=above, area=area)
        for area in made
    )
    for kind, tier in (("centre", "village"), ("other", "")):
        Unit.objects.bulk_create(
            Unit(
                code=f"{kind}-{area.code}",
                trade=kind[:3],
                kind=kind,
                tier=tier,
                name="x",
                area=area,
            )
            for area in made
        )


@pytest.mark.parametrize("model", LISTS)
def test_a_list_costs_the_same_whatever_its_length(sysadmin, model, clock_stands):
    def cost() -> int:
        sysadmin.get(reverse(f"admin:grids_{model}_changelist"))
        with CaptureQueriesContext(connection) as captured:
            answer = sysadmin.get(reverse(f"admin:grids_{model}_changelist"))
        assert answer.status_code == 200
        return len(captured)

    few = cost()
    many_more()
    assert (cost(), few <= 12) == (few, True)


@pytest.mark.parametrize("model", LISTS)
def test_only_the_system_administrator_changes_the_land(cast, client, model):
    statuses = {}
    for user in (cast.sysadmin, cast.secadmin, cast.auditor, cast.district):
        client.force_login(user)
        statuses[user.username] = client.get(reverse(f"admin:grids_{model}_changelist")).status_code
    assert statuses == {"sysadmin": 200, "secadmin": 200, "auditor": 403, "district": 302}
    client.force_login(cast.secadmin)
    answer = client.post(page(MILL), fields(MILL, name="别名"))
    assert answer.status_code == 403
    client.force_login(cast.sysadmin)
    gone = reverse("admin:grids_area_delete", args=[Area.objects.get(code=MILL).pk])
    assert client.post(gone, {"post": "yes"}).status_code == 403


def test_areas_and_units_are_found_by_typing(sysadmin):
    address = reverse("admin:autocomplete")
    asked = {"app_label": "people", "model_name": "post", "field_name": "area", "term": "Mill"}
    found = sysadmin.get(address, asked)
    assert [r["text"] for r in found.json()["results"]] == [f"Mill Village ({MILL})"]
    found = sysadmin.get(address, asked | {"field_name": "unit", "term": f"TC-{WEST_HILL}"})
    assert len(found.json()["results"]) == 1


def test_a_search_finds_by_code_and_by_name(sysadmin):
    def found(model, words):
        answer = sysadmin.get(reverse(f"admin:grids_{model}_changelist"), {"q": words})
        return [obj.code for obj in answer.context["cl"].result_list]

    assert found("area", "Willow Bridge Community Grid 2") == [WILLOW_GRIDS[1]]
    assert found("area", WILLOW_GRIDS[0]) == [WILLOW_GRIDS[0]]
    assert found("area", WILLOW_BRIDGE) == [WILLOW_BRIDGE, *WILLOW_GRIDS]
    assert found("department", "路政") == ["ROADS"]
    assert found("partyorg", "松林村") == [f"P-{PINEWOOD}"]


def test_what_has_ended_is_out_of_the_list_unless_asked_for(sysadmin):
    Unit.objects.filter(code="WATER").update(valid_to="2020-01-01")

    def listed(**query):
        answer = sysadmin.get(reverse("admin:grids_department_changelist"), query)
        return "WATER" in [unit.code for unit in answer.context["cl"].result_list]

    assert [listed(), listed(in_force="all"), listed(in_force="ended")] == [False, True, True]


def test_the_party_tree_shows_its_gaps(sysadmin, django_assert_max_num_queries):
    sysadmin.get("/admin/")
    with django_assert_max_num_queries(8):
        answer = sysadmin.get(reverse("admin:grids_partyorg_tree"))
    party = answer.context["party"]
    assert [count for _tier, count in party.tiers] == [1, 2, 4, 3, 2]
    assert [area.code for area in party.gaps] == [WILLOW_GRIDS[2], f"{PINEWOOD}001"]
    assert [len(node.below) for node in party.tops] == [2]
    assert Area.objects.get(code=WILLOW_GRIDS[2]).name_en in answer.content.decode()


def test_a_party_organisation_stands_one_tier_below_its_parent(sysadmin):
    top = PartyOrg.objects.get(tier=1)
    grid = Area.objects.get(code=WILLOW_GRIDS[2])
    new = {"code": "P-3", "tier": 4, "name": "网格党支部", "name_en": "", "parent": top.pk,
           "area": grid.pk}  # fmt: skip
    answer = sysadmin.post(reverse("admin:grids_partyorg_add"), new)
    assert list(errors(answer)) == ["parent"]
    above = PartyOrg.objects.get(code=f"P-{WILLOW_BRIDGE}")
    answer = sysadmin.post(reverse("admin:grids_partyorg_add"), new | {"parent": above.pk})
    assert answer.status_code == 302


def test_a_centre_fits_its_area(sysadmin):
    Unit.objects.filter(code=f"VC-{MILL}").update(valid_to="2020-01-01")
    new = {"code": "VC-NEW", "trade": "VC", "tier": "town", "name": "x", "name_en": "",
           "aliases": "", "area": Area.objects.get(code=MILL).pk}  # fmt: skip
    answer = sysadmin.post(reverse("admin:grids_commandcentre_add"), new)
    assert list(errors(answer)) == ["area"]
    answer = sysadmin.post(reverse("admin:grids_commandcentre_add"), new | {"tier": "village"})
    assert answer.status_code == 302
    assert Unit.objects.get(code="VC-NEW").kind == "centre"


def test_the_districts_settings_are_checked_like_a_packs(sysadmin, tiny):
    address = reverse("admin:grids_district_change", args=[1])
    form = sysadmin.get(address).context["adminform"].form
    given = {name: form[name].value() or "" for name in form.fields}
    answer = sysadmin.post(address, given | {"work_sessions": '[["12:00", "09:00"]]'})
    assert list(errors(answer)) == ["work_sessions"]
    answer = sysadmin.post(address, given | {"work_sessions": "[" * 3000})
    assert list(errors(answer)) == ["work_sessions"]
    answer = sysadmin.post(address, given | {"work_sessions": '[["08:00", "12:00"]]'})
    assert answer.status_code == 302
    district = District.current()
    assert (district.work_sessions, district.stamp == tiny.stamp) == ([["08:00", "12:00"]], False)
