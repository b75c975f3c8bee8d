"""Proving again who one is, before what does most harm in somebody else's hands.

A view of that kind is marked @proved_lately("POST"). When the password is older than ten minutes,
its form comes back as a question for it, with everything that was typed still in it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from people import audit, second_factor, throttle
from people.models import User
from people.scope import person_of
from people.sessions import signed_in_at
from people.views import next_page

_PROVED_AT = "proved_at"
_PROOF = "proof"
_BURST, _RATE = 5, 5 / 900
View = Callable[..., HttpResponseBase]


def proved_lately(*methods: str) -> Callable[[View], View]:
    """Decorate a view that wants a password of the last ten minutes for these methods."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # Who is not signed in is asked to by the view's own door.
            if request.method not in methods or not isinstance(request.user, User):
                return view(request, *args, **kwargs)
            question = _question(request, timezone.now())
            return question or view(request, *args, **kwargs)

        return wrapped

    return decorate


def _question(request: HttpRequest, at: datetime) -> HttpResponse | None:
    """Return the page that asks for the password, None if they have proved who they are."""
    if _is_fresh(request, at):
        return None
    fault = ""
    if request.method == "POST" and _PROOF in request.POST:
        fault = _prove(request, at)
        if not fault:
            return None
    return _ask(request, fault, kept=request.method == "POST")


def _is_fresh(request: HttpRequest, at: datetime) -> bool:
    last = max(request.session.get(_PROVED_AT, 0), signed_in_at(request.session))
    return at.timestamp() - last < settings.STEP_UP_LIMIT


def _prove(request: HttpRequest, at: datetime) -> str:
    """Take the proof that was sent; return what is wrong with it, "" if nothing."""
    user, proof = person_of(request), request.POST.get(_PROOF, "")[:200]
    key = f"proof:{user.pk}"
    if not throttle.take(key=key, rate=_RATE, burst=_BURST, at=at):
        return _("There were too many tries. Please wait a few minutes.")
    if not user.check_password(proof.replace("\0", "")) and not _is_code(user, proof, at):
        return _("This is not right. Please type your password again.")
    throttle.forget(key=key)
    request.session[_PROVED_AT] = int(at.timestamp())
    audit.record(actor=user, action=audit.Action.PROVED, subject=f"user:{user.pk}", at=at)
    return ""


def _is_code(user: User, proof: str, at: datetime) -> bool:
    if not second_factor.has(user):
        return False
    try:
        second_factor.check(user=user, code=proof, at=at)
    except second_factor.WrongCode:
        return False
    return True


def _ask(request: HttpRequest, fault: str, *, kept: bool) -> HttpResponse:
    hidden = {"csrfmiddlewaretoken", _PROOF}
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if kept and name not in hidden
        for value in values
    ]
    page = {
        "fields": fields,
        # A form goes on where it was sent; an address is opened again afterwards.
        "action": request.get_full_path() if kept else "",
        "next": "" if kept else request.get_full_path(),
        "fault": fault,
        "has_factor": second_factor.has(person_of(request)),
    }
    return render(request, "people/again.html", page, status=422 if fault else 200)


@never_cache
@sensitive_post_parameters(_PROOF)
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """Prove who one is, then open what was asked for."""
    wanted, at = next_page(request), timezone.now()
    fault = _prove(request, at) if request.method == "POST" else ""
    if request.method == "POST" and not fault:
        return redirect(wanted or "people:me")
    page = {
        "fields": [], "action": "", "next": wanted, "fault": fault,
        "has_factor": second_factor.has(person_of(request)),
    }  # fmt: skip
    return render(request, "people/again.html", page, status=422 if fault else 200)
