"""/operations/: how the platform is doing, for the system administrator."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.roles import Role
from people.scope import person_of, roles_of
from tonglianggov.operations import shown
from tonglianggov.operations.findings import find
from tonglianggov.operations.measures import measure
from tonglianggov.operations.pages import answers


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What is wrong and what to do, each part's state, and the numbers of this moment."""
    if Role.SYSTEM_ADMIN not in roles_of(person_of(request)):
        raise PermissionDenied
    found, answered = measure(at=timezone.now()), answers()
    context = {
        "at": found.at,
        "findings": find(found),
        "parts": shown.parts(found),
        "numbers": shown.numbers(found, answered),
        "slowest": answered.slowest,
    }
    return render(request, "operations/page.html", context)
