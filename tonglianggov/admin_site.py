"""Django's admin beside django-leaflet on a machine without GDAL."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

# leaflet.admin imports django.contrib.gis, which needs GDAL and ends django.setup() without it.
# We use only the files that django-leaflet ships.
SKIPPED = {"leaflet"}


class PlatformAdminConfig(SimpleAdminConfig):
    """The admin; it finds every app's admin.py but those that cannot be imported here."""

    default = False
    default_site = "tonglianggov.admin_site.PlatformAdminSite"

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if config.name not in SKIPPED and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")


class PlatformAdminSite(admin.AdminSite):
    """Entered by the three administrators, who sign in and out on the platform's own pages."""

    site_title = site_header = _("Administration")
    index_title = _("What you administer")

    def has_permission(self, request: HttpRequest) -> bool:
        # Imported late: this module is loaded before the models are.
        from people.admin_rights import may_enter

        return may_enter(request.user)

    def index(self, request: HttpRequest, extra_context=None) -> Any:
        """The dashboard: what needs this administrator's care, then everything they administer."""
        from people.scope import person_of
        from tonglianggov.care import cares_for

        cares = cares_for(person_of(request), at=timezone.now())
        return super().index(request, {"cares": cares, **(extra_context or {})})

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied
        from django.contrib.auth.views import redirect_to_login

        wanted = request.GET.get("next") or resolve_url("admin:index")
        return redirect_to_login(wanted, resolve_url("people:signin"))

    def logout(self, request: HttpRequest, extra_context=None) -> Any:
        from people.views import signout

        return signout(request)

    def password_change(self, request: HttpRequest, extra_context=None) -> Any:
        return redirect("people:password")
