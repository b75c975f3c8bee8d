"""Who calls the API: `Authorization: Token …`, made by people.tokens."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions

from people import tokens
from people.models import User


class TokenAuthentication(authentication.TokenAuthentication):
    """DRF's own header handling over our hashed, expiring tokens; 401 if the token is no good."""

    def authenticate_credentials(self, key: str) -> tuple[User, None]:
        user = tokens.owner(key, timezone.now())
        if user is None:
            raise exceptions.AuthenticationFailed(_("This token is unknown or has ended."))
        return user, None
