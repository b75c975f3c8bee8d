"""What every answer says to the browser: what our pages may load, and what they may ask for."""

from collections.abc import Callable

from csp.constants import NONE, SELF
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


class PermissionsPolicy:
    """Middleware: says on every answer which of a device's abilities our pages use."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
