"""Charts as plain SVG, drawn on the server: for print, for PDF, and where there are no scripts.

Each chart is also data for the script that draws it anew with what a pointer can ask of it. The
table beside it says the same to whoever does not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

# Colours that stay apart for colour-blind eyes and in grey; with dashes and marks, never alone.
INKS = ("#0b5aa8", "#ad4500", "#12784a", "#6b3fa0")
DASHES = ("", "7 4", "2 3", "10 3 2 3")
WIDTH, HEIGHT = 720.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 14.0, 12.0, 28.0
_ROW, _NAME = 22.0, 132.0
_NAME_LETTERS = 9
_MOST_LABELS = 9

Values = Sequence[float | None]


@dataclass(frozen=True)
class Series:
    """One line or row of bars: its name and its values, None for a gap."""

    name: str
    values: Values


@dataclass(frozen=True)
class Chart:
    """What is drawn: kind "lines" or "bars"; `unit` "%" for shares; a target line if given."""

    key: str
    title: str
    kind: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    target: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for the script on the page."""
        return {
            "kind": self.kind, "title": self.title, "labels": list(self.labels),
            "unit": self.unit, "target": self.target,
            "series": [{"name": s.name, "values": list(s.values)} for s in self.series],
        }  # fmt: skip

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    def drawn(self) -> dict[str, Any]:
        """Return everything its template puts on the page, in the chart's own units."""
        return _bars(self) if self.kind == "bars" else _lines(self)


def _lines(chart: Chart) -> dict[str, Any]:
    low, top, ticks = _scale(chart)
    bottom = HEIGHT - _BOTTOM
    step = (WIDTH - _LEFT - _RIGHT) / max(len(chart.labels) - 1, 1)

    def y(value: float) -> float:
        return round(bottom - (value - low) / (top - low) * (bottom - _TOP), 1)

    every = max(ceil(len(chart.labels) / _MOST_LABELS), 1)
    return {
        "chart": chart, "width": WIDTH, "height": HEIGHT, "left": _LEFT,
        "right": WIDTH - _RIGHT, "bottom": bottom, "label_y": HEIGHT - 8,
        "tick_x": _LEFT - 6,
        "ticks": [
            {"y": y(tick), "text_y": y(tick) + 4, "text": f"{tick:g}{chart.unit}"}
            for tick in ticks
        ],
        "target": y(chart.target) if chart.target else None,
        "labels": [
            {"x": round(_LEFT + n * step, 1), "text": text}
            for n, text in enumerate(chart.labels) if n % every == 0
        ],
        "series": [
            _line(series, n, step, y) for n, series in enumerate(chart.series)
        ],
    }  # fmt: skip


def _line(series: Series, number: int, step: float, y: Any) -> dict[str, Any]:
    points = [
        (round(_LEFT + n * step, 1), y(value)) if value is not None else None
        for n, value in enumerate(series.values)
    ]
    stretches: list[list[str]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{point[0]:g},{point[1]:g}")
    return {
        "name": series.name, "ink": INKS[number % 4], "dash": DASHES[number % 4], "n": number,
        "lines": [" ".join(stretch) for stretch in stretches if len(stretch) > 1],
        "points": [{"x": p[0], "y": p[1]} for p in points if p],
    }  # fmt: skip


def _bars(chart: Chart) -> dict[str, Any]:
    high = max([1, *(v or 0 for s in chart.series for v in s.values)])
    thick = (_ROW - 6) / len(chart.series)
    across = WIDTH - _NAME - 60
    rows = []
    for place, label in enumerate(chart.labels):
        y = place * _ROW
        bars = [
            {
                "y": round(y + 3 + n * thick, 1), "height": round(thick - 1, 1),
                "width": round((series.values[place] or 0) / high * across, 1),
                "ink": INKS[n % 4], "n": n,
                "text": f"{series.values[place]:g}{chart.unit}"
                if series.values[place] else "",
                "text_x": round(_NAME + (series.values[place] or 0) / high * across + 5, 1),
                "text_y": round(y + 3 + (n + 0.5) * thick + 3.5, 1),
            }
            for n, series in enumerate(chart.series)
        ]  # fmt: skip
        rows.append({"name": _short(label), "y": round(y + _ROW / 2 + 4, 1), "bars": bars})
    return {
        "chart": chart, "width": WIDTH, "height": max(len(rows), 1) * _ROW + 4,
        "name_x": _NAME - 8, "bar_x": _NAME, "rows": rows,
        "series": [{"name": s.name, "ink": INKS[n % 4], "n": n, "dash": ""}
                   for n, s in enumerate(chart.series)],
    }  # fmt: skip


def _short(name: str) -> str:
    """Return the name as it fits beside a bar: a Chinese letter is as wide as two others."""
    width, kept = 0.0, ""
    for letter in name:
        width += 1 if ord(letter) > 0x2E80 else 0.55
        if width > _NAME_LETTERS:
            return f"{kept}…"
        kept += letter
    return name


def _scale(chart: Chart) -> tuple[float, float, list[float]]:
    """Return the lowest and highest value of the axis, and where its lines are."""
    values = [v for series in chart.series for v in series.values if v is not None]
    if chart.unit == "%":
        lowest = min([*values, chart.target or 100, 80])
        low = floor(lowest / 20) * 20 if values else 0
        return low, 100, [low + n * (100 - low) / 4 for n in range(5)]
    high = max([4, *values])
    size = 10 ** floor(log10(high / 4))
    step = next(n * size for n in (1, 2, 2.5, 5, 10) if n * size * 4 >= high)
    step = max(1, ceil(step))
    return 0, step * 4, [n * step for n in range(5)]
