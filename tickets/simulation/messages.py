"""Reading a CSV of past messages: what can be sent again, and why the rest cannot."""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

ZONE = ZoneInfo("Asia/Shanghai")
# The platform's own form takes less; an archive may hold more.
LONGEST = 20_000
_BIGGEST_CELL = 16 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",\t;"
_OTHER_NAMES = {"sent_at": "time", "id": "number", "grid": "area"}
_FORMULA, _FIGURE = re.compile(r"[=+\-@\t\r]"), re.compile(r"[+-]?\d+(\.\d+)?")
_MOMENT = re.compile(
    r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D{1,2}(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}).{0,8})?)?\D?"
)


class BadTime(Exception):
    """What was given is no time; the message is a sentence."""


class BadFile(Exception):
    """The file as a whole cannot be read; the message is a sentence."""


@dataclass(frozen=True)
class Message:
    """One message as it was sent, with what the person said about the place, if anything.

    sent_at: aware. lat, lng: WGS 84 degrees. area, type: codes, "" if not said. line: in the file.
    """

    line: int
    number: str
    words: str
    sent_at: datetime
    lat: float | None = None
    lng: float | None = None
    area: str = ""
    type: str = ""
    contact: str = ""
    cells: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The first line."""
        return self.words.partition("\n")[0]


@dataclass(frozen=True)
class Reject:
    """A row that cannot be sent, and why, in a sentence."""

    line: int
    cells: Mapping[str, str]
    reason: str


def read(path: Path) -> tuple[list[Message], list[Reject], list[str]]:
    """Return the file's messages in the order of time, its rejects by line, and its columns.

    Columns: text and time (or sent_at); if there are any, number, title, lat, lng, area, type and
    contact. UTF-8 (with or without a mark) or GB 18030; separated by commas, semicolons or tabs.

    :raises BadFile: if it cannot be opened or decoded, or lacks a column
    """
    columns, rows = _table(path)
    messages: list[Message] = []
    rejects: list[Reject] = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        try:
            message = _message(line, cells)
            first = lines.setdefault(message.number, line)
            if first != line:
                raise BadRow(
                    _("The number %(number)s stands in line %(line)d already.")
                    % {"number": message.number, "line": first}
                )
        except BadRow as bad:
            rejects.append(Reject(line, cells, str(bad)))
        else:
            messages.append(message)
    return sorted(messages, key=lambda m: (m.sent_at, m.line)), rejects, columns


def write_rejects(path: Path, rejects: list[Reject], columns: list[str]) -> None:
    """Write the rejected rows with their reasons, whole or not at all."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(["line", "reason", *columns])
    for reject in sorted(rejects, key=lambda r: r.line):
        cells = (_inert(reject.cells.get(column, "")) for column in columns)
        out.writerow([reject.line, reject.reason, *cells])
    half = path.with_name(f"{path.name}.part")
    # With the mark, spreadsheets know that it is UTF-8.
    half.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    half.replace(path)


def _inert(cell: str) -> str:
    """Return the cell so that no spreadsheet takes a stranger's words for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _FIGURE.fullmatch(cell) else cell


def moment(text: str) -> datetime:
    """Return the time that a cell means, aware; without a zone it is local time.

    :raises ValueError: if it is no time
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        match = _MOMENT.fullmatch(text)
        if match is None:
            raise
        year, month, day, hour, minute, second = (int(part) for part in match.groups(default="0"))
        found = datetime(year, month, day, hour, minute, second, tzinfo=ZONE)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def asked_moment(text: str | None) -> datetime:
    """Return the time that somebody gave to a command, or now if they gave none.

    :raises BadTime: if it is none
    """
    try:
        return moment(text) if text else timezone.now()
    except ValueError:
        raise BadTime(_("“%s” is not a time.") % text) from None


class BadRow(Exception):
    """Why a row cannot be sent, in a sentence."""


def _message(line: int, cells: Mapping[str, str]) -> Message:
    title, text = (cells.get(name, "").strip() for name in ("title", "text"))
    if not text and not title:
        raise BadRow(_("It has no text."))
    words = text if not title or text.startswith(title) else f"{title}\n{text}".strip()
    if len(words) > LONGEST:
        raise BadRow(_("The text is longer than %d characters.") % LONGEST)
    try:
        sent_at = moment(cells.get("time", ""))
    except ValueError:
        raise BadRow(_("“%s” is not a time.") % cells.get("time", "")[:40]) from None
    if not 1990 <= sent_at.year <= 2100:
        raise BadRow(_("The year %d cannot be right.") % sent_at.year)
    lat, lng = _degrees(cells, "lat"), _degrees(cells, "lng")
    if (lat is None) != (lng is None):
        raise BadRow(_("Of latitude and longitude only one is given."))
    plain = {name: cells.get(name, "").strip() for name in ("area", "type", "contact")}
    number = cells.get("number", "").strip() or f"#{line}"
    return Message(line, number, words, sent_at, lat, lng, **plain, cells=cells)


def _degrees(cells: Mapping[str, str], name: str) -> float | None:
    text = cells.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRow(_("“%s” is not a number of degrees.") % text[:40])
    return value


def _table(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Return the header, names made uniform, and the rows with their lines; null bytes are gone."""
    text = _decoded(path).replace("\0", "")
    csv.field_size_limit(_BIGGEST_CELL)
    first = text.partition("\n")[0]
    reader: Any = csv.reader(
        io.StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count)
    )
    header = [cell.strip().lower() for cell in next(reader, [])]
    header = [_OTHER_NAMES.get(name, name) for name in header]
    missing = [name for name in ("text", "time") if name not in header]
    if missing:
        raise BadFile(
            _("The file needs the columns “text” and “time” (or “sent_at”); missing: %s.")
            % ", ".join(missing)
        )
    return header, _rows(reader, header)


def _rows(reader: Any, header: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    before = reader.line_num
    try:
        for cells in reader:
            # The line on which the row begins: a text may go over many.
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield line, dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise BadFile(
            _("The file cannot be read after line %(line)d: %(error)s.")
            % {"line": before, "error": error}
        ) from None


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile(_("The file cannot be opened: %s.") % (error.strerror or error)) from None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(_("The text is neither UTF-8 nor GB 18030."))
