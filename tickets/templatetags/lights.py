"""What templates need to show how a ticket stands: its shape and its light."""

from datetime import datetime

from django import template

from tickets import light as lights
from tickets.models import Ticket
from tickets.states import STAGE_OF, Stage, State

register = template.Library()


@register.filter
def stage(state: str) -> Stage:
    """Return the stage of a state: the shape's name in icons/shapes.svg."""
    return STAGE_OF[State(state)]


@register.filter
def light(ticket: Ticket, at: datetime) -> "lights.Light":
    """Return the ticket's light at that time."""
    return lights.light_of(ticket, at)
