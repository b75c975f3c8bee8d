"""How a reporter can be reached, in clear: with a reason, on record, for a minute."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people import reveal
from people.scope import person_of
from people.step_up import proved_lately
from tickets import access
from tickets.forms.contact import RevealForm
from tickets.models import Contact
from tickets.views.detail import contact_of, head, may_reveal


@never_cache
@require_http_methods(["GET", "POST"])
@proved_lately("POST")
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a reason, record it, show name and telephone number once."""
    at, person = timezone.now(), person_of(request)
    ticket = access.to_read(person, number)
    if not may_reveal(person, ticket):
        raise PermissionDenied(_("Only the centre that decides about a ticket sees the contact."))
    kept = Contact.objects.filter(ticket=ticket).first()
    if kept is None:
        raise Http404
    form = RevealForm(request.POST or None)
    page = head(ticket, at=at) | {"form": form, "contact": contact_of(ticket)}
    if form.is_valid():
        page["plain"] = reveal.reveal(
            contact=kept, subject=f"ticket:{ticket.pk}", actor=person, at=at,
            area_code=ticket.area_code, **form.cleaned_data,
        )  # fmt: skip
    response = render(request, "tickets/contact.html", page)
    if "plain" in page:
        seconds = round(reveal.SHOWN_FOR.total_seconds())
        response["Refresh"] = f"{seconds}; url={reverse('tickets:detail', args=[number])}"
    return response
