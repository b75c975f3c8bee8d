"""The newspaper's two cases (F23, F32-F33), through the front doors, in an invented district."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from people.models import Post, User
from people.roles import Role
from tickets import access, lifecycle, receipts
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def on(day: int, clock: str) -> datetime:
    """Return a moment of January 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 1, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def mediator(units, tiny):
    from grids.models import Unit

    person = User.objects.create_user(username="mediator", full_name="mediator")
    committee = Unit.objects.get(code=f"MEDIATE-{units.village.area.code}")
    Post.objects.create(user=person, role=Role.HANDLER, unit=committee)
    return person


def test_building_material_on_both_sides_of_the_road(cast, types, spot, units):
    """Reported on the 14th, dispatched the same day, solved the next day, rated satisfied."""
    ticket = lifecycle.report(
        key=uuid4(), words="旧房改造，建筑材料和垃圾堆在路两边，车和人都过不去", at=on(14, "09:20"),
        lat=spot.lat, lng=spot.lng, contact_phone="13812345678",
    )  # fmt: skip
    if ticket.state == "submitted":
        lifecycle.accept(
            ticket_id=ticket.pk, by=cast.village, at=on(14, "09:40"), event_type=types.village
        )
        lifecycle.dispatch(
            ticket_id=ticket.pk, unit=units.village, by=cast.village, at=on(14, "09:45")
        )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.handler) == ("dispatched", units.village)
    assert ticket.dispatched_at.astimezone(SHANGHAI).day == 14

    pk = ticket.pk
    lifecycle.sign(ticket_id=pk, by=cast.worker, at=on(14, "10:05"))
    lifecycle.start(ticket_id=pk, by=cast.worker, at=on(14, "10:30"))
    lifecycle.resolve(
        ticket_id=pk,
        by=cast.worker,
        at=on(15, "08:45"),
        words="材料已清走，路面已扫",
        evidence="现场",
    )
    lifecycle.feed_back(ticket_id=pk, by=cast.village, at=on(15, "09:00"), words="路通了")
    held = access.with_receipt(ticket.code, receipts.pin_of(ticket.key))
    assert held == ticket
    ticket = lifecycle.rate(ticket_id=pk, at=on(15, "19:00"), stars=5, solved=True)

    assert ticket.state == "closed"
    assert ticket.resolved_at.astimezone(SHANGHAI).day == 15
    # The wall can say who took it, how it is solved and how far it is (F31).
    moves = list(ticket.events.exclude(move="").order_by("pk").values_list("move", flat=True))
    assert moves == [
        "accept", "dispatch", "sign", "start", "resolve", "feed_back", "rate", "archive",
    ]  # fmt: skip


def test_six_thousand_yuan_between_a_villager_and_a_plant(cast, spot, units, mediator):
    """The village's officer enters it, the village's mediators settle it in two rounds (F34)."""
    from tickets.models import EventType

    ticket = lifecycle.report(
        key=uuid4(), words="村民与建材厂为6000元费用起纠纷", at=on(14, "08:30"),
        area_code=spot.village, event_type=EventType.objects.get(code="0301"),
        channel=Ticket.Channel.STAFF, by=cast.village,
    )  # fmt: skip
    assert (ticket.centre, ticket.entered_by) == (units.village, cast.village)
    committee = mediator.posts.get().unit
    ticket = lifecycle.dispatch(
        ticket_id=ticket.pk, unit=committee, by=cast.village, at=on(14, "08:50"), words="请直接处理"
    )
    assert ticket.handler == committee
    # Settled where it arose: no centre above ever had it.
    pk = ticket.pk
    lifecycle.sign(ticket_id=pk, by=mediator, at=on(14, "09:30"))
    lifecycle.start(ticket_id=pk, by=mediator, at=on(14, "14:00"))
    lifecycle.comment(ticket_id=pk, by=mediator, at=on(15, "15:00"), words="第一轮调解，未达成")
    lifecycle.comment(ticket_id=pk, by=mediator, at=on(19, "15:00"), words="第二轮调解，达成协议")
    lifecycle.sweep(at=on(19, "15:30"))
    lifecycle.resolve(
        ticket_id=pk, by=mediator, at=on(19, "16:00"), words="双方签了协议", evidence="调解协议书"
    )
    lifecycle.feed_back(ticket_id=pk, by=cast.village, at=on(19, "16:30"), words="厂方已支付")
    ticket = lifecycle.rate(ticket_id=pk, at=on(20, "09:00"), stars=5, solved=True)

    assert (ticket.state, ticket.climbs, ticket.centre) == ("closed", 0, units.village)
    rounds = ticket.events.filter(move="comment")
    assert [event.words.words[:3] for event in rounds.order_by("pk")] == ["第一轮", "第二轮"]
