"""Django's admin beside django-leaflet on a machine without GDAL."""

from importlib import import_module

from django.apps import apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import module_has_submodule

# leaflet.admin imports django.contrib.gis, which needs GDAL and ends django.setup() without it.
# We use only the files that django-leaflet ships.
SKIPPED = {"leaflet"}


class PlatformAdminConfig(SimpleAdminConfig):
    """The admin; it finds every app's admin.py but those that cannot be imported here."""

    default = False

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if config.name not in SKIPPED and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")
