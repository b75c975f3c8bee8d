"""The inbox of whoever is signed in."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from notices import reading
from people.scope import person_of


@never_cache
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The notices, newest first, a page at a time."""
    after = request.GET.get("after", "")
    page = reading.page(person_of(request), language=get_language() or "", after=after)
    context = {"page": page, "first": not after, "now": timezone.now().isoformat()}
    return render(request, "notices/inbox.html", context)


@require_POST
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one notice read and go to what it is about."""
    notice = reading.mark_read(person_of(request), notice_id=notice_id, at=timezone.now())
    if notice is None:
        raise Http404
    ours = url_has_allowed_host_and_scheme(notice.link, None)
    if ours and request.POST.get("stay") is None:
        return redirect(notice.link)
    return redirect("notices:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark read what the reader saw: all that was posted before the page was made."""
    now = timezone.now()
    try:
        up_to = datetime.fromisoformat(request.POST.get("up_to", ""))
        up_to = up_to.astimezone(UTC) if up_to.tzinfo else now
    except (ValueError, OverflowError):
        up_to = now
    reading.mark_all_read(person_of(request), at=now, up_to=up_to)
    return redirect("notices:inbox")
