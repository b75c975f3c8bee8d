"""Who calls the API: `Authorization: Token …`, made by people.tokens."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from people import devices, tokens
from people.models import User, WallDevice


class TokenAuthentication(authentication.TokenAuthentication):
    """DRF's own header handling over our hashed, expiring tokens; 401 if the token is no good."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        # Most who report show none: nothing is taken apart for them.
        return super().authenticate(request) if "HTTP_AUTHORIZATION" in request.META else None

    def authenticate_credentials(self, key: str) -> tuple[User, None]:
        user = tokens.owner(key, timezone.now())
        if user is None:
            raise exceptions.AuthenticationFailed(_("This token is unknown or has ended."))
        return user, None


class DeviceAuthentication(authentication.BaseAuthentication):
    """A wall device by its cookie, for the views that name this class: what the wall shows."""

    def authenticate(self, request) -> tuple[WallDevice, None] | None:
        device = devices.of_request(request, timezone.now())
        return (device, None) if device else None

    def authenticate_header(self, request) -> str:
        return "Token"


class DeviceScheme(OpenApiAuthenticationExtension):
    """How the API's description names it. Found by its name, as that library does it."""

    target_class = "people.api_auth.DeviceAuthentication"
    name = "wallDevice"

    def get_security_definition(self, auto_schema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.WALL_DEVICE_COOKIE}
