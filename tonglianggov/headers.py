"""What every answer says to the browser: what our pages may load and ask for, and who keeps it."""

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER, NONE, SELF
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

# What a page may ask a device for: the place and a photo, and only our own pages.
POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


def content_policy(*, images: list[str]) -> dict:
    """Return the policy of all pages: everything comes from us, nothing stands inline.

    :param images: hosts of map tiles, if the district has some
    """
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *images],
            "connect-src": [SELF],
            "worker-src": [SELF],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    }


# Headers by which a caller of the API shows who it is, as WSGI calls them.
_SHOWS_WHO = ("HTTP_AUTHORIZATION", "HTTP_X_PIN")
# Only over TLS; development and demonstration do without.
IN_PRODUCTION: dict[str, Any] = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^readyz$", r"^metrics$"],
    "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_NAME": "__Host-csrf",
}


class StrictHeaders:
    """Middleware: says on every answer what may be loaded and asked for, and who may keep it.

    A page of somebody who is signed in, or of a wall device, is kept nowhere; other answers that
    say nothing about it themselves are asked for again each time, and kept in no shared cache.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # No page has a policy of its own: it is put together once, not for every answer.
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, " + _keeping(request)
        return response


def _keeping(request: HttpRequest) -> str:
    """Return no-store for what is somebody's own, no-cache for the rest.

    Nothing is looked up here: an answer that says "the database is away" passes too.
    """
    user = getattr(request, "_cached_user", None)
    shown = any(name in request.META for name in _SHOWS_WHO)
    personal = shown or hasattr(request, "wall_device") or (user and user.is_authenticated)
    return "no-store" if personal else "no-cache"
