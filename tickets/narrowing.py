"""What narrows a list of tickets: filters and words, each said so that an index finds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Func, Q, QuerySet

from grids.models import Unit
from tickets import lots, months_sql, receipts, search
from tickets.models import EventType, TicketSearch
from tickets.months_sql import Sought
from tickets.querysets import TicketQuerySet
from tickets.states import ENDED
from tickets.statistics.spans import midnight

# Of so many tickets or fewer the ids are asked for when words are searched.
_FEW = 2_000
# So many of the newest show whether words are met often now.
_NEWEST = 1_000
_OFTEN = 50
# So many that wait on a desk, or were in a village, are looked at one by one.
_AT_HAND = 10_000
_NUMBER = re.compile(r"[A-Za-z]{1,6}-[0-9]{8}-[0-9]{4,}")


@dataclass(frozen=True)
class Filters:
    """What narrows a list; the default narrows nothing."""

    words: str = ""
    state: str = ""
    category: str = ""
    area: str = ""
    handler: str = ""  # the code of the unit that has it, or had it last
    urgency: str = ""
    overdue: bool = False
    demonstration: str = ""  # "only", "without"
    type: str = ""
    # The first and the last day on which it was reported.
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != Filters()


def narrowed(tickets: TicketQuerySet, filters: Filters, *, at: datetime) -> TicketQuerySet:
    """Return those of the tickets that match all the filters."""
    if filters.words:
        tickets = tickets.filter(found_by(filters.words))
    if filters.state:
        tickets = tickets.filter(state=filters.state)
        # What says the same to a person says more to the database: the indexes of open ones.
        tickets = tickets if filters.state in ENDED else tickets.open()
    if filters.category:
        kinds = EventType.objects.filter(category__code=filters.category)
        tickets = tickets.filter(event_type__in=list(kinds.values_list("pk", flat=True)))
    if filters.area:
        tickets = tickets.filter(area_code__startswith=filters.area)
    if filters.handler:
        # By its id, as with types: then the indexes of a unit's tickets are used.
        units = Unit.objects.filter(code=filters.handler).values_list("pk", flat=True)
        tickets = tickets.filter(handler__in=list(units))
    if filters.urgency:
        tickets = tickets.filter(urgency=filters.urgency)
    if filters.overdue:
        tickets = tickets.overdue(at)
    if filters.type:
        kinds = EventType.objects.filter(code=filters.type)
        tickets = tickets.filter(event_type__in=list(kinds.values_list("pk", flat=True)))
    if filters.since:
        tickets = tickets.filter(reported_at__gte=midnight(filters.since))
    if filters.until:
        tickets = tickets.filter(reported_at__lt=midnight(filters.until + timedelta(days=1)))
    if filters.demonstration:
        tickets = tickets.filter(is_demonstration=filters.demonstration == "only")
    return tickets


def found_by(words: str) -> Q:
    """Return a filter for those with this number or code, or with all the words in what is written.

    What few tickets have is looked up at once: only the database's guess says how many there are,
    and it would read all tickets, the newest first, to find three.
    """
    if _NUMBER.fullmatch(words.strip()):
        return Q(number=words.strip().upper())
    wanted = search.terms(words)
    if not wanted:
        return Q(pk__in=[])
    found = TicketSearch.objects.filter(found_by__finds=wanted)
    ids = list(found.values_list("pk", flat=True)[: _FEW + 1])
    rule = Q(pk__in=ids) if len(ids) <= _FEW else _among_many(found, wanted)
    code = receipts.tidy(words)
    return rule | Q(code=code) if len(code) == receipts.CODE_LENGTH else rule


def sought(filters: Filters) -> Sought | None:
    """Return the filters' words to be looked for month by month, where that is how to find them.

    Then they narrow nothing yet; None: found_by() is the filter for them.
    """
    if not _are_plain(filters.words):
        return None
    return months_sql.sought(search.terms(filters.words)).within(
        midnight(filters.since) if filters.since else None,
        midnight(filters.until + timedelta(days=1)) if filters.until else None,
    )


def found_among(parts: Sequence[QuerySet], words: str) -> list[int] | None:
    """Return those of these parts in which the words are found, where they are few to look at.

    None: they are many, or found_by() is the filter for such words.
    """
    if not _are_plain(words):
        return None
    return lots.having(parts, search.query(search.terms(words)), at_most=_AT_HAND)


def _are_plain(words: str) -> bool:
    """Whether they are only words, on a database that has an index of them: no number, no code."""
    return (
        connection.vendor == "postgresql"
        and bool(search.terms(words))
        and not _NUMBER.fullmatch(words.strip())
        and len(receipts.tidy(words)) != receipts.CODE_LENGTH
    )


def _among_many(found: QuerySet, wanted: list[str]) -> Q:
    """Return a filter for what so many have that their ids are not asked for.

    What stands in many of the newest is met soon on the way down the list. What does not (snow, in
    summer) is gathered first: on that way, every ticket since would have to be looked at.
    """
    newest = TicketSearch.objects.order_by("-pk")[:_NEWEST]
    met = TicketSearch.objects.filter(pk__in=newest.values("pk"), found_by__finds=wanted).count()
    if connection.vendor != "postgresql" or met >= _OFTEN:
        return Q(pk__in=found.values("ticket"))
    gathered = ArraySubquery(found.values("ticket"))
    return Q(Func("pk", gathered, template="%(expressions)s)", arg_joiner=" = ANY(",
                  output_field=BooleanField()))  # fmt: skip
