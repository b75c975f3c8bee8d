"""What people read when a page cannot be shown. API callers get the same in JSON."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from tickets.views import public

# Never sent back into a page.
SECRETS = {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2"}


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


def our_fault(request: HttpRequest) -> HttpResponse:
    """500. Needs no database and no session: one of them may be what is broken."""
    return _answer(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was changed. Try again in a minute; in an emergency call the emergency number."),
    )


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
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if ours and name not in SECRETS
        for value in values
    ]
    return _answer(
        request,
        403,
        _("This form has expired"),
        _("The page was open too long, or you signed in again meanwhile."),
        fields=fields,
        had_files=ours and bool(request.FILES),
        again=request.get_full_path(),
    )
