"""What is counted, by name: the columns of DayFigures, and of nothing else."""

from tickets.models import DayFigures

_KEYS = {"id", "span", "grain", "day", "area", "unit", "type"}
MEASURES: tuple[str, ...] = tuple(
    column.name for column in DayFigures._meta.get_fields() if column.name not in _KEYS
)
