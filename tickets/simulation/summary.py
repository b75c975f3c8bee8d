"""What came of simulated reports, counted from what is in the tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tickets.models import Rating, Ticket, TicketEvent
from tickets.states import Move, State

_BATCH = 400


@dataclass
class Summary:
    """How many of the reports went which way; `satisfied` and `rated` count ratings."""

    reports: int = 0
    at_once: int = 0
    looked_at: int = 0
    refused: int = 0
    merged: int = 0
    withdrawn: int = 0
    late: int = 0
    climbed: int = 0
    supervised: int = 0
    returned: int = 0
    extended: int = 0
    sent_back: int = 0
    reopened: int = 0
    answered: int = 0
    closed: int = 0
    rated: int = 0
    satisfied: int = 0

    def lines(self) -> list[str]:
        """Return it in sentences for people."""
        share = f"{100 * self.satisfied / self.rated:.1f} %" if self.rated else "–"
        values = {**vars(self), "share": share}
        return [
            _(
                "%(reports)d reports: %(at_once)d dispatched at once (type certain),"
                " %(looked_at)d looked at first."
            )
            % values,
            _("%(refused)d not accepted, %(merged)d merged, %(withdrawn)d withdrawn.") % values,
            _(
                "%(late)d late at some step, %(climbed)d climbed, %(supervised)d supervised,"
                " %(returned)d returned, %(extended)d extended, %(sent_back)d sent back,"
                " %(reopened)d reopened."
            )
            % values,
            _(
                "%(answered)d answered, %(closed)d closed; %(rated)d ratings,"
                " %(share)s of them satisfied."
            )
            % values,
        ]


def of(keys: Iterable[UUID]) -> Summary:
    """Return what came of the reports with these keys."""
    whole = Summary()
    every = list(keys)
    for start in range(0, len(every), _BATCH):
        _add(whole, every[start : start + _BATCH])
    return whole


def _add(whole: Summary, keys: list[UUID]) -> None:
    tickets = Ticket.objects.filter(key__in=keys)
    counts = tickets.aggregate(
        reports=Count("pk"),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        merged=Count("pk", filter=Q(state=State.MERGED)),
        withdrawn=Count("pk", filter=Q(state=State.WITHDRAWN)),
        climbed=Count("pk", filter=Q(climbs__gt=0)),
        supervised=Count("pk", filter=~Q(supervision="")),
        returned=Count("pk", filter=Q(returns__gt=0)),
        extended=Count("pk", filter=Q(extensions__gt=0)),
        sent_back=Count("pk", filter=Q(reworks__gt=0)),
        reopened=Count("pk", filter=Q(reopenings__gt=0)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        closed=Count("pk", filter=Q(state=State.CLOSED)),
    )
    events = TicketEvent.objects.filter(ticket__in=tickets)
    by_itself = events.filter(move=Move.ACCEPT, by=None)
    late = events.filter(kind=TicketEvent.Kind.REMINDED, data__share=100)
    counts["at_once"] = by_itself.values("ticket").distinct().count()
    counts["looked_at"] = counts["reports"] - counts["at_once"]
    counts["late"] = late.values("ticket").distinct().count()
    ratings = Rating.objects.filter(ticket__in=tickets)
    counts |= ratings.aggregate(
        rated=Count("pk"), satisfied=Count("pk", filter=Q(stars__gte=Rating.Stars.FAIR))
    )
    for name, count in counts.items():
        setattr(whole, name, getattr(whole, name) + count)
