"""Who should handle a report, and why, in one sentence. Reads the roster; changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from grids import organisation
from grids.handbook import Handbook
from grids.locate import Place
from grids.models import Unit
from people.models import User
from people.roles import GRID_ROLES, HANDLING_ROLES
from people.scope import holders
from tickets.models import EventType, FirstLevel, Ticket
from tickets.naming import names
from tickets.on_post import OnPost

# How far down an area's code reaches: the shorter, the higher.
_CODE_LENGTH = {FirstLevel.DISTRICT: 6, FirstLevel.TOWN: 9, FirstLevel.VILLAGE: 12}


@dataclass(frozen=True)
class Route:
    """The centre that decides, the unit that handles (None: it waits with the centre), and why.

    `on_post` knows who works for these two.
    """

    centre: Unit
    handler: Unit | None
    on_post: OnPost
    reason: dict = field(default_factory=dict)


class NoCentre(Exception):
    """No centre is registered for the place, not even the district's: the pack is broken."""


class Around(organisation.Around):
    """Who may take a report of this type at this place, and whose posts tell who is there."""

    def __init__(
        self, place: Place, event_type: EventType | None, book: Handbook | None = None
    ) -> None:
        trades = [event_type.lead] if event_type else []
        super().__init__(place.village.code, *trades, book=book)
        self.unit_ids = [unit.pk for unit in self.units]
        self.area_codes = [area.code for area in place if area]


def choose(*, event_type: EventType | None, certain: bool, place: Place, at: datetime) -> Route:
    """Return who takes a report of this type at this place (domain 2.5, house plan 8).

    V and T types go to the centre of the village or town; D types to the lead department, watched
    by the district's centre. An uncertain type waits with the centre that would decide. When
    nobody is on post where it belongs, it waits in the queue of the nearest centre above that has
    people, or of the first centre if none has.

    :raises NoCentre: if the place has no centre above it at all
    """
    around = Around(place, event_type)
    on_post = OnPost(units=around.unit_ids, area_codes=around.area_codes)
    return choose_among(around, on_post, event_type=event_type, certain=certain, place=place, at=at)


def choose_among(
    around: Around,
    on_post: OnPost,
    *,
    event_type: EventType | None,
    certain: bool,
    place: Place,
    at: datetime,
) -> Route:
    """Return what choose() does, for a caller that has read all of it. Reads nothing.

    :raises NoCentre: if the place has no centre above it at all
    """
    level = FirstLevel(event_type.first_level) if event_type else FirstLevel.VILLAGE
    first = _centre(around, place, level)
    queue = _staffed_from(around, first, on_post, at)
    facts = {"type": event_type.code if event_type else "", "unit": queue.code}

    def route(handler: Unit | None, rule: str) -> Route:
        return Route(queue, handler, on_post, {"rule": rule, "params": facts})

    if event_type is None or not certain:
        return route(None, "unclear")
    if level != FirstLevel.DISTRICT:
        if queue == first and on_post.staffed(first, at=at):
            return route(first, "village" if level == FirstLevel.VILLAGE else "town")
        facts["lead"] = first.code
        return route(None, "nobody")
    lead = around.unit_for(event_type.lead)
    if lead is None:
        return route(None, "no_unit")
    facts["lead"] = lead.code
    return route(lead, "department") if on_post.staffed(lead, at=at) else route(None, "nobody")


def on_the_spot(*, place: Place) -> Route:
    """Return who stands for what a grid worker settled there: the village's own centre."""
    centre = _centre(organisation.Around(place.village.code), place, FirstLevel.VILLAGE)
    reason = {"rule": "on_the_spot", "params": {"unit": centre.code}}
    return Route(centre, centre, OnPost(units=(), area_codes=()), reason)


def people_of(unit: Unit, *, at: datetime, area_code: str = "") -> list[User]:
    """Return who works for this unit at `at`; for a village's centre also the grid's workers."""
    people = list(holders(at=at, roles=HANDLING_ROLES, unit_id=unit.pk))
    if unit.tier == Unit.Tier.VILLAGE and len(area_code) > len(unit.area.code):
        found = {person.pk for person in people}
        for code in (area_code, unit.area.code):
            workers = holders(at=at, roles=GRID_ROLES, area_code=code)
            people += [person for person in workers if person.pk not in found]
            found = {person.pk for person in people}
    return people


