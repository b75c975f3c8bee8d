"""A token for a program that works with a member of staff's rights."""

from django.contrib.auth import authenticate
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from people import tokens
from people.models import User


class TokenIn(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class TokenOut(serializers.Serializer):
    token = serializers.CharField()


class TokenRefused(serializers.Serializer):
    detail = serializers.CharField()


@extend_schema(
    operation_id="token",
    summary="Sign in a program",
    description="Sent back as `Authorization: Token …`. Wrong tries lock as on the sign-in page.",
    request=TokenIn,
    responses={200: TokenOut, 400: TokenRefused, 403: TokenRefused},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def token(request: Request) -> Response:
    """Give a token for a user name and password."""
    form = TokenIn(data=request.data)
    form.is_valid(raise_exception=True)
    user = authenticate(request._request, **form.validated_data)
    if not isinstance(user, User):
        raise exceptions.PermissionDenied(
            _("User name and password do not fit, or too many wrong tries were made.")
        )
    return Response({"token": tokens.issue(user=user, at=timezone.now())})
