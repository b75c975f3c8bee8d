"""Walls without a person: a link that opens once makes a browser the screen of one area."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from people import audit
from people.models import User, WallDevice
from people.roles import Role
from people.scope import areas_of, within

LINK_HOLDS = timedelta(minutes=15)
# Who makes and revokes them, each for the areas of such a post.
MAKERS = frozenset({Role.SYSTEM_ADMIN, Role.SHIFT_SUPERVISOR})
# A look is noted at most this often: a wall asks every few seconds.
_NOTED_EVERY = timedelta(seconds=60)
# Browsers keep no cookie longer than this.
_COOKIE_HOLDS = timedelta(days=400)


class DeviceRefused(Exception):
    """It cannot be done; the message is a sentence for who tried."""


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash.
    return sha256(secret.encode()).hexdigest()


def managed_by(user: User) -> models.QuerySet[WallDevice]:
    """Return the devices that this person may make links for and revoke: of their own areas."""
    return WallDevice.objects.filter(within(areas_of(user, MAKERS), "area__code"))


def may_manage(user: User, area_code: str) -> bool:
    """Tell whether this person makes devices for the area."""
    return any(area_code.startswith(code) for code in areas_of(user, MAKERS))


@transaction.atomic
def make(
    *, name: str, area_id: int, area_code: str, visitor: bool, by: User, at: datetime
) -> tuple[WallDevice, str]:
    """Make a device for the area; return it and the secret of its link, shown now and never again.

    :raises DeviceRefused: if the area is not theirs
    """
    if not may_manage(by, area_code):
        raise DeviceRefused(_("You can make a wall only for your own area."))
    device = WallDevice.objects.create(
        name=name, area_id=area_id, visitor=visitor, made_by=by, made_at=at
    )
    _note(device, audit.Action.DEVICE_MADE, by, at, data={"visitor": visitor})
    return device, _new_link(device, at)


@transaction.atomic
def link_again(*, device_id: int, by: User, at: datetime) -> tuple[WallDevice, str]:
    """Make a new link for the device; the screen that is open now stays until the link is used.

    :raises DeviceRefused: if the device was revoked
    """
    device = _locked().get(pk=device_id)
    if device.revoked_at:
        raise DeviceRefused(_("This wall was closed. Please make a new one."))
    _note(device, audit.Action.DEVICE_LINKED, by, at)
    return device, _new_link(device, at)


def _new_link(device: WallDevice, at: datetime) -> str:
    secret = token_urlsafe(32)
    device.link_digest, device.link_ends_at = _digest(secret), at + LINK_HOLDS
    device.save(update_fields=["link_digest", "link_ends_at"])
    return secret


def waiting(secret: str, at: datetime) -> WallDevice | None:
    """Return the device that this link would open, None if it is unknown, used or over."""
    return _by_link(WallDevice.objects.select_related("area"), secret, at)


def _by_link(devices: models.QuerySet, secret: str, at: datetime) -> WallDevice | None:
    return devices.filter(link_digest=_digest(secret), link_ends_at__gt=at, revoked_at=None).first()


@transaction.atomic
def open_link(*, secret: str, at: datetime) -> str:
    """Use the link up; return the secret of the cookie. An earlier screen of the device is out.

    :raises DeviceRefused: if the link is unknown, used or over
    """
    device = _by_link(_locked(), secret, at)
    if device is None:
        raise DeviceRefused(
            _("This link was used already, or its 15 minutes are over. Please ask for a new one.")
        )
    cookie = token_urlsafe(32)
    device.link_digest, device.link_ends_at = "", None
    device.cookie_digest, device.opened_at, device.seen_at = _digest(cookie), at, at
    device.save(
        update_fields=["link_digest", "link_ends_at", "cookie_digest", "opened_at", "seen_at"]
    )
    _note(device, audit.Action.DEVICE_OPENED, None, at)
    return cookie


@transaction.atomic
def revoke(*, device_id: int, by: User, at: datetime) -> bool:
    """Close the device: its pages and sockets end within seconds. Tell whether it was open."""
    device = _locked().get(pk=device_id)
    if device.revoked_at:
        return False
    device.revoked_at, device.link_digest, device.cookie_digest = at, "", ""
    device.save(update_fields=["revoked_at", "link_digest", "cookie_digest"])
    _note(device, audit.Action.DEVICE_REVOKED, by, at)
    return True


def device_of(secret: str, at: datetime) -> WallDevice | None:
    """Return the device whose cookie this is, and note that it is there."""
    if not secret or len(secret) > 100:
        return None
    devices = WallDevice.objects.select_related("area")
    device = devices.filter(cookie_digest=_digest(secret), revoked_at=None).first()
    if device and (device.seen_at is None or at - device.seen_at >= _NOTED_EVERY):
        WallDevice.objects.filter(pk=device.pk).update(seen_at=at)
    return device


def of_request(request: HttpRequest, at: datetime) -> WallDevice | None:
    """Return the device that asks, None if it is a person or nobody."""
    return device_of(request.COOKIES.get(settings.WALL_DEVICE_COOKIE, ""), at)


def give_cookie(answer: HttpResponse, secret: str) -> None:
    """Make the browser that gets this answer the device."""
    answer.set_cookie(
        settings.WALL_DEVICE_COOKIE,
        secret,
        max_age=_COOKIE_HOLDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def open_to_devices(view: Callable) -> Callable:
    """Mark a view that a wall device may see too; it finds the device as request.wall_device."""
    view.open_to_devices = True  # type: ignore[attr-defined]
    return view


def _locked() -> models.QuerySet[WallDevice]:
    return WallDevice.objects.select_related("area").select_for_update(of=("self",))


def _note(
    device: WallDevice, action: str, by: User | None, at: datetime, data: dict | None = None
) -> None:
    audit.record(
        actor=by, action=action, subject=f"device:{device.pk}", at=at,
        area_code=device.area.code, data=data,
    )  # fmt: skip
