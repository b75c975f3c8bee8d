"""The district's own pack: the article's counts, outlines that fit, a builder that repeats."""

import csv
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.db import transaction

from grids import locate
from grids.boundaries import shape_of
from grids.management.commands import load_pack
from grids.models import Area, District, PartyOrg, Unit
from grids.organisation import centre_above, centre_of, unit_for
from grids.packfile import Files
from packs.tongliang import build
from tickets.models import CalendarDay, CalendarYear, EventCategory, EventType
from tickets.suggest import suggest

PACK = settings.ROOT / "packs" / "tongliang"
# Also those that read files only: in pytest-django's order they then run before the live server.
pytestmark = pytest.mark.django_db

HEPING, SHABA, ERLANG = "500151001003", "500151004211", "500151103201"


@pytest.fixture(scope="module")
def checked() -> Files:
    files = Files(PACK)
    assert load_pack.find_faults(files) == []
    return files


@pytest.fixture(scope="module")
def tongliang(django_db_setup, django_db_blocker, checked) -> Iterator[District]:
    """The district in the database, loaded once for these tests, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_pack.load(checked)
        yield District.current()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def outlines() -> dict[int, dict[str, shapely.Geometry]]:
    """Outlines by length of code, then by code."""
    found: dict[int, dict[str, shapely.Geometry]] = {6: {}, 9: {}, 12: {}, 15: {}}
    for name in sorted((PACK / "boundaries").glob("*.geojson")):
        for feature in json.loads(name.read_text(encoding="utf-8"))["features"]:
            code = feature["properties"]["code"]
            found[len(code)][code] = shape_of(feature["geometry"])
    return found


def points_in(shape, count, seed=20191217):
    chance = random.Random(seed)
    west, south, east, north = shape.bounds
    while count:
        x, y = chance.uniform(west, east), chance.uniform(south, north)
        if shapely.intersects_xy(shape, x, y):
            count -= 1
            yield x, y


def test_it_counts_what_the_article_counts(tongliang):
    areas = Counter(Area.objects.values_list("level", flat=True))
    assert areas == {"district": 1, "town": 28, "village": 333, "grid": 131}
    kinds = Counter(Area.objects.values_list("kind", flat=True))
    assert (kinds["subdistrict"], kinds["town"], kinds["community"], kinds["village"]) == (
        5, 23, 67, 266,
    )  # fmt: skip
    assert Area.objects.filter(level="grid", code__startswith=HEPING).count() == 7
    party = Counter(PartyOrg.objects.values_list("tier", flat=True))
    assert party == {1: 1, 2: 28, 3: 333, 4: 131, 5: 226}
    centres = Counter(Unit.objects.exclude(tier="").values_list("tier", flat=True))
    assert centres == {"district": 1, "town": 28, "village": 333}
    assert (EventCategory.objects.count(), EventType.objects.count()) == (10, 93)
    assert CalendarYear.objects.filter(announced=True).count() == 23
    assert CalendarDay.objects.filter(date__year=2020, kind="makeup").count() > 0
    assert sum(Area.objects.filter(level="village").values_list("population", flat=True)) == (
        Area.objects.get(level="district").population
    )


def test_every_grid_has_its_branch_and_every_branch_a_group(tongliang):
    branches = PartyOrg.objects.filter(tier=4)
    assert set(branches.values_list("area__code", flat=True)) == set(
        Area.objects.filter(level="grid").values_list("code", flat=True)
    )
    assert branches.filter(children=None).count() == 0
    assert PartyOrg.objects.exclude(parent=None).count() == 718


def test_names_are_short_full_and_english(tongliang):
    names = {
        code: tuple(Area.objects.values_list("name", "full_name", "name_en").get(code=code))
        for code in (HEPING, SHABA, ERLANG, "500151004", "500151123", f"{HEPING}001")
    }
    assert names == {
        HEPING: ("和平社区", "和平社区居民委员会", "Heping Community"),
        SHABA: ("沙坝村", "沙坝村村民委员会", "Shaba Village"),
        ERLANG: ("二郎村", "二郎村村民委员会", "Erlang Village"),
        "500151004": ("蒲吕街道", "蒲吕街道", "Pulü Subdistrict"),
        "500151123": ("侣俸镇", "侣俸镇", "Lüfeng Town"),
        f"{HEPING}001": ("和平社区第1网格", "", "Heping Community Grid 1"),
    }
    bare = Area.objects.filter(name_en="") | Area.objects.exclude(name_en__regex=r"^[\wü' ]+$")
    assert list(bare) == []
    assert (tongliang.centre_title, tongliang.number_prefix) == ("铜梁区社会治理指挥中心", "TL")


def test_units_are_where_the_event_types_look_for_them(tongliang):
    assert unit_for("PCS", HEPING).name == "巴川街道派出所"
    assert unit_for("TJW", SHABA).name == "沙坝村人民调解委员会"
    assert unit_for("CGJ", f"{HEPING}001").name == "区城市管理局"
    assert unit_for("ZX", HEPING).name == "铜梁区社会治理指挥中心"
    village = centre_of(HEPING)
    names = [village.name, centre_above(village).name, centre_above(centre_above(village)).name]
    assert names == ["和平社区指挥室", "巴川街道指挥中心", "铜梁区社会治理指挥中心"]
    trades = set(Unit.objects.values_list("trade", flat=True))
    for kind in EventType.objects.all():
        assert {kind.lead, *kind.support} <= trades, kind


def test_restricted_types_and_categories_without_an_exact_place(tongliang):
    assert set(EventType.objects.filter(restricted=True).values_list("code", flat=True)) == {
        "0206", "0502", "0602", "0902", "1009",
    }  # fmt: skip
    at_centre = EventCategory.objects.filter(at_area_centre=True).values_list("code", flat=True)
    assert set(at_centre) == {"05", "06", "09"}
    assert EventType.objects.filter(words="").count() == 0


def test_outlines_cover_the_district_without_gap_or_overlap(outlines):
    for shapes in outlines.values():
        assert shapely.is_valid(list(shapes.values())).all()
        assert shapely.coverage_is_valid(list(shapes.values()))
        assert {shape.geom_type for shape in shapes.values()} == {"Polygon"}
    (whole,) = outlines[6].values()
    for length in (9, 12):
        assert shapely.coverage_union_all(list(outlines[length].values())).equals(whole)
    for code, shape in [*outlines[9].items(), *outlines[12].items()]:
        inside = [s for c, s in outlines[len(code) + 3].items() if c.startswith(code)]
        assert not inside or shapely.coverage_union_all(inside).equals(shape), code
    assert {len({c[:12] for c in outlines[15]})} == {35}


def test_the_districts_outline_is_the_real_one(outlines):
    source = PACK / "sources" / "district_boundary.geojson"
    real = shape_of(json.loads(source.read_text(encoding="utf-8"))["geometry"])
    (whole,) = outlines[6].values()
    assert shapely.symmetric_difference(real, whole).area / real.area < 1e-5
    assert shapely.hausdorff_distance(real, whole) < 2e-6


def test_every_seat_lies_in_its_own_town(outlines):
    with (PACK / "sources" / "towns.csv").open(encoding="utf-8", newline="") as file:
        seats = {r["code"]: (float(r["lng"]), float(r["lat"])) for r in csv.DictReader(file)}
    assert len(seats) == 28
    assert [c for c, xy in seats.items() if not shapely.contains_xy(outlines[9][c], *xy)] == []


def test_5000_points_each_lie_in_one_village_and_in_a_grid_of_it(tongliang, outlines):
    codes = sorted(outlines[12])
    tree = shapely.STRtree([outlines[12][code] for code in codes])
    (whole,) = outlines[6].values()
    for lng, lat in points_in(whole, 5000):
        held = tree.query(shapely.Point(lng, lat), predicate="intersects")
        assert len(held) == 1, (lng, lat)
    for lng, lat in points_in(whole, 200, seed=7):
        place = locate.locate(lat=lat, lng=lng)
        held = tree.query(shapely.Point(lng, lat), predicate="intersects")
        assert place.village.code == codes[held[0]]
        has_grids = any(code.startswith(place.village.code) for code in outlines[15])
        assert (place.grid is not None) == has_grids
        assert place.grid is None or place.grid.code.startswith(place.village.code)


def test_every_areas_point_lies_in_it(tongliang):
    for area in Area.objects.filter(level__in=["village", "grid"]):
        assert shapely.intersects_xy(shape_of(area.boundary), area.lng, area.lat), area


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("二郎街两边堆放建材和建筑垃圾，车辆行人都过不去", "0105"),
        ("北街新苑门口的井盖不见了，很危险", "0101"),
        ("小区消防通道被占用，消防车进不来", "0302"),
        ("楼下烧烤店油烟直排，油烟扰民", "0803"),
        ("老板拖欠农民工工资三个月，讨薪无门", "0904"),
        ("希望公交车增加班次，公交站太远", "1002"),
        ("山上着火了，森林火灾", "0401"),
        ("There is a missing manhole cover near the market", "0101"),
    ],
)
def test_plain_words_suggest_the_type(tongliang, words, code):
    assert suggest(words).event_type.code == code


def test_the_committed_pack_is_what_the_builder_makes(tmp_path):
    build.build(tmp_path)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(made) == 11
    assert [name for name in sorted(made) if _bytes(tmp_path, name) != _bytes(PACK, name)] == []


def _bytes(root: Path, name: str) -> bytes:
    return (root / name).read_bytes()
