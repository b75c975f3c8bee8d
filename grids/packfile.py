"""Reading a district pack: its tables, and what is wrong with them. Every app's pack.py uses it.

A pack is a directory (packs/README.md). Reading never raises for what a person wrote wrongly:
it collects faults, each with file and row, so that all of them are listed at once.
"""

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

# Grows when the same files would load differently, so that a loaded pack is loaded anew.
FORMAT = 1


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a pack: in which file, where in it, and what."""

    file: str
    where: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.where, self.message) if part)


def sentence(text: object) -> str:
    """Return a text with its one full stop, in the reader's language."""
    return _("%s.") % str(text).rstrip(".\u3002")


class BadValue(Exception):
    """Something that makes a whole row or feature useless; the message says what."""


@dataclass(frozen=True)
class Row:
    """One row of a table, with the line it stands on (the header is line 1).

    A cell that cannot be understood is noted as a fault and answered with a harmless value: so
    all faults of a row are found, and a pack with any fault is never loaded.
    """

    file: str
    line: int
    cells: dict[str, str]
    faults: list[Fault]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def bad(self, message: str) -> None:
        """Note that something is wrong in this row; the message has no full stop."""
        self.faults.append(Fault(self.file, _("row %d") % self.line, sentence(message)))

    def needed(self, column: str, most: int) -> str:
        """Return a text that must be there, of at most `most` characters."""
        if not self[column]:
            self.bad(_("“%s” is empty") % column)
        return self.text(column, most)

    def text(self, column: str, most: int) -> str:
        """Return a text of at most `most` characters, "" if there is none."""
        if len(self[column]) > most:
            self.bad(
                _("“%(column)s” is longer than %(most)d characters")
                % {"column": column, "most": most}
            )
        return self[column][:most]

    def one_of(self, column: str, known: Iterable[str]) -> str:
        """Return a text that must be one of these."""
        choices = sorted(known)
        if self[column] in choices:
            return self[column]
        self.bad(
            _("“%(column)s” is “%(value)s”; known are: %(known)s")
            % {"column": column, "value": self[column], "known": ", ".join(choices)}
        )
        return choices[0]

    def day(self, column: str) -> date | None:
        """Return a date written YYYY-MM-DD, None if there is none."""
        if not self[column]:
            return None
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            self.bad(
                _("“%(column)s” is “%(value)s”, not a date like 2026-02-14")
                % {"column": column, "value": self[column]}
            )
            return None

    def whole(self, column: str, most: int = 2**31 - 1) -> int:
        """Return a whole number up to `most`, 0 if there is none."""
        text = self[column]
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= most:
            return int(text)
        self.bad(
            _("“%(column)s” is “%(value)s”, not a whole number up to %(most)d")
            % {"column": column, "value": text, "most": most}
        )
        return 0

    def degrees(self, column: str, most: float) -> float | None:
        """Return degrees between -most and most, None if there are none."""
        if not self[column]:
            return None
        try:
            value = float(self[column])
        except ValueError:
            value = math.nan
        if abs(value) <= most:
            return value
        self.bad(
            _("“%(column)s” is “%(value)s”, not degrees up to %(most)d")
            % {"column": column, "value": self[column], "most": most}
        )
        return None

    def flag(self, column: str) -> bool:
        """Return yes or no: 1 or 0, yes or no; empty is no."""
        if self[column].lower() not in {"", "0", "1", "no", "yes"}:
            self.bad(
                _("“%(column)s” is “%(value)s”, not yes or no")
                % {"column": column, "value": self[column]}
            )
        return self[column].lower() in {"1", "yes"}

    def several(self, column: str) -> list[str]:
        """Return the parts of a cell, which are separated by semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]


@dataclass
class Files:
    """A pack's directory. `faults` gathers what cannot be read, files and cells."""

    root: Path
    faults: list[Fault] = field(default_factory=list)
    # What the parts made of the files, so that loading need not parse a second time.
    parsed: dict[str, Any] = field(default_factory=dict)
    _tables: dict[str, list[Row]] = field(default_factory=dict)

    def fault(self, file: str, where: str, message: str) -> None:
        """Note that something is wrong."""
        self.faults.append(Fault(file, where, message))

    def table(self, name: str, columns: Iterable[str]) -> list[Row]:
        """Return the rows of a CSV file (UTF-8, with a header) that has these columns."""
        if name not in self._tables:
            self._tables[name] = self._read_table(name, list(columns))
        return self._tables[name]

    def json(self, name: str) -> Any:
        """Return what a JSON file holds, None if it cannot be read."""
        text = self._text(name)
        if text is None:
            return None
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            where = _("row %d") % getattr(error, "lineno", 1)
            self.fault(name, where, _("This is not JSON: %s") % error)
            return None

    def names(self, pattern: str) -> list[str]:
        """Return the names of the files that match, such as "boundaries/*.geojson", sorted."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern))

    def digest(self) -> str:
        """Return a hash over everything that loading reads."""
        whole = hashlib.sha256(f"format {FORMAT}".encode())
        for pattern in ("*.csv", "*.json", "boundaries/*.geojson"):
            for name in self.names(pattern):
                content = hashlib.sha256((self.root / name).read_bytes()).hexdigest()
                whole.update(f"\n{name} {content}".encode())
        return whole.hexdigest()

    def _read_table(self, name: str, columns: list[str]) -> list[Row]:
        text = self._text(name)
        if text is None:
            return []
        rows: list[Row] = []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        try:
            header = [cell.strip() for cell in next(reader, [])]
            missing = [column for column in columns if column not in header]
            if missing:
                message = _("Columns are missing: %s") % ", ".join(missing)
                self.fault(name, _("row %d") % 1, message)
                return []
            for cells in reader:
                line = reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                row = Row(
                    name,
                    line,
                    dict(zip(header, (cell.strip() for cell in cells), strict=False)),
                    self.faults,
                )
                if len(cells) != len(header):
                    message = _("%(found)d cells instead of %(wanted)d")
                    counts = {"found": len(cells), "wanted": len(header)}
                    row.bad(message % counts)
                    continue
                rows.append(row)
        except csv.Error as error:
            where = _("row %d") % reader.line_num
            self.fault(name, where, _("This is not CSV: %s") % error)
        return rows

    def _text(self, name: str) -> str | None:
        try:
            data = (self.root / name).read_bytes()
        except OSError:
            self.fault(name, "", _("The file is missing."))
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            message = _("The text is not UTF-8; please save the file as UTF-8.")
            self.fault(name, _("row %d") % line, message)
            return None
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.fault(name, _("row %d") % line, _("The text has a null byte."))
            return None
        return text


@contextmanager
def checking(row: Row) -> Iterator[None]:
    """Turn a BadValue raised inside into a fault of this row."""
    try:
        yield
    except BadValue as bad:
        row.bad(str(bad))


def check_unique(row: Row, column: str, seen: dict[str, int]) -> None:
    """Note this row's value; raise BadValue if an earlier row has the same."""
    value = row[column]
    if value in seen:
        raise BadValue(
            _("“%(value)s” stands in row %(line)d already") % {"value": value, "line": seen[value]}
        )
    seen[value] = row.line
