"""What `manage.py check` says about this installation. Every finding has an id and a hint."""

from pathlib import Path
from typing import Any

import redis
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from people.seals import statements


@register(Tags.compatibility)
def redis_client_is_below_8(**kwargs: Any) -> list[CheckMessage]:
    """redis-py 8 ends idle reads after five seconds; channels-redis then drops every socket."""
    if int(redis.__version__.split(".")[0]) < 8:
        return []
    return [
        Error(
            f"The Python package redis is {redis.__version__}; sockets need a version below 8.",
            hint="Install what requirements.txt locks.",
            id="tonglianggov.E001",
        )
    ]


@register(Tags.security)
def field_keys_are_fernet_keys(**kwargs: Any) -> list[CheckMessage]:
    """A wrong key is found at the start, not with the first telephone number."""
    faults: list[CheckMessage] = []
    for place, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            Fernet(key)
        except (ValueError, TypeError):
            faults.append(
                Error(
                    f"Key {place} of FIELD_KEYS is not a Fernet key.",
                    hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
                    "print(Fernet.generate_key().decode())'",
                    id="tonglianggov.E002",
                )
            )
    return faults


@register(Tags.security)
def receipt_keys_are_long(**kwargs: Any) -> list[CheckMessage]:
    """A resident's PIN is derived from these keys: who guesses one opens every report."""
    if all(len(key) >= 32 for key in settings.RECEIPT_KEYS):
        return []
    return [
        Error(
            "A key of RECEIPT_KEYS is shorter than 32 characters.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="tonglianggov.E003",
        )
    ]


@register(Tags.security)
def seal_key_is_a_key(**kwargs: Any) -> list[CheckMessage]:
    """Without it nothing is signed, and nobody can prove afterwards that a record is whole."""
    try:
        statements.public_key()
    except statements.NoKey:
        return [
            Error(
                "SEAL_KEY is not an Ed25519 key.",
                hint="Make one with: python -c 'import base64, secrets; "
                "print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())'",
                id="tonglianggov.E005",
            )
        ]
    return []


@register(Tags.security)
def photos_are_outside_static_files(**kwargs: Any) -> list[CheckMessage]:
    """Photos go through their ticket's door, never past it."""
    media, static = Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT)
    if not media.is_relative_to(static):
        return []
    return [
        Error(
            "MEDIA_ROOT lies inside STATIC_ROOT: photos would be served to everybody.",
            hint="Set STATIC_ROOT to a directory outside DATA_DIR/media.",
            id="tonglianggov.E004",
        )
    ]


@register(Tags.security, deploy=True)
def production_is_production(**kwargs: Any) -> list[CheckMessage]:
    """`check --deploy` is about a machine that serves a district."""
    if settings.PRODUCTION:
        return []
    return [
        Warning(
            "PRODUCTION is not set: keys are kept in DATA_DIR and cookies are not secure.",
            hint="Set PRODUCTION=1; docs/operations.md lists what else it needs.",
            id="tonglianggov.W001",
        )
    ]


@register(Tags.security, deploy=True)
def every_host_is_named(**kwargs: Any) -> list[CheckMessage]:
    """A star would let anybody's domain name send our users links."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS contains a star.",
            hint="Name the platform's own host names.",
            id="tonglianggov.W002",
        )
    ]
