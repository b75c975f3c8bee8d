"""What people read when a page cannot be shown. API callers get the same in JSON."""

import errno
import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from tickets.views import public

# Never sent back into a page.
SECRETS = {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2"}
RETRY_AFTER = "5"  # seconds; a database that restarts is back sooner than that
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _answer(
    request: HttpRequest, status: int, title: str, sentence: str, **context: Any
) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    page = {"title": title, "sentence": sentence, "status": status, **context}
    return render(request, "errors/error.html", page, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 when somebody sent more than we take."""
    if isinstance(exception, RequestDataTooBig):
        return _answer(
            request,
            413,
            _("Too much at once"),
            _("What you sent is too large. Shorten the text or send fewer photos, then try again."),
        )
    return _answer(
        request,
        400,
        _("We could not read that"),
        _("Something in what you sent cannot be read. Go back, check it and send it again."),
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. A refusal's own sentence is shown if it has one."""
    sentence = str(exception) or _("Your role does not allow this. Ask your centre who may do it.")
    return _answer(request, 403, _("Not for your role"), sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and what is not yours."""
    return _answer(
        request,
        404,
        _("Not found"),
        _("There is nothing at this address, or it is not yours to see."),
    )


class FormsOnly:
    """A page instead of nothing for whoever opens or reloads an address that only takes a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != 405 or request.method != "GET" or answer.content:
            return answer
        page = _answer(
            request,
            405,
            _("Nothing was sent"),
            _("This address only takes what a form sends. Go back, or go on from the first page."),
        )
        page["Allow"] = answer["Allow"]
        return page


@requires_csrf_token
def our_fault(request: HttpRequest) -> HttpResponse:
    """500; 503 while the database is away, 507 when the disk is full. Needs neither of them."""
    fault = sys.exc_info()[1]
    if not hasattr(request, "LANGUAGE_CODE"):
        # It broke before the reader's language was chosen.
        translation.activate(translation.get_language_from_request(request))
    if isinstance(fault, OperationalError | InterfaceError):
        return _database_away(request)
    if isinstance(fault, OSError) and fault.errno in FULL:
        return _answer(
            request,
            507,
            _("The disk is full"),
            _("Nothing was changed, and nothing was stored. Try again later, without photos."),
        )
    return _answer(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was changed. Try again in a minute; in an emergency call the emergency number."),
        # With it our log tells what happened.
        number=getattr(request, "trace_id", ""),
    )


def _database_away(request: HttpRequest) -> HttpResponse:
    answer = _answer(
        request,
        503,
        _("The database is away for a moment"),
        _("It is usually back within seconds. Try again; in an emergency call the number for it."),
        **_kept(request),
    )
    answer["Retry-After"] = RETRY_AFTER
    return answer


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Return what the page needs to send a form again, if the form was ours; no passwords."""
    if request.method != "POST":
        return {}
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if ours and name not in SECRETS
        for value in values
    ]
    again = request.get_full_path()
    return {"fields": fields, "had_files": ours and bool(request.FILES), "again": again}


@requires_csrf_token
def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: open too long, or another sign-in since.

    What was typed is kept in the page and can be sent again, but only when the browser says that
    the form was ours: a foreign site's form is refused for good.
    """
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    page = request.resolver_match.view_name if request.resolver_match else ""
    if ours and page == "tickets:report":
        # The report's own page is shown again, with its photos too.
        return public.expired(request)
    return _answer(
        request,
        403,
        _("This form has expired"),
        _("The page was open too long, or you signed in again meanwhile."),
        **_kept(request),
    )
