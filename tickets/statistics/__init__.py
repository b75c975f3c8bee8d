"""The figures: what the histories of the tickets add up to, by day, area, unit and type."""

from tickets.statistics.asking import By, Counts, LeftOver, Question, ask, left_over, total
from tickets.statistics.rates import COUNTS, HEADLINES, RATES, Rate
from tickets.statistics.score import WEIGHED, WHOLE, Score, score_of
from tickets.statistics.summaries import reckon_day, reckon_everything, refresh, true_at

__all__ = [
    "COUNTS",
    "HEADLINES",
    "RATES",
    "By",
    "Counts",
    "LeftOver",
    "Question",
    "WEIGHED",
    "WHOLE",
    "Rate",
    "Score",
    "ask",
    "left_over",
    "reckon_day",
    "reckon_everything",
    "refresh",
    "score_of",
    "total",
    "true_at",
]
