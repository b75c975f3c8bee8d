"""Which charts stand on a sheet of figures, and of what."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets.statistics import HEADLINES, RATES, By
from wall.figures.drawing import Chart, Series
from wall.figures.sheet import Row, Sheet

# More bars than that are a wall of bars; the table has them all.
_MOST_BARS = 30


def of_trend(rows: Sequence[Row], target: int) -> list[Chart]:
    """Return how much came in and was done, and how the rates went."""
    labels = [row.name for row in rows]
    much = [
        Series(pgettext("figures", "Reported"), [row.counts["reported"] for row in rows]),
        Series(pgettext("figures", "Handled"), [row.counts["resolved"] for row in rows]),
        Series(pgettext("figures", "Closed"), [row.counts["closed"] for row in rows]),
    ]
    how_well = [
        Series(str(RATES[key].label), [_rounded(row.rates[n].value) for row in rows])
        for n, key in enumerate(HEADLINES)
    ]
    return [
        Chart("much", _("How many"), "lines", labels, much),
        Chart("well", _("How well"), "lines", labels, how_well, unit="%", target=target),
    ]


def of_rows(sheet: Sheet) -> Chart:
    """Return the comparison as bars: the largest first where there are many."""
    first, second = sheet.row_counts[0], sheet.row_counts[2]
    rows = sheet.rows
    if len(rows) > _MOST_BARS:
        rows = sorted(rows, key=_larger(first))[:_MOST_BARS]
    names = {
        "reported": pgettext("figures", "Reported"), "received": _("Received by units"),
        "closed": pgettext("figures", "Closed"),
    }  # fmt: skip
    title = {By.AREA: _("By area"), By.UNIT: _("By unit"), By.TYPE: _("By type")}
    return Chart(
        "rows", title[sheet.asked.by], "bars", [row.name for row in rows],
        [Series(names[key], [row.counts[key] for row in rows]) for key in (first, second)],
    )  # fmt: skip


def _larger(measure: str) -> Callable[[Row], tuple[int, str]]:
    return lambda row: (-row.counts[measure], row.code)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
