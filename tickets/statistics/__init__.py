"""The figures: what the histories of the tickets add up to, by day, area, unit and type."""

from tickets.statistics.asking import By, Counts, LeftOver, Question, ask, left_over, total
from tickets.statistics.rates import COUNTS, HEADLINES, RATES, Rate
from tickets.statistics.summaries import reckon_day, reckon_everything, refresh, true_at

__all__ = [
    "COUNTS",
    "HEADLINES",
    "RATES",
    "By",
    "Counts",
    "LeftOver",
    "Question",
    "Rate",
    "ask",
    "left_over",
    "reckon_day",
    "reckon_everything",
    "refresh",
    "total",
    "true_at",
]
