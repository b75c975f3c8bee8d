"""Answers as rows: the same definition as the fold's (facts.py), for whoever counts tickets.

A report that was reopened and answered again counts once, at its last answer, with the rating that
followed that one. Until it is answered again the first answer is the last.
"""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from tickets.models import Rating, TicketEvent
from tickets.querysets import TicketQuerySet
from tickets.states import Move


def answered_between(tickets: TicketQuerySet, since: datetime, until: datetime) -> TicketQuerySet:
    """Return those whose last answer was given in this time (without `until`)."""
    answers = TicketEvent.objects.filter(move=Move.FEED_BACK)
    lines = answers.filter(at__gte=since, at__lt=until)
    again = answers.filter(ticket=OuterRef("pk"), at__gte=until)
    return tickets.filter(~Exists(again), pk__in=lines.values("ticket"))


def with_last_stars(tickets: TicketQuerySet) -> QuerySet:
    """Annotate each with the `stars` given after its last answer; None if nobody has rated it."""
    answers = TicketEvent.objects.filter(ticket=OuterRef("pk"), move=Move.FEED_BACK)
    rounds = answers.order_by().values("ticket").annotate(count=Count("pk")).values("count")
    rating = Rating.objects.filter(ticket=OuterRef("pk"), round=OuterRef("answers"))
    rated = tickets.annotate(answers=Subquery(rounds))
    return rated.annotate(stars=Subquery(rating.values("stars")))
