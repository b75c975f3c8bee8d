"""What a ticket is found by: written when its words, its number or its unit change."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from grids.handbook import Handbook
from grids.models import Area, lineage
from grids.querysets import AreaQuerySet
from tickets.models import Ticket, TicketSearch
from tickets.search import Entry

_BATCH = 1_000
_NEEDED = ("number", "area_code", "reported_at", "handler__name", "handler__name_en")


def index(ticket: Ticket, words: str) -> None:
    """Write by what the new ticket is found."""
    TicketSearch.objects.bulk_create(_rows([ticket], {ticket.pk: words}))


def index_again(ticket: Ticket) -> None:
    """The locked ticket is with another unit now: it is found by that one's name."""
    index_all([ticket])


@transaction.atomic
def index_all(tickets: Sequence[Ticket]) -> None:
    """Write anew by what these tickets are found: names changed, or words were erased."""
    words = dict(
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values_list(
            "pk", "text__words"
        )
    )
    TicketSearch.objects.bulk_create(
        _rows(tickets, words), update_conflicts=True, unique_fields=["ticket"],
        update_fields=["found_by"],
    )  # fmt: skip


def index_everything() -> int:
    """Write anew by what every ticket is found, a batch at a time; return how many there are."""
    done, last = 0, 0
    while batch := list(_next(last)):
        index_all(batch)
        done, last = done + len(batch), batch[-1].pk
    return done


def _next(after: int) -> Iterable[Ticket]:
    tickets = Ticket.objects.filter(pk__gt=after).select_related("handler").order_by("pk")
    return tickets.only(*_NEEDED)[:_BATCH]


def _rows(tickets: Sequence[Ticket], words: dict[int, str]) -> list[TicketSearch]:
    found = texts(tickets, words)
    return [
        TicketSearch(ticket_id=ticket.pk, found_by=Entry(found[ticket.pk], ticket.reported_at))
        for ticket in tickets
    ]


def texts(
    tickets: Sequence[Ticket], words: dict[int, str], *, numbers: bool = True
) -> dict[int, str]:
    """Return by what each of the tickets is found; with `numbers` also by its own number."""
    codes = {code for ticket in tickets for code in lineage(ticket.area_code)[1:]}
    names = _names(Area.objects.filter(code__in=codes))
    return {
        ticket.pk: _text(ticket, words[ticket.pk] or "", names, ticket.number if numbers else "")
        for ticket in tickets
    }


def text_of(ticket: Ticket, words: str, book: Handbook) -> str:
    """Return by what the new ticket is found."""
    names = book.keep("names", lambda: _names(Area.objects.all()))
    return _text(ticket, words, names, ticket.number)


def _names(areas: AreaQuerySet) -> dict[str, str]:
    found = areas.values_list("code", "name", "name_en")
    return {code: f"{name} {name_en}" for code, name, name_en in found}


def _text(ticket: Ticket, words: str, names: dict[str, str], number: str | None) -> str:
    places = [names.get(code, "") for code in lineage(ticket.area_code)[1:]]
    unit = ticket.handler
    return "\n".join(
        [words, number or "", *places, unit.name if unit else "",
         unit.name_en if unit else ""]
    )  # fmt: skip
