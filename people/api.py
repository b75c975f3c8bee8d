"""A token for a program that works with a member of staff's rights."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from people import second_factor, sign_in, tokens


class TokenIn(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    code = serializers.CharField(
        max_length=20, required=False, default="", allow_blank=True,
        help_text="Of the second factor, where the account has one or must have one.",
    )  # fmt: skip


class TokenOut(serializers.Serializer):
    token = serializers.CharField()


class TokenRefused(serializers.Serializer):
    detail = serializers.CharField()


@extend_schema(
    operation_id="token",
    summary="Sign in a program",
    description="Sent back as `Authorization: Token …`. Wrong tries lock as on the sign-in page.",
    request=TokenIn,
    responses={200: TokenOut, 400: TokenRefused, 401: TokenRefused, 429: TokenRefused},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def token(request: Request) -> Response:
    """Give a token for a user name and password."""
    form = TokenIn(data=request.data)
    form.is_valid(raise_exception=True)
    at = timezone.now()
    try:
        code = form.validated_data.pop("code")
        user = sign_in.check(request=request._request, at=at, **form.validated_data)
        if second_factor.has(user) or second_factor.must_have(user):
            second_factor.check(user=user, code=code, at=at)
    except sign_in.LockedOut as refusal:
        return Response({"detail": str(refusal), "code": "locked_out"}, status=429)
    except sign_in.CannotSignIn as refusal:
        return Response({"detail": str(refusal), "code": "wrong"}, status=401)
    except second_factor.WrongCode as refusal:
        return Response({"detail": str(refusal), "code": "second_factor"}, status=401)
    return Response({"token": tokens.issue(user=user, at=at)})
