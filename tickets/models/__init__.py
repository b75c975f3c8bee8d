"""The tables of tickets. Only tickets.lifecycle writes the ones that a report makes."""

from tickets.models.answers import Photo, Question, Rating, Request
from tickets.models.calendar import CalendarDay, CalendarVersion, CalendarYear
from tickets.models.desk import BulkDispatch, Phrase, Presence, SavedView
from tickets.models.figures import CountedTicket, DayFigures, DirtyDay, FiguresState
from tickets.models.history import DueStep, EventWords, TicketEvent, Undoable
from tickets.models.limits import Limits
from tickets.models.search import TicketSearch
from tickets.models.ticket import Contact, Follower, Helper, Ticket, TicketText
from tickets.models.types import EventCategory, EventType, FirstLevel, Urgency

__all__ = [
    "BulkDispatch",
    "CalendarDay",
    "CalendarVersion",
    "CalendarYear",
    "Contact",
    "CountedTicket",
    "DayFigures",
    "DirtyDay",
    "DueStep",
    "EventCategory",
    "EventType",
    "EventWords",
    "FiguresState",
    "FirstLevel",
    "Follower",
    "Helper",
    "Limits",
    "Photo",
    "Phrase",
    "Presence",
    "Question",
    "Rating",
    "Request",
    "SavedView",
    "Ticket",
    "TicketEvent",
    "TicketSearch",
    "TicketText",
    "Undoable",
    "Urgency",
]
