"""The sheet as files: CSV, line by line, and a workbook. Who took it and when stands in them.

Both hold what the page shows, its definitions and as of when; a text that a spreadsheet would
take for a formula is kept a text.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.formats import date_format, localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from people.models import User
from tickets.statistics import COUNTS, HEADLINES, RATES, By
from wall.figures.scored import LABEL, MEANS, Scored
from wall.figures.sheet import Row, Sheet
from wall.figures.shown import Shown, as_number

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_IN_MEMORY = 2 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """One table of the file: its title, its head, its rows."""

    title: str
    head: list[str]
    rows: list[list[Any]]


def name_of(sheet: Sheet) -> str:
    """Return a plain name for the file."""
    period = sheet.asked.period
    return f"figures-{period.since:%Y%m%d}-{period.last:%Y%m%d}"


def csv_lines(sheet: Sheet, *, by: User, at: datetime) -> Iterator[bytes]:
    """Give the file's lines: about it, then its tables with an empty line between."""
    writer = csv.writer(_Echo())
    # So that spreadsheets know it for UTF-8.
    yield "\ufeff".encode()
    for row in about(sheet, by=by, at=at):
        yield writer.writerow([plain(value) for value in row])
    for table in tables(sheet):
        for row in [[], [table.title], table.head, *table.rows]:
            yield writer.writerow([plain(value) for value in row])


class _Echo:
    def write(self, line: str) -> bytes:
        return line.encode()


def workbook(sheet: Sheet, *, by: User, at: datetime) -> IO[bytes]:
    """Return the workbook as a file, at its beginning: one leaf about it, one for each table."""
    book = Workbook(write_only=True)
    taken = taken_by(by, at)
    leaf = book.create_sheet(_("About these figures"))
    leaf.column_dimensions["A"].width, leaf.column_dimensions["B"].width = 24, 80
    for row in about(sheet, by=by, at=at):
        leaf.append([_text(leaf, value) for value in row])
    for table in tables(sheet):
        leaf = book.create_sheet(table.title)
        leaf.oddHeader.right.text = leaf.oddFooter.left.text = taken.replace("&", "&&")
        leaf.freeze_panes = "B2"
        leaf.column_dimensions["A"].width = 28
        leaf.append([_text(leaf, title, bold=True) for title in table.head])
        for row in table.rows:
            leaf.append([_text(leaf, value) for value in row])
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def _text(leaf: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(leaf, plain(value))
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def plain(value: Any) -> Any:
    """Return the value; a text that a spreadsheet would reckon with an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def taken_by(by: User, at: datetime) -> str:
    """Say who took the file, and when."""
    when = date_format(localtime(at), "Y-m-d H:i")
    return _("Exported by %(name)s on %(when)s") % {
        "name": by.full_name or by.username, "when": when
    }  # fmt: skip


def about(sheet: Sheet, *, by: User, at: datetime) -> list[list[Any]]:
    """Return what the figures are of and as of when, and what each of them means."""
    asked = sheet.asked
    rows: list[list[Any]] = [
        [pgettext("page", "Figures"), sheet.where],
        [_("Period"), f"{asked.period} ({asked.period.days()})"],
        [_("As known on"), known(sheet)],
        [_("Compared with"), sheet.before.days()],
    ]
    rows += [[_("Unit"), sheet.unit]] if sheet.unit else []
    rows += [[_("Type"), sheet.type]] if sheet.type else []
    rows += [[_("Restricted reports"), sheet.restricted]] if sheet.restricted else []
    rows += [["", _("Demonstration data: nothing here happened.")]] if sheet.demonstration else []
    rows += [[taken_by(by, at)], [], [_("Definitions")]]
    rows += [[str(rate.label), str(rate.means)] for rate in RATES.values()]
    rows += [[str(LABEL), f"{MEANS} {sheet.score.arithmetic}"]]
    return rows + [[str(label), str(means)] for label, means in COUNTS.values()]


def known(sheet: Sheet) -> str:
    """Say up to when what happened is counted."""
    if sheet.asked.known:
        return date_format(sheet.asked.today)
    return localize(localtime(sheet.true_at or sheet.asked.at))


def tables(sheet: Sheet) -> list[Table]:
    """Return the tables of the page, in its order."""
    names = {By.AREA: _("By area"), By.UNIT: _("By unit"), By.TYPE: _("By type")}
    return [
        Table(
            _("Rates"),
            [
                pgettext("figures", "Rate"),
                _("Value"),
                _("Above the line"),
                _("Below the line"),
                _("Period before"),
            ],
            [*[_rate(item) for item in sheet.rates], _score(sheet.score)],
        ),
        Table(
            _("Numbers"),
            [_("What"), _("Number"), _("Period before")],
            [[str(n["label"]), n["count"], n["before"]] for n in sheet.numbers],
        ),
        Table(_("Trend"), [_("From"), *_columns()], [_line(row) for row in sheet.trend]),
        Table(
            names[sheet.asked.by],
            [
                pgettext("figures", "Name"),
                pgettext("figures", "Code"),
                *_columns(),
                _("Not done"),
                _("Overdue"),
                *([str(LABEL)] if sheet.asked.by != By.TYPE else []),
            ],
            [_line(row, coded=True) for row in sheet.rows],
        ),
    ]


def _rate(item: Shown) -> list[Any]:
    past = Shown(item.rate, 0, 0, item.past)
    above = None if item.rate.is_time else item.above
    return [str(item.rate.label), as_number(item), above, item.below, as_number(past)]


def _score(item: Scored) -> list[Any]:
    return [str(LABEL), _points(item.value), None, None, _points(item.past)]


def _points(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _columns() -> list[str]:
    heads = [str(label) for label, _means in COUNTS.values()]
    for key in (*HEADLINES, "rated"):
        rate = RATES[key]
        heads += [str(rate.label), f"{rate.label} ↑", f"{rate.label} ↓"]
    return heads


def _line(row: Row, *, coded: bool = False) -> list[Any]:
    line: list[Any] = [row.name, row.code] if coded else [row.name]
    line += [row.counts[key] for key in COUNTS]
    for key in (*HEADLINES, "rated"):
        rate = RATES[key]
        value = rate.of(row.counts)
        line += [
            None if value is None else round(value / 100, 4),
            row.counts[rate.above], row.counts[rate.below],
        ]  # fmt: skip
    if coded:
        line += [row.left.work, row.left.late] if row.left else [0, 0]
        line += [_points(row.score.value)] if row.score else []
    return line
