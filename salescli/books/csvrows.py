"""Small configuration tables in CSV: people, assignments, targets, weights. Facts are read in SQL."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from salescli.books.fields import Unreadable
from salescli.books.text import HIDDEN, hidden_characters, read_text, source_line
from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import Word, several

MAX_BYTES = 256 * 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        line: In which line of the file it begins.
        cells: Column → text, without blanks around it; absent columns are missing.
    """

    line: int
    cells: dict[str, str]


class Table:
    """A CSV file being read: gives rows, and readers of cells that turn what is wrong into findings."""

    def __init__(self, path: str, lines: list[str], header: list[str], found: list[Finding]) -> None:
        self.path = path
        self.lines = lines
        self.header = header
        self.found = found

    def span(self, row: Row, column: str | None = None) -> Span:
        """Where a row, or a cell of it, stands."""
        at = self._column(row.line, self.header.index(column)) if column in self.header else 0
        return Span(self.path, row.line, at)

    def _column(self, line: int, index: int) -> int:
        """At which character of a line its cell number `index` begins."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        at, quoted = 0, False
        for number, char in enumerate(text):
            if char == '"':
                quoted = not quoted
            elif char == "," and not quoted:
                if index == 0:
                    break
                index -= 1
                at = number + 1
        return at + 1 if index == 0 or at else 0

    def say(
        self, code: str, row: Row, at: str | None, template: str, hint: str = "", **params: object
    ) -> None:
        """A finding at a cell, or at the row as a whole."""
        span = self.span(row, at)
        source = source_line(self.lines, row.line)
        self.found.append(
            Finding(code=code, span=span, template=template, params=params, hint_template=hint, source=source)
        )

    def read(self, row: Row, column: str, read: Callable[[str], T]) -> T | None:
        """A cell's value; None with a finding if it is empty or cannot be read."""
        text = row.cells.get(column, "")
        if not text:
            self.say("C105", row, column, "`{column}` is empty", "every row needs a {column}", column=column)
            return None
        return self.read_if(row, column, read)

    def read_if(self, row: Row, column: str, read: Callable[[str], T]) -> T | None:
        """As `read`, but an empty cell is simply None."""
        text = row.cells.get(column, "")
        if not text:
            return None
        try:
            return read(text)
        except Unreadable as reason:
            self.say(reason.code, row, column, reason.template, reason.hint, **reason.params)
            return None


def read_table(
    path: Path, root: Path, found: list[Finding], required: Sequence[str], optional: Sequence[str] = ()
) -> tuple[Table, list[Row]] | None:
    """Read a CSV file with a header of known columns, in any order.

    Returns:
        The table and its rows, or None if it cannot be read to its end; findings either way.
    """
    name = path.relative_to(root).as_posix()
    text = read_text(path, name, found, MAX_BYTES)
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if HIDDEN.search(text):
        hidden_characters(lines, name, found)
    records = _records(text, name, lines, found)
    first = next(records, None)
    if first is None:
        found.append(
            finding(
                "C101",
                Span(name, 1),
                "the file is empty",
                hint="begin with the columns: {columns}",
                columns=",".join(required),
            )
        )
        return None
    header = [cell.strip() for cell in first[1]]
    table = Table(name, lines, header, found)
    if not _header_sound(table, Row(first[0], {}), required, optional):
        return None
    width = len(header)
    before = len(found)
    rows: list[Row] = []
    for line, cells in records:
        if len(cells) == width:
            rows.append(Row(line, dict(zip(header, map(str.strip, cells), strict=True))))
        else:
            table.say(
                "C104",
                Row(line, {}),
                None,
                "{count:cell|cells} where the header has {width}",
                "put cells with commas in double quotes",
                count=len(cells),
                width=width,
            )
    return None if any(f.code == "C106" for f in found[before:]) else (table, rows)


def _records(text: str, name: str, lines: list[str], found: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found.append(
                finding(
                    "C106",
                    Span(name, line),
                    "this row is not CSV: {problem}",
                    hint="write a quote inside a cell twice, and close the cell's quotes",
                    source=source_line(lines, line),
                    problem=Word(error),
                )
            )
            return
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _header_sound(table: Table, row: Row, required: Sequence[str], optional: Sequence[str]) -> bool:
    before = len(table.found)
    known = [*required, *optional]
    for index, column in enumerate(table.header):
        if column not in known:
            near = did_you_mean(column.lower(), known)
            hint = "did you mean {near}?" if near else "known here: {known}"
            table.say(
                "C102",
                row,
                column,
                "there is no column `{column}` here",
                hint,
                column=column[:60],
                near=near,
                known=several(known),
            )
        elif column in table.header[:index]:
            table.say(
                "C102", row, column, "the column `{column}` is there twice", "remove one", column=column
            )
    for column in required:
        if column not in table.header:
            table.say(
                "C103", row, None, "the column `{column}` is missing", "add it to the header", column=column
            )
    return len(table.found) == before
