"""The receipts that a browser holds: ids of reports in its session, opened by code and PIN."""

from django.http import Http404, HttpRequest

from tickets import access
from tickets.models import Question, Ticket

_KEPT = "receipts"
# A village office reports for many; the oldest are asked for code and PIN again.
_AT_MOST = 30


def held(request: HttpRequest) -> list[int]:
    """Return the ids of the reports that this browser may see, the newest first."""
    return list(request.session.get(_KEPT, []))


def keep(request: HttpRequest, ticket: Ticket) -> None:
    """Let this browser see the report, until its session ends or it forgets."""
    if not request.user.is_authenticated:
        # More may be seen than before: an older session key, if somebody planted it, is void.
        request.session.cycle_key()
    others = [pk for pk in held(request) if pk != ticket.pk]
    request.session[_KEPT] = [ticket.pk, *others][:_AT_MOST]


def forget(request: HttpRequest) -> None:
    """Let this browser see none of its reports any more without code and PIN."""
    request.session.pop(_KEPT, None)


def ticket(request: HttpRequest, code: str) -> Ticket | None:
    """Return the report with this code if this browser holds its receipt."""
    try:
        return access.of_receipts(held(request), code)
    except Http404:
        return None


def asked(request: HttpRequest) -> set[int]:
    """Return the ids of those reports whose reporter is asked something."""
    waiting = Question.objects.open().filter(ticket__in=held(request))
    return set(waiting.values_list("ticket_id", flat=True))


def shown(request: HttpRequest) -> list[Ticket]:
    """Return the reports of this browser's receipts, the newest receipt first."""
    return access.all_of_receipts(held(request))
