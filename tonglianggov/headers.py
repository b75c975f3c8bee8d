"""The one header that Django has no setting for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# What a page may ask a device for: the place and a photo, and only our own pages.
POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


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
