"""The admin of tickets; what it says about one subject stands in admin_<subject>.py."""

from tickets.admin_calendar import CalendarDayAdmin, CalendarYearAdmin
from tickets.admin_phrases import PhraseAdmin
from tickets.admin_tickets import TicketAdmin
from tickets.admin_types import EventCategoryAdmin, EventTypeAdmin, LimitsAdmin

__all__ = [
    "CalendarDayAdmin",
    "CalendarYearAdmin",
    "EventCategoryAdmin",
    "EventTypeAdmin",
    "LimitsAdmin",
    "PhraseAdmin",
    "TicketAdmin",
]
