"""Signing in and out, the language, and a person's own page."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from people import devices, forms, second_factor, sessions, sign_in, tokens, tours
from people.landing import home_of
from people.models import Post
from people.scope import person_of, roles_of


def next_page(request: HttpRequest) -> str:
    """Return where to go on, if it is an address of ours; else ""."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Sign in. The name stays in the form after a mistake, the password never does."""
    wanted = next_page(request)
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(wanted or home_of(request.user))
    form = forms.SignIn(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            user = sign_in.sign_in(request=request, at=timezone.now(), **form.cleaned_data)
            return redirect(wanted or tours.first_page_of(user))
        except sign_in.CodeWanted:
            return redirect(f"{reverse('people:code')}?{urlencode({'next': wanted})}")
        except sign_in.CannotSignIn as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, sign_in.LockedOut) else 200
    return render(request, "people/signin.html", {"form": form, "next": wanted}, status=status)


@login_not_required
@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """Sign out, and tell the browser to forget what it kept."""
    sign_in.sign_out(request=request, at=timezone.now())
    messages.success(request, _("You are signed out."))
    response = redirect(settings.LOGOUT_REDIRECT_URL)
    response["Clear-Site-Data"] = '"cache"'
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language: in a cookie, and on the account of whoever is signed in."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return response


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """A person's own page: posts, sessions, tokens, language."""
    user, now = person_of(request), timezone.now()
    posts = Post.objects.filter(user=user).select_related("area", "unit__area")
    today = timezone.localdate(now)
    held = {post.pk for post in posts.held_on(today)}
    context = {
        "posts": [(post, post.pk in held) for post in posts.order_by("pk")],
        "sessions": sessions.live_of(user, now).order_by("-seen_at", "-pk"),
        "this_session": request.session.session_key,
        "tokens": tokens.live_of(user, now).order_by("-created_at"),
        "has_factor": second_factor.has(user),
        "sets_up_walls": bool(roles_of(user) & devices.MAKERS),
        "idle_minutes": settings.SESSION_IDLE_LIMIT // 60,
    }
    return render(request, "people/me.html", context)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of the person's sessions, or all others."""
    user, now = person_of(request), timezone.now()
    wanted = request.POST.get("session", "")
    if wanted == "others":
        here = request.session.session_key or ""
        ended: int = sessions.end_sessions(user, by=user, at=now, keep=here)
    elif wanted.isdecimal() and len(wanted) < 19:
        ended = sessions.end_one(user=user, signed_in_id=int(wanted), at=now)
    else:
        raise Http404
    if ended:
        messages.success(request, _("Signed out there."))
    else:
        messages.info(request, _("There was nothing to end."))
    return redirect("people:me")


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke one of the person's own tokens."""
    user, now = person_of(request), timezone.now()
    if not tokens.live_of(user, now).filter(pk=token_id).exists():
        raise Http404
    tokens.revoke(token_ids=[token_id], by=user, at=now)
    messages.success(request, _("The token no longer opens anything."))
    return redirect("people:me")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password: other sessions and all tokens end."""
    user = person_of(request)
    form = PasswordChangeForm(user, request.POST or None)
    if form.is_valid():
        form.save()
        before = request.session.session_key
        update_session_auth_hash(request, user)
        sessions.rekeyed(before=before, session=request.session)
        sign_in.password_changed(
            user=user, by=user, at=timezone.now(), keep=request.session.session_key or ""
        )
        messages.success(
            request, _("Your password is changed. Everywhere else you are signed out.")
        )
        return redirect("people:me")
    return render(request, "people/password.html", {"form": form})
