"""What one takes along of a report: its code as a QR picture, and a slip to print."""

import io

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tickets.receipts import pin_of
from tickets.views import receipts
from tickets.views.public import promise

# --ink on white; a quiet zone of four modules, as scanners want it.
_LOOK = {"scale": 4, "border": 4, "dark": "#15212c", "light": "#ffffff"}


@login_not_required
@never_cache
@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the report's page as a QR picture: the code stands in it, never the PIN."""
    ticket = receipts.ticket(request, code)
    if ticket is None:
        raise Http404
    address = request.build_absolute_uri(reverse("tickets:track_one", args=[ticket.code]))
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", xmldecl=False, **_LOOK)
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml", headers=headers)


@login_not_required
@never_cache
@require_safe
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """A slip to print and keep: number, code, QR, and the PIN, for whoever holds the receipt."""
    ticket = receipts.ticket(request, code)
    if ticket is None:
        return redirect("tickets:track_one", code)
    return render(request, "public/slip.html", promise(ticket) | {"pin": pin_of(ticket.key)})
