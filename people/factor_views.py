"""The pages of the second factor: the code when signing in, and setting it up."""

import base64
import io

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from people import forms, second_factor, sign_in, tours
from people.models import SecondFactor, User
from people.views import next_page

# What the app on the phone calls the account.
_SERVICE = "Governance"


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """After the password: the code from the phone or from paper, then the work."""
    at, wanted = timezone.now(), next_page(request)
    user = sign_in.waiting(request=request, at=at)
    if user is None:
        return redirect("people:signin")
    if not second_factor.has(user):
        return redirect("people:enrol")
    form = forms.Code(request.POST or None)
    if form.is_valid():
        try:
            second_factor.check(user=user, at=at, **form.cleaned_data)
        except second_factor.WrongCode as refusal:
            form.add_error("code", str(refusal))
        else:
            sign_in.finish(request=request, user=user, at=at)
            return redirect(wanted or tours.first_page_of(user))
    return render(request, "people/code.html", {"form": form, "next": wanted})


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set the second factor up: a picture for the app, its first code, backup codes once."""
    at = timezone.now()
    signed_in = isinstance(request.user, User)
    user = request.user if signed_in else sign_in.waiting(request=request, at=at)
    if not isinstance(user, User):
        return redirect("people:signin")
    if second_factor.has(user):
        return redirect("people:me" if signed_in else "people:code")
    factor, form = (
        second_factor.begun(user, anew=request.method == "GET"),
        forms.Code(request.POST or None),
    )
    if form.is_valid():
        try:
            codes = second_factor.confirm(user=user, at=at, **form.cleaned_data)
        except second_factor.WrongCode as refusal:
            form.add_error("code", str(refusal))
        else:
            if not signed_in:
                sign_in.finish(request=request, user=user, at=at)
            page = {"codes": codes, "on": tours.first_page_of(user)}
            return render(request, "people/backup_codes.html", page)
    return render(
        request,
        "people/enrol.html",
        {"form": form, "qr": _picture(factor), "secret": factor.secret, "signed_in": signed_in},
    )


def _picture(factor: SecondFactor) -> str:
    """Return the QR picture as the address of an image: the secret is in no other place."""
    address = second_factor.address_of(factor, service=_SERVICE)
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="png", scale=5, border=4, dark="#15212c", light="#ffffff"
    )
    encoded = base64.b64encode(picture.getvalue()).decode()
    return f"data:image/png;base64,{encoded}"
