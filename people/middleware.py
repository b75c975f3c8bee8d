"""Sessions, messages, their rules, sign-in by default, and the reader's language. In this order."""

from functools import partial

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject, empty
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from people import devices, sessions
from people.models import User


class Sessions(SessionMiddleware):
    """Django's own, but a key that is no longer known takes no newer one away.

    A question of the page may be on its way while the button gives the browser a new key. Django
    answers the question by deleting the cookie, and with it the receipt that has just been given.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        # Emptied by this very request, as signing out does, it is modified: then it goes.
        if session.modified or not session.is_empty():
            return super().process_response(request, response)
        if session.accessed:
            patch_vary_headers(response, ("Cookie",))
        return response


class Messages(MessageMiddleware):
    """Django's own. Where nobody speaks and nobody listens, nothing is looked for and stored."""

    def process_request(self, request: HttpRequest) -> None:
        opened = SimpleLazyObject(partial(default_storage, request))
        request._messages = opened  # type: ignore[attr-defined]  # where Django looks for it

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request._messages._wrapped is empty:  # type: ignore[attr-defined]
            return response
        return super().process_response(request, response)


class SessionRules:
    """Signs people out who did nothing for too long, or have been signed in for too long."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            unattended = "X-Unattended" in request.headers
            over = sessions.go_on(session=request.session, at=timezone.now(), unattended=unattended)
            if over:
                # The sentence is in the person's own language, chosen before they are forgotten.
                with translation.override(request.user.language):
                    sentence = str(over.label)
                sessions.forget(request.session.session_key)
                auth.logout(request)
                messages.info(request, sentence)
        return self.get_response(request)


class ChooseLanguage(MiddlewareMixin):
    """The language of the signed-in person, else of the cookie, else of Accept-Language.

    Django's own also looks for languages in addresses: ours name none.
    """

    def process_request(self, request: HttpRequest) -> None:
        if isinstance(request.user, User) or request.user.is_authenticated:
            translation.activate(request.user.language)
        else:
            translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Everybody signs in, but for views marked login_not_required. Says it as the asker reads.

    A wall device comes in without, to the few views that are open to devices.
    """

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs):
        if getattr(view_func, "open_to_devices", False) and not request.user.is_authenticated:
            device = devices.of_request(request, timezone.now())
            if device:
                request.wall_device = device  # type: ignore[attr-defined]
                return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # more kinds of answers than a redirect
        self, request: HttpRequest, view_func
    ) -> HttpResponse:
        signin = resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request"):
            # A fragment: the page itself must go, not the fragment be replaced by a form.
            back = redirect_to_login(_page_with_the_form(request), signin)
            return HttpResponse(status=401, headers={"HX-Redirect": back.url})
        if _wants_json(request):
            sentence = _("Please sign in first.")
            return JsonResponse({"detail": sentence}, status=401)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        messages.warning(
            request,
            _(
                "You were no longer signed in, so nothing was sent. Your words are still in the "
                "form: sign in in another tab, then send it again with your browser's Back button."
            ),
        )
        return redirect_to_login(_page_with_the_form(request), signin)


def _wants_json(request: HttpRequest) -> bool:
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def _page_with_the_form(request: HttpRequest) -> str:
    """Return the path of the page that the form was on, "/" if it is not ours to know."""
    page = request.headers.get("Referer", "")
    ours = {request.get_host()}
    if page and url_has_allowed_host_and_scheme(page, ours, require_https=request.is_secure()):
        return "/" + page.partition("://")[2].partition("/")[2]
    return "/"
