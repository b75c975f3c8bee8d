"""The residents' pages as an app: the manifest, the service worker, the page without a network."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from grids.models import District
from tickets.forms.placed import villages_by_town

# What the page without a network needs, and nothing else: no page that shows a person's report.
_SHELL = (
    "css/tokens.css", "css/base.css", "css/public.css", "css/queue.css", "js/once.js", "js/app.js",
    "js/queue.js", "js/queue-list.js", "js/offline.js", "icons/favicon.svg", "icons/app-192.png",
    "vendor/lucide-1.62.0/sprite.svg",
)  # fmt: skip
# Where a lost network leads to our own page; elsewhere the browser says it itself.
_PAGES = ("home", "tickets:report", "tickets:done", "tickets:track", "tickets:about")
_ACTION, _GROUND = "#0b5aa8", "#f3f5f7"


@login_not_required
@cache_control(max_age=3600)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The app's name, icons and entrances, in the language of the page that names it."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with translation.override(language):
        body = _manifest(language)
    return JsonResponse(body, content_type="application/manifest+json")


def _manifest(language: str) -> dict[str, Any]:
    name = District.current().shown_service_name
    return {
        "id": "/",
        "name": name,
        "short_name": name,
        "description": _("Take a photo, say a sentence, leave the rest to us. No account needed."),
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _ACTION,
        "background_color": _GROUND,
        "icons": [
            {
                "src": static(f"icons/app-{kind}{size}.png"), "sizes": f"{size}x{size}",
                "type": "image/png", "purpose": "maskable" if kind else "any",
            }
            for kind in ("", "maskable-") for size in (192, 512)
        ],
        "shortcuts": [
            {"name": _("Report a matter"), "url": reverse("tickets:report")},
            {"name": _("How far is my report?"), "url": reverse("tickets:track")},
        ],
    }  # fmt: skip


@login_not_required
@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root so that it may serve all residents' pages."""
    shell = {
        "offline": reverse("tickets:offline"),
        "report": reverse("tickets:report"),
        "files": [static(name) for name in _SHELL],
        "pages": [reverse(name) for name in _PAGES],
    }
    told = json.dumps(shell | {"stamp": str(District.current().stamp), "v": settings.VERSION})
    shell["version"] = hashlib.sha256(told.encode()).hexdigest()[:12]
    body = f"self.SHELL = {json.dumps(shell)};\nimportScripts({json.dumps(static('js/sw.js'))});\n"
    return HttpResponse(body, content_type="text/javascript")


@login_not_required
@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page without a network: a report is written here and waits on the device.

    It is kept on the device and so is the same for everybody: no name, no token, no message.
    `X-Look` says for which language and type size it was made.
    """
    page = render(request, "public/offline.html", {"villages": villages_by_town()})
    elder = request.COOKIES.get("mode") == "elder"
    page["X-Look"] = f"{translation.get_language()} {'elder' if elder else ''}".strip()
    return page
