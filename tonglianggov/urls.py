"""Every address of the platform starts here."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from tickets.api.errors import unknown_address
from tickets.views.public import home
from tonglianggov import health
from tonglianggov.guide import views as guide
from tonglianggov.operations import metrics
from tonglianggov.operations import views as operations

urlpatterns = [
    # Before all pages: to pass these first costs a report more than the rest of its way.
    path("api/v1/", include("tickets.api.urls")),
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("operations/", operations.page, name="operations"),
    path("help/", guide.index, name="help"),
    path("help/tour/", guide.tour, name="tour"),
    path("help/<slug:slug>/", guide.page, name="help_for"),
    path("admin/", admin.site.urls),
    path("", include("people.urls")),
    path("", include("notices.urls")),
    path("", include("tickets.urls")),
    path("", include("wall.urls")),
    path("api/schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path("api/docs/", login_not_required(SpectacularSwaggerSplitView.as_view()), name="api_docs"),
    # Last of the API: what lies below and does not exist is answered in the API's form.
    re_path("^api/", csrf_exempt(login_not_required(unknown_address))),
]

handler400 = "tonglianggov.errors.bad_request"
handler403 = "tonglianggov.errors.not_allowed"
handler404 = "tonglianggov.errors.not_found"
handler500 = "tonglianggov.errors.our_fault"
