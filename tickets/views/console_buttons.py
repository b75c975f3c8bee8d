"""The buttons under the console's ticket: what this person may do now, each with its key."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.views import console_keys
from tickets.views.detail import ONE_PRESS


@dataclass(frozen=True)
class Button:
    """A button: what it says, its key, the plain page it leads to, and its form in the pane."""

    name: str
    key: str
    plain: str
    inline: str
    at_once: bool = False
    main: bool = False
    kind: str = ""


def buttons_of(page: dict[str, Any]) -> list[Button]:
    """Return the buttons under a ticket, the likely one first. `page`: detail.shown()."""
    number, main = page["ticket"].number, page["main_move"]
    decisions = [
        Button(
            _("Decide: %(kind)s") % {"kind": asked.get_kind_display()}, console_keys.DECIDE,
            reverse("tickets:decide", args=[asked.pk]),
            reverse("tickets:console_decide", args=[asked.pk]), main=True,
        )
        for asked in page["to_decide"]
    ]  # fmt: skip
    made = [
        Button(
            str(move.label), console_keys.MOVES[move], reverse("tickets:move", args=[number, move]),
            reverse("tickets:console_move", args=[number, move]), move in ONE_PRESS,
            move == main and not decisions, str(move),
        )
        for move in sorted(page["moves"], key=lambda move: move != main)
    ]  # fmt: skip
    asks = [
        Button(
            _("Ask: %(kind)s") % {"kind": kind.label}, console_keys.ASKS[kind],
            reverse("tickets:ask", args=[number, kind]),
            reverse("tickets:console_ask", args=[number, kind]), kind="ask",
        )
        for kind in page["asks"]
    ]  # fmt: skip
    return [*decisions, *made, *asks]
