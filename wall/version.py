"""Which version of the pages this server gives: a wall that was loaded from another loads again."""

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


def version() -> str:
    """Return the platform's version and the hash of all collected files ("" in development)."""
    return f"{settings.VERSION}-{getattr(staticfiles_storage, 'manifest_hash', '')}"
