"""Where somebody came from to make a move, so that they return there and not to a strange page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

# What a form may name; never an address, so that nobody is led elsewhere.
_PAGES = {"day": "tickets:day", "unit": "tickets:unit"}


def name(request: HttpRequest) -> str:
    """Return the page that a link or a form of ours named, "" if none."""
    named = request.POST.get("back") or request.GET.get("back") or ""
    return named if named in _PAGES else ""


def address(request: HttpRequest, number: str) -> str:
    """Return that page's address, at this ticket's place on it; the ticket's own if none was."""
    page = name(request)
    if not page:
        return reverse("tickets:detail", args=[number])
    return f"{reverse(_PAGES[page])}#t-{number}"


def shown(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return what the templates of moves and requests need to lead back."""
    return {"back": name(request), "back_to": address(request, number)}
