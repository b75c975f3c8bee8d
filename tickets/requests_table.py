"""What can be asked about a ticket: by whom, decided by whom, until when, and what the clock does.

Pure. Numbers are domain 2.5's; the house plan settles reopening (one working day, then it reopens
by itself).
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.states import Hat, State

S = State


class RequestKind(models.TextChoices):
    RETURN = "return", _("Return")
    EXTENSION = "extension", _("Extension")
    SUSPENSION = "suspension", _("Suspension")
    REOPENING = "reopening", _("Reopening")


class ClockEffect(models.TextChoices):
    """What granting does to the resolve clock. While a request waits, the clock runs on."""

    RUNS_ON = "runs_on", _("runs on")
    EXTENDS = "extends", _("gets the original limit once more")
    STOPS = "stops", _("stops until the date given")
    RESTARTS = "restarts", _("starts again with half the limit")


@dataclass(frozen=True)
class RequestRule:
    """One row of the table.

    deciders: who decides, one hat a step; a step nobody can take is skipped.
    lapse_grants: what it means when nobody decides in time.
    How long a decision may take and how many a ticket may have is the district's: models.Limits.
    """

    askers: frozenset[Hat]
    sources: frozenset[State]
    deciders: tuple[Hat, ...]
    lapse_grants: bool
    clock: ClockEffect


_HANDLER = frozenset({Hat.HANDLER})
_IN_HAND = frozenset({S.DISPATCHED, S.SIGNED, S.HANDLING})
_TAKEN_UP = frozenset({S.SIGNED, S.HANDLING})
_ANSWERED = frozenset({S.FEEDBACK, S.CLOSED, S.REFUSED})
REQUESTS: dict[RequestKind, RequestRule] = {
    # Before half of the limit or one working day, whichever is earlier (lifecycle.requests checks);
    # the unit that received it first keeps it meanwhile (首接负责制).
    RequestKind.RETURN: RequestRule(_HANDLER, _IN_HAND, (Hat.CENTRE,), False, ClockEffect.RUNS_ON),
    RequestKind.EXTENSION: RequestRule(
        _HANDLER, _TAKEN_UP, (Hat.HEAD, Hat.CENTRE), False, ClockEffect.EXTENDS
    ),
    RequestKind.SUSPENSION: RequestRule(
        _HANDLER, _TAKEN_UP, (Hat.HEAD, Hat.SUPERVISOR), False, ClockEffect.STOPS
    ),
    RequestKind.REOPENING: RequestRule(
        frozenset({Hat.REPORTER}), _ANSWERED, (Hat.CENTRE,), True, ClockEffect.RESTARTS
    ),
}


class RefusalReason(models.TextChoices):
    """Why a report is not accepted (domain 2.4, R01-R09). Said to the reporter in words."""

    R01 = "R01", _("It needs an emergency number: 110, 119, 120 or 122")
    R02 = "R02", _("It is or must be dealt with by a court, arbitration, review or petition office")
    R03 = "R03", _("It is already being handled, or was, and nothing new was said")
    R04 = "R04", _("It touches a state secret, a trade secret or somebody's privacy")
    R05 = "R05", _("It is not this district's or this level's duty; we say whose it is")
    R06 = "R06", _("It breaks the law or is an attack on somebody")
    R07 = "R07", _("It is not clear what it is about and nobody can be asked")
    R08 = "R08", _("It belongs to the Party committee, the congress, the courts or the army")
    R09 = "R09", _("It is settled by the market or by the residents themselves")


class ReturnReason(models.TextChoices):
    """Why a unit gives a ticket back (退单)."""

    NOT_OURS = "not_ours", _("Not our duty")
    WRONG_PLACE = "place", _("Not in our area")
    LACKING = "lacking", _("Cannot be handled without more information")
    OTHER_LEADS = "leads", _("Another unit must lead")
