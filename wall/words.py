"""The wall's words for its scripts, in the reader's language: one block of JSON on the page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets import history
from tickets.light import Light
from tickets.models import Ticket, TicketEvent
from tickets.states import Move, Stage
from wall.definitions import DEFINITIONS, TITLES

Kind = TicketEvent.Kind
# What the shape of a dot says, as the legend puts it.
_SHAPES = {
    Stage.NEW: lambda: pgettext("dot", "To be accepted"),
    Stage.DISPATCHED: lambda: pgettext("dot", "To be signed for"),
    Stage.HANDLING: lambda: pgettext("dot", "Being handled"),
    Stage.RESOLVED: lambda: pgettext("dot", "Handled"),
    Stage.CLOSED: lambda: pgettext("dot", "Closed"),
}


def stages() -> dict[str, str]:
    """Return what each shape means, in the order of a report's life."""
    return {stage.value: say() for stage, say in _SHAPES.items()}


def lights() -> dict[str, str]:
    """Return what each colour means."""
    return {light.value: str(light.label) for light in Light}


def all_words() -> dict[str, Any]:
    """Return every text that a script of the wall shows. `{…}` marks what it fills in."""
    return {
        "stages": stages(),
        "lights": lights(),
        "moves": {move.value: history.done(move) for move in Move},
        "kinds": {kind.value: str(kind.label) for kind in Kind},
        "grades": {grade.value: str(grade.label) for grade in Ticket.Supervision if grade.value},
        "definitions": {key: str(text) for key, text in DEFINITIONS.items()},
        "titles": {key: str(text) for key, text in TITLES.items()},
        "live": _("Live"),
        "age": _("{seconds} s ago"),
        "polling": _("No live connection; asking every {seconds} s"),
        "connecting": _("Connecting…"),
        "stale": _("Out of date: nothing heard for {minutes} min"),
        "signed_out": _("You are signed out. Please sign in again."),
        "no_right": _("Your posts no longer show this wall."),
        "unknown_type": _("Not yet classified"),
        "nothing_yet": _("Nothing yet today."),
        "all_well": _("Nothing is late, nothing is supervised."),
        "no_rating": _("No ratings yet this month."),
        "rated": _("{rated} rated of {answered} answered ({share})"),
        "over": _("{time} over"),
        "left": _("{time} left"),
        "supervised": _("Supervised ({grade})"),
        "passed_up": _("Passed up"),
        "days": _("{days} d {hours} h"),
        "hours": _("{hours} h {minutes} min"),
        "minutes": _("{minutes} min"),
        "dots": _("{count} reports on the map"),
        "dot": _("{type}, {place}: {stage}, {light}"),
        "provenance": _("As of {time}, reckoned from {rows} rows in {ms} ms."),
        "who": _("Who"),
        "how": _("How"),
        "how_far": _("How far"),
        "number": _("Number"),
        "place": _("Place"),
        "waiting_centre": _("{centre} decides"),
        "gone": _("This report is no longer on the wall."),
        "close": _("Close"),
        "demonstration": _("Demonstration data"),
        "its_wall": _("Open the wall of {name}"),
        "late": _("{count} overdue"),
        "hour": _("{hour}:00: {received} received, {closed} closed"),
        "stopped": _("Stands as of {time}"),
        "clock_slow": _("This screen's clock is {time} slow; the time shown is the server's."),
        "clock_fast": _("This screen's clock is {time} fast; the time shown is the server's."),
        "alarm": _("Needs an eye: {place}, {type}"),
        "sound_off": _("Sound: off"),
        "sound_on": _("Sound: on"),
        "sound_waiting": _("Sound: touch once"),
        "sound_quiet": _("Sound: quiet hours"),
        "film_play": _("Play"),
        "film_stop": _("Stop"),
        "film_at": _("Not live · {time}"),
        "film_loading": _("Fetching the last 24 hours…"),
        "film_missing": _("The last 24 hours could not be fetched. The live wall goes on."),
        "weekdays": [
            _("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"),
            _("Saturday"),
        ],
    }  # fmt: skip
