"""The admin of tickets; what it says about one subject stands in admin_<subject>.py."""

from tickets.admin_calendar import CalendarDayAdmin, CalendarYearAdmin

__all__ = ["CalendarDayAdmin", "CalendarYearAdmin"]
