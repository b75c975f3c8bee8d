"""A district of two towns, four villages and two grids, invented: as much as a page needs.

Each village is a square of 0.05 degrees. North is up: Reed and Lotus lie south, Willow and Heron
north; Reed and Willow belong to Westbank, the others to Eastbank. Reed has two grids.
"""

from grids import boundaries
from grids.models import Area, District, Unit
from people.models import Post, User
from people.roles import Role
from tickets.models import EventCategory, EventType

WEST, EAST = "990001001", "990001002"
REED, WILLOW, LOTUS, HERON = f"{WEST}201", f"{WEST}202", f"{EAST}201", f"{EAST}202"
# In Reed's western grid; outside the district.
IN_REED, OUTSIDE = (29.82, 106.01), (29.50, 106.01)


def settle() -> None:
    """Write the district with its centres, one person on post in each, and three event types."""
    District.objects.create(
        code="990001", name="试县", name_en="Trial District", number_prefix="SX",
        service_name="试县·一键呼应", service_name_en="Trial District calls",
        emergency_numbers=[
            {"number": "110", "name": "报警", "name_en": "police", "words": ["打架", "robbed"]},
            {"number": "119", "name": "火警", "name_en": "fire", "words": ["着火", "on fire"]},
            {"number": "120", "name": "急救", "name_en": "ambulance"},
        ],
        hotline="023-4500", map_credits="试绘", map_review_number="渝S(2026)001号",
    )  # fmt: skip
    _area("990001", "district", "district", "试县", "Trial District", (106.0, 29.8, 106.1, 29.9))
    _area(WEST, "town", "subdistrict", "西岸街道", "Westbank", (106.0, 29.8, 106.05, 29.9))
    _area(EAST, "town", "town", "东岸镇", "Eastbank", (106.05, 29.8, 106.1, 29.9))
    _area(REED, "village", "community", "芦苇社区", "Reed", (106.0, 29.8, 106.05, 29.85))
    _area(WILLOW, "village", "village", "杨柳村", "Willow", (106.0, 29.85, 106.05, 29.9))
    _area(LOTUS, "village", "village", "荷花村", "Lotus", (106.05, 29.8, 106.1, 29.85))
    _area(HERON, "village", "village", "白鹭村", "Heron", (106.05, 29.85, 106.1, 29.9))
    _area(f"{REED}001", "grid", "grid", "第1网格", "Grid 1", (106.0, 29.8, 106.025, 29.85))
    _area(f"{REED}002", "grid", "grid", "第2网格", "Grid 2", (106.025, 29.8, 106.05, 29.85))
    boundaries.land_changed()
    for area in Area.objects.exclude(level="grid"):
        tier = area.level
        trade = {"district": "QZX", "town": "ZJ", "village": "ZC"}[tier]
        unit = Unit.objects.create(
            code=f"{trade}-{area.code}", trade=trade, kind="centre", tier=tier, area=area,
            name=f"{area.name}指挥中心", name_en=f"{area.name_en} centre",
        )  # fmt: skip
        _on_post(f"duty-{area.code}", Role.DUTY_OFFICER, unit)
    office = Unit.objects.create(
        code="CGJ", trade="CGJ", kind="department", name="城市管理局", name_en="City Management",
        area=Area.objects.get(code="990001"),
    )  # fmt: skip
    _on_post("city", Role.HANDLER, office)
    roads = EventCategory.objects.create(code="01", name="市容", name_en="Streets")
    people = EventCategory.objects.create(code="02", name="矛盾", name_en="Disputes")
    _type(roads, "0101", "井盖松动", "Loose manhole cover", "D", "P2", "CGJ", "井盖;井盖松动")
    _type(roads, "0102", "乱堆垃圾", "Dumped rubbish", "V", "P3", "ZC", "垃圾")
    _type(people, "0201", "邻里纠纷", "Quarrel of neighbours", "V", "P3", "ZC", "纠纷")


def _area(code, level, kind, name, name_en, box) -> None:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    Area.objects.create(
        code=code, level=level, kind=kind, name=name, name_en=name_en,
        boundary={"type": "Polygon", "coordinates": [ring]},
        lat=(south + north) / 2, lng=(west + east) / 2,
    )  # fmt: skip


def _on_post(username: str, role: Role, unit: Unit) -> None:
    user = User.objects.create_user(username, password="a-long-password-1")
    Post.objects.create(user=user, role=role, unit=unit)


def _type(category, code, name, name_en, level, urgency, lead, words) -> None:
    EventType.objects.create(
        category=category, code=code, name=name, name_en=name_en, first_level=level,
        urgency=urgency, sign_limit="4H", resolve_limit="5W", lead=lead, words=words,
    )  # fmt: skip
