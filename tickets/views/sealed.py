"""The proof that a report was received as it stands: a file, to be checked without us."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.seals import proofs
from tickets.models import TicketEvent
from tickets.views import receipts


@login_not_required
@never_cache
@require_safe
def seal(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of the first line of the report's history, for whoever holds its PIN."""
    ticket = receipts.ticket(request, code)
    if ticket is None:
        raise Http404
    first = ticket.events.filter(kind=TicketEvent.Kind.REPORTED).order_by("pk").first()
    if first is None:
        raise Http404
    try:
        # Who of the staff took it down is not the reporter's to pass on.
        shown = proofs.receipt_of(TicketEvent, first.pk, row=first.by_id is None)
    except proofs.NotSealedYet:
        messages.info(request, _("Your report will be sealed in a minute. Please come back then."))
        return redirect("tickets:track_one", ticket.code)
    headers = {"Content-Disposition": f'attachment; filename="{ticket.number}-seal.json"'}
    return JsonResponse(
        {"report": ticket.number} | shown, headers=headers,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )  # fmt: skip
