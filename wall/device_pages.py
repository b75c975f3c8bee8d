"""Walls without a person: set up, linked again, closed; and the link that opens one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from people import devices
from people.models import User, WallDevice
from people.scope import person_of, roles_of
from wall import forms
from wall.asking import VISITOR

# Closed ones stay listed for a look back; more than these nobody reads.
_CLOSED_LISTED = 20


def _manager(request: HttpRequest) -> User:
    """Return who sets walls up; 403 for everybody else."""
    user = person_of(request)
    if not roles_of(user) & devices.MAKERS:
        raise PermissionDenied(
            _("The system administrator or a centre's shift supervisor sets up walls.")
        )
    return user


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def device_list(request: HttpRequest) -> HttpResponse:
    """Show the walls of one's areas; set up a new one and show its link, this once."""
    user, now = _manager(request), timezone.now()
    form = forms.NewDevice(request.POST or None, user=user, day=timezone.localdate(now))
    if not form.is_valid():
        return _page(request, user, form)
    area, given = form.cleaned_data["area"], form.cleaned_data
    device, secret = devices.make(
        name=given["name"], area_id=area.pk, area_code=area.code, visitor=given["visitor"],
        by=user, at=now,
    )  # fmt: skip
    fresh = forms.NewDevice(user=user, day=timezone.localdate(now))
    return _page(request, user, fresh, device=device, secret=secret)


@never_cache
@sensitive_variables("secret")
@require_POST
def device_link(request: HttpRequest, device_id: int) -> HttpResponse:
    """Make a new link for a wall and show it, this once."""
    user, now = _manager(request), timezone.now()
    get_object_or_404(devices.managed_by(user), pk=device_id)
    try:
        device, secret = devices.link_again(device_id=device_id, by=user, at=now)
    except devices.DeviceRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("wall:devices")
    form = forms.NewDevice(user=user, day=timezone.localdate(now))
    return _page(request, user, form, device=device, secret=secret)


@require_POST
def device_revoke(request: HttpRequest, device_id: int) -> HttpResponse:
    """Close a wall: what shows it goes blank within seconds."""
    user, now = _manager(request), timezone.now()
    get_object_or_404(devices.managed_by(user), pk=device_id)
    if devices.revoke(device_id=device_id, by=user, at=now):
        messages.success(request, _("The wall is closed. Its screen goes blank within seconds."))
    else:
        messages.info(request, _("This wall was closed already."))
    return redirect("wall:devices")


def _page(
    request: HttpRequest,
    user: User,
    form: forms.NewDevice,
    *,
    device: WallDevice | None = None,
    secret: str = "",
) -> HttpResponse:
    mine = devices.managed_by(user).select_related("area", "made_by").defer("area__boundary")
    link = request.build_absolute_uri(reverse("wall:open", args=[secret])) if secret else ""
    return render(
        request,
        "wall/devices.html",
        {
            "form": form,
            "new": device,
            "link": link,
            "minutes": int(devices.LINK_HOLDS.total_seconds() // 60),
            "devices": mine.filter(revoked_at=None).order_by("area__code", "name", "pk"),
            "closed": mine.exclude(revoked_at=None).order_by("-revoked_at")[:_CLOSED_LISTED],
        },
    )


@login_not_required
@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def open_wall(request: HttpRequest, secret: str) -> HttpResponse:
    """Make this browser the wall. Only the button does: who previews a link must not use it up."""
    now = timezone.now()
    if request.method == "GET":
        device = devices.waiting(secret, now)
        return render(request, "wall/open.html", {"device": device}, status=200 if device else 404)
    try:
        cookie = devices.open_link(secret=secret, at=now)
    except devices.DeviceRefused:
        return render(request, "wall/open.html", {"device": None}, status=404)
    # Whoever is signed in here would be shown their own wall, and stay signed in on a wall.
    request.session.flush()
    answer = redirect("wall:wall")
    devices.give_cookie(answer, cookie)
    return answer


@require_POST
def visitor_mode(request: HttpRequest) -> HttpResponse:
    """Turn visitor mode on or off for this browser: all that it asks for then is for visitors."""
    person_of(request)
    if request.POST.get("on") == "1":
        request.session[VISITOR] = True
    else:
        request.session.pop(VISITOR, None)
    area = request.POST.get("area", "")
    known = area.isascii() and area.isdigit() and len(area) <= 15
    return redirect(reverse("wall:wall", query={"area": area} if known else None))
