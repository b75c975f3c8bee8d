"""Every address of the platform starts here."""

from django.contrib import admin
from django.urls import include, path

from tonglianggov import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("", include("people.urls")),
    path("", include("notices.urls")),
    path("", include("tickets.urls")),
]
websocket_urlpatterns: list = []

handler400 = "tonglianggov.errors.bad_request"
handler403 = "tonglianggov.errors.not_allowed"
handler404 = "tonglianggov.errors.not_found"
handler500 = "tonglianggov.errors.our_fault"
