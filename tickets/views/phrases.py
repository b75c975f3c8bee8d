"""Canned sentences: to be put in by a script, read on a page, kept and changed by a unit's head."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.models import User
from people.scope import person_of
from tickets import phrases as kept
from tickets.forms.desk import PhraseForm
from tickets.models import Phrase
from tickets.views.answers import wants_json


@require_http_methods(["GET", "POST"])
def phrases(request: HttpRequest) -> HttpResponse:
    """The sentences that this person may use; POST: a head keeps a new one."""
    person = person_of(request)
    if request.method == "GET":
        if wants_json(request):
            return JsonResponse({"phrases": [_plain(one) for one in kept.visible(person)]})
        return _page(request, person, PhraseForm(user=person))
    if not kept.looked_after(person).exists():
        raise PermissionDenied(_("The head of the unit looks after its sentences."))
    form = PhraseForm(request.POST, user=person)
    if not form.is_valid():
        return _page(request, person, form)
    Phrase.objects.create(**form.cleaned_data)
    return _done(request, _("“%(name)s” is kept."), form.cleaned_data["name"])


@require_POST
def phrase(request: HttpRequest, phrase_id: int) -> HttpResponse:
    """Change a sentence; with `delete`, forget it."""
    person = person_of(request)
    found = kept.to_change(person, phrase_id)
    if "delete" in request.POST:
        found.delete()
        return _done(request, _("“%(name)s” is deleted."), found.name)
    form = PhraseForm(request.POST, user=person, phrase=found)
    if not form.is_valid():
        return _page(request, person, form)
    found.name, found.words = form.cleaned_data["name"], form.cleaned_data["words"]
    found.save(update_fields=["name", "words"])
    return _done(request, _("“%(name)s” is kept."), found.name)


def _done(request: HttpRequest, said: str, name: str) -> HttpResponse:
    messages.success(request, said % {"name": name})
    return redirect("tickets:phrases")


def _page(request: HttpRequest, person: User, form: PhraseForm) -> HttpResponse:
    mine = set(kept.looked_after(person).values_list("pk", flat=True))
    page = {"form": form, "phrases": kept.visible(person), "mine": mine}
    return render(request, "tickets/phrases.html", page)


def _plain(one: Phrase) -> dict[str, str]:
    return {"name": one.name, "words": one.words, "unit": one.unit.shown_name}
