"""The rows of a list of tickets: everything that is shown of one, made ready for the template."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from grids.models import Area
from tickets import calendar
from tickets.light import Light, light_of
from tickets.models import Ticket
from tickets.remaining import Remaining, remaining
from tickets.states import STAGE_OF, Stage, State
from tickets.views.detail import place_of


@dataclass(frozen=True)
class Row:
    """One ticket in the list.

    `stage` names its shape in icons/shapes.svg; `marked`: something about it is out of the
    ordinary (_marks.html says what).
    """

    ticket: Ticket
    where: str
    remaining: Remaining | None
    stage: Stage
    state: str
    light: Light
    light_label: str
    kind: str
    who: str
    marked: bool


def rows_of(tickets: list[Ticket], at: datetime) -> list[Row]:
    """Return the rows of a list of tickets that came with_places()."""
    codes = {ticket.area_code[:9] for ticket in tickets}
    towns = {
        area.code: area
        for area in Area.objects.filter(code__in=codes).only("code", "name", "name_en")
    }
    days = calendar.current()
    states = {state: str(State(state).label) for state in {ticket.state for ticket in tickets}}
    lights = {light: str(light.label) for light in Light}
    rows = []
    for ticket in tickets:
        light, kind = light_of(ticket, at), ticket.event_type
        lineage = (towns.get(ticket.area_code[:9]), ticket.village, ticket.grid)
        rows.append(
            Row(
                ticket=ticket,
                where=" ".join(place_of([area for area in lineage if area])),
                remaining=remaining(ticket, at=at, days=days),
                stage=STAGE_OF[State(ticket.state)],
                state=states[ticket.state],
                light=light,
                light_label=lights[light],
                kind=kind.shown_name if kind else _("type not known yet"),
                who=(ticket.handler or ticket.centre).shown_name,
                marked=_is_marked(ticket),
            )
        )
    return rows


def _is_marked(ticket: Ticket) -> bool:
    return bool(
        ticket.urgency in ("P1", "P2")
        or ticket.restricted
        or ticket.held
        or ticket.supervision
        or ticket.climbs
        or ticket.reopenings
        or ticket.is_demonstration
        or ticket.verified_at
    )