def people_for(ticket: Ticket, unit: Unit, *, at: datetime) -> list[User]:
    """Return who in the unit is told about the ticket."""
    # A restricted ticket is not for the grid's workers: their door does not show it.
    area_code = "" if ticket.restricted else ticket.area_code
    return people_of(unit, at=at, area_code=area_code)


def may_be_given(*, unit: Unit, centre: Unit, event_type: EventType, area_code: str) -> str:
    """Return "" if the centre may give such a ticket to the unit, else a sentence with the reason.

    Nothing is pushed down to a level that may not be given it (domain 2.2, the list of levels);
    nobody is given what lies outside their area; a lower centre passes up what is not its own.
    """
    reach = len(unit.area.code)
    if not area_code.startswith(unit.area.code):
        return _("%(unit)s works in another area.") % {"unit": unit.shown_name}
    if reach > _CODE_LENGTH[FirstLevel(event_type.first_level)]:
        return _(
            "“%(type)s” may not be pushed down to %(unit)s: it is first handled a level above."
        ) % {"type": event_type.shown_name, "unit": unit.shown_name}
    if not unit.area.code.startswith(centre.area.code):
        return _("%(unit)s stands above this centre. Pass the ticket up a level instead.") % {
            "unit": unit.shown_name
        }
    return ""


def sentence(reason: dict, book: Handbook | None = None) -> str:
    """Return why a ticket went where it is, as one sentence in the reader's language.

    :param book: the handbook of this moment, if the caller has it
    """
    say = _SENTENCES.get(reason.get("rule", ""))
    if say is None:
        return ""
    kinds = reason.get("params", {})
    return say() % {kind: names(kind, code, book=book) for kind, code in kinds.items()}


_SENTENCES: dict[str, Callable[[], str]] = {
    "village": lambda: _(
        "Because “%(type)s” is first handled in the village or community, %(unit)s takes it."
    ),
    "town": lambda: _(
        "Because “%(type)s” is first handled by the town or subdistrict, %(unit)s takes it."
    ),
    "department": lambda: _(
        "Because “%(type)s” is the duty of %(lead)s, it goes there; %(unit)s watches over it."
    ),
    "unclear": lambda: _("Somebody must first look at what kind of matter this is: %(unit)s does."),
    "held": lambda: _(
        "Many reports came quickly from one place, so %(unit)s looks at this one first."
    ),
    "nobody": lambda: _(
        "“%(type)s” belongs to %(lead)s, where nobody is on post now; %(unit)s takes care of it."
    ),
    "no_unit": lambda: _(
        "No unit is registered here for “%(type)s”; %(unit)s decides who takes it."
    ),
    "accepted": lambda: _("%(unit)s accepted it as “%(type)s” and decides who takes it."),
    "given": lambda: _("%(centre)s gave it to %(unit)s."),
    "climbed": lambda: _("It was passed up: %(unit)s decides now."),
    "returned": lambda: _("%(lead)s gave it back; %(unit)s decides who takes it."),
    "on_the_spot": lambda: _(
        "A grid worker found it and settled it on the spot; %(unit)s has it on record."
    ),
    "reopened": lambda: _("The reporter asked for it again; %(unit)s takes it up."),
}


def _centre(around: organisation.Around, place: Place, level: FirstLevel) -> Unit:
    code = place.village.code[: _CODE_LENGTH[level]]
    while code:
        centre = around.centre_of(code)
        if centre:
            return centre
        code = {12: code[:9], 9: code[:6]}.get(len(code), "")
    raise NoCentre(f"no command centre above {place.village.code}")


def _staffed_from(around: organisation.Around, centre: Unit, on_post: OnPost, at: datetime) -> Unit:
    """Return this centre, or the nearest above with people; this one if there are none."""
    candidate: Unit | None = centre
    while candidate is not None and not on_post.staffed(candidate, at=at):
        candidate = around.centre_above(candidate)
    return candidate or centre
