"""A photo, for those who may see its ticket."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from tickets import photos
from tickets.models import Photo, Ticket


@login_not_required
@require_safe
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponseBase:
    """Show a photo (`?size=small`: at most 320 pixels a side), or 404 whatever the reason.

    Staff see the photos of the tickets that their posts open; a reporter, after opening the
    ticket with code and PIN, the public ones. The right is asked for at every request.
    """
    ready = get_object_or_404(Photo, pk=photo_id, state=Photo.State.READY)
    if not _may_see(request, ready):
        raise Http404
    small = request.GET.get("size") == "small"
    # Kept by the browser, but shown again only after asking: rights may have ended.
    etag = f'"{ready.pk.hex}{"-small" * small}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    try:
        file = photos.open_ready(ready, small=small)
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"photo-{ready.position + 1}.jpg"
    headers = {
        "Cache-Control": "private, no-cache",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return FileResponse(file, content_type="image/jpeg", filename=name, headers=headers)


def _may_see(request: HttpRequest, photo: Photo) -> bool:
    if photo.public and photo.ticket_id in request.session.get("receipts", ()):
        return True
    if not request.user.is_authenticated:
        return False
    return Ticket.objects.visible_to(request.user).filter(pk=photo.ticket_id).exists()
