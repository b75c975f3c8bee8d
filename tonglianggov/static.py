"""Static files under names that hold a hash of their content: cached for ever, never stale."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, also in the imports of ES modules.

    Outside production the plain name is given for a file that was not collected, so that
    development and tests run without `collectstatic`.
    """

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name; in production raises ValueError for a file without an entry."""
        if not settings.PRODUCTION and self.hash_key(self.clean_name(name)) not in self.hashed_files:
            return name
        return super().stored_name(name)
