"""What every page's header says about the reader's inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notices import reading


def unread(request: HttpRequest) -> dict[str, object]:
    """Give templates `unread`: how many notices wait, "" for none, "99+" beyond. Read when used."""
    user = getattr(request, "user", None)
    if user is None:
        return {"unread": ""}
    return {"unread": SimpleLazyObject(lambda: reading.unread_label(user))}
