"""The help pages, open to everybody, and the note that somebody has seen their tour."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from people import tours
from people.landing import home_of
from people.models import User
from people.scope import person_of
from tickets.light import Light
from tickets.states import Stage
from tickets.views import console_keys
from tonglianggov.guide.choose import GUIDES, guide_of


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All guides; the reader's own first."""
    own = guide_of(request.user) if isinstance(request.user, User) else GUIDES["resident"]
    others = [guide for guide in GUIDES.values() if guide is not own]
    return render(request, "help/index.html", {"own": own, "others": others})


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide of one audience: five steps, questions, lights and shapes, whom to call."""
    guide = GUIDES.get(slug)
    if guide is None:
        raise Http404
    own = isinstance(request.user, User) and guide_of(request.user) is guide
    return render(request, "help/guide.html", {
        "guide": guide, "own": own, "picture": _picture(slug), "lights": Light.choices,
        "stages": Stage.choices, "sheet": console_keys.sheet() if guide.keys else [],
    })  # fmt: skip


def _picture(slug: str) -> str:
    """Return the page's picture in the reader's language as a static file; "" if there is none."""
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    name = f"help/{slug}.{language}.webp"
    return name if finders.find(name) else ""


@require_POST
def tour(request: HttpRequest) -> HttpResponse:
    """Note that the tour was seen, or start it again where the person lands."""
    person = person_of(request)
    if "again" in request.POST:
        return redirect(reverse(home_of(person)) + "?tour=1")
    tours.seen(user=person, at=timezone.now())
    return HttpResponse(status=204)
