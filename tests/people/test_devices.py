"""A wall without a person: a link that opens once, a cookie, an end."""

from datetime import timedelta

import pytest

from people import devices
from people.models import AuditEntry, WallDevice
from people.roles import Role
from tests.people.conftest import MONDAY

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


@pytest.fixture
def made(sysadmin, village):
    """Make a device for the village: (device, secret of its link)."""
    return devices.make(
        name="hall", area_id=village.pk, area_code=village.code, visitor=True,
        by=sysadmin, at=MONDAY,
    )  # fmt: skip


def test_a_link_becomes_a_cookie_and_neither_is_kept(made):
    device, link = made
    cookie = devices.open_link(secret=link, at=MONDAY)

    assert devices.device_of(cookie, MONDAY) == device
    stored = str(WallDevice.objects.values().get())
    assert (link in stored, cookie in stored) == (False, False)


def test_a_link_opens_once(made):
    devices.open_link(secret=made[1], at=MONDAY)

    assert devices.waiting(made[1], MONDAY) is None
    with pytest.raises(devices.DeviceRefused):
        devices.open_link(secret=made[1], at=MONDAY)


def test_a_link_ends_after_fifteen_minutes(made):
    assert devices.waiting(made[1], MONDAY + QUARTER - timedelta(seconds=1)) == made[0]
    assert devices.waiting(made[1], MONDAY + QUARTER) is None
    with pytest.raises(devices.DeviceRefused):
        devices.open_link(secret=made[1], at=MONDAY + QUARTER)


def test_a_new_link_takes_the_place_of_the_old_one_and_of_the_screen(made, sysadmin):
    cookie = devices.open_link(secret=made[1], at=MONDAY)
    _, link = devices.link_again(device_id=made[0].pk, by=sysadmin, at=MONDAY)
    meanwhile = devices.device_of(cookie, MONDAY)
    other = devices.open_link(secret=link, at=MONDAY)

    assert meanwhile == made[0]
    assert (devices.device_of(cookie, MONDAY), devices.device_of(other, MONDAY)) == (None, made[0])


def test_a_closed_device_opens_nothing_and_gets_no_link(made, sysadmin):
    cookie = devices.open_link(secret=made[1], at=MONDAY)

    assert devices.revoke(device_id=made[0].pk, by=sysadmin, at=MONDAY)
    assert not devices.revoke(device_id=made[0].pk, by=sysadmin, at=MONDAY)
    assert devices.device_of(cookie, MONDAY) is None
    with pytest.raises(devices.DeviceRefused):
        devices.link_again(device_id=made[0].pk, by=sysadmin, at=MONDAY)


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 5000, "\0"])
def test_another_cookie_is_no_device(made, cookie):
    assert devices.device_of(cookie, MONDAY) is None


def test_everything_is_recorded_without_secrets(made, sysadmin, village):
    devices.open_link(secret=made[1], at=MONDAY)
    devices.link_again(device_id=made[0].pk, by=sysadmin, at=MONDAY)
    devices.revoke(device_id=made[0].pk, by=sysadmin, at=MONDAY)

    rows = AuditEntry.objects.order_by("pk").values_list("action", "actor", "subject", "area_code")
    subject = f"device:{made[0].pk}"
    assert list(rows) == [
        ("device_made", sysadmin.pk, subject, village.code),
        ("device_opened", None, subject, village.code),
        ("device_linked", sysadmin.pk, subject, village.code),
        ("device_revoked", sysadmin.pk, subject, village.code),
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.SYSTEM_ADMIN, True), (Role.SHIFT_SUPERVISOR, True), (Role.DUTY_OFFICER, False),
     (Role.LEADER, False), (Role.SECURITY_ADMIN, False), (Role.AUDITOR, False)],
)  # fmt: skip
def test_who_sets_walls_up(person, village, role, may):
    somebody = person("somebody", role)

    assert devices.may_manage(somebody, village.code) is may
    assert not devices.may_manage(somebody, village.code[:9])


def test_nobody_makes_a_wall_for_another_area(sysadmin, village):
    with pytest.raises(devices.DeviceRefused):
        devices.make(
            name="hall", area_id=village.pk, area_code="990001", visitor=True,
            by=sysadmin, at=MONDAY,
        )  # fmt: skip


def test_when_a_device_was_seen_is_noted_once_a_minute(made, django_assert_num_queries):
    cookie = devices.open_link(secret=made[1], at=MONDAY)

    with django_assert_num_queries(1):
        devices.device_of(cookie, MONDAY + timedelta(seconds=59))
    devices.device_of(cookie, MONDAY + timedelta(seconds=60))

    assert WallDevice.objects.get().seen_at == MONDAY + timedelta(seconds=60)
