"""CSV as text: headers, the place of a cell, and an exact scan of files that are not well-formed.

DuckDB reads fact files; it stops at the first malformed row and knows no columns of characters. What it
cannot tell – every malformed row, and where in the file a cell stands – is found here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from salescli.findings import Finding, Span, finding
from salescli.i18n import N_

_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_PLAIN = re.compile(r"[^,\r\n]*")
_CELL = re.compile(r'"(?:[^"]|"")*"|[^,]*')
_HEADER_BYTES = 1 << 16
_FIELD_LIMIT = 1 << 30
_LONGEST_ROW = 500_000  # DuckDB reads rows of up to 2 MiB


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a CSV file as text.

    Attributes:
        line: Line on which it begins, from 1.
        text: Its characters without the line end; has several lines if a quoted cell has.
    """

    line: int
    text: str

    def cell(self, index: int) -> tuple[int, int, str]:
        """Line and column of the first character of a cell, and the physical line it stands on.

        An index past the last cell gives the end of the row.
        """
        position = 0
        for _ in range(index):
            position = _CELL.match(self.text, position).end()  # type: ignore[union-attr]
            if position >= len(self.text):
                break
            position += 1
        begin = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        physical = self.text[begin : end if end >= 0 else None].rstrip("\r")
        return self.line + self.text.count("\n", 0, position), position - begin + 1, physical


def read_header(path: Path) -> list[str] | None:
    """The cells of a file's first line; None for an empty file.

    Raises:
        UnicodeDecodeError: if it is not UTF-8.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        first = file.readline(_HEADER_BYTES)
    text = first.decode("utf-8-sig").rstrip("\r\n")
    return next(csv.reader([text]), None) if text else None


def has_quotes(path: Path) -> bool:
    """Whether a quote stands anywhere in a file."""
    with path.open("rb") as file:
        return any(b'"' in chunk for chunk in iter(lambda: file.read(1 << 20), b""))


def records_at(path: Path, rows: Collection[int]) -> dict[int, Record]:
    """Where rows of a well-formed file stand.

    Args:
        path: A CSV file that DuckDB reads without complaint.
        rows: Numbers of rows below the header, from 1, blank lines not counted.
    """
    wanted = set(rows)
    text = path.read_bytes().decode("utf-8-sig")
    lines = text.split("\n")
    return {row: record for row, record in _quick(lines, wanted) if row in wanted}


def _quick(lines: list[str], wanted: set[int]) -> Iterator[tuple[int, Record]]:
    """Rows with their records, up to the last one wanted; only those wanted carry their text."""
    limit = csv.field_size_limit(_FIELD_LIMIT)
    last = max(wanted, default=-1)
    try:
        reader = csv.reader(line + "\n" for line in lines)
        row = begin = 0
        for cells in reader:
            blank = not cells and not lines[begin].strip("\r")
            if not blank:
                if row in wanted:
                    text = "\n".join(lines[begin : reader.line_num]).rstrip("\r")
                    yield row, Record(begin + 1, text)
                if row >= last:
                    return
                row += 1
            begin = reader.line_num
    finally:
        csv.field_size_limit(limit)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file read by hand.

    Attributes:
        rows: Well-formed rows below the header: record and cells.
        broken: Cells, as far as they could be told, of rows that are not well-formed.
    """

    rows: list[tuple[Record, list[str]]]
    broken: list[list[str]]

    def as_csv(self, header: list[str]) -> str:
        """The well-formed rows as a well-formed file."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(cells for _, cells in self.rows)
        return out.getvalue()


def scan(path: Path, shown: str, width: int, found: list[Finding]) -> Scan:
    """Read a file row by row, naming every row that is not well-formed; reading goes on after each.

    Args:
        shown: How findings name the file.
        width: Number of columns of the header.
        found: Findings are appended.
    """
    text, bad_lines = _decode(path.read_bytes(), shown, found)
    result = Scan([], [])
    position, line = 0, 1
    while position < len(text):
        end, cells, problem = _row(text, position)
        if problem is None and not any(cells) and end - position <= 1 and len(cells) == 1:
            cells = []  # a blank line
        if problem is not None or end < 0:
            end = _line_end(text, position)
        record = Record(line, text[position:end].rstrip("\r"))
        if line in bad_lines:
            result.broken.append(cells)
        elif problem is not None:
            found.append(problem(shown, record))
            result.broken.append(cells)
        elif cells and line > 1:
            _keep(result, record, cells, width, shown, found)
        line += text.count("\n", position, end) + 1
        position = end + 1
    return result


def _keep(
    result: Scan, record: Record, cells: list[str], width: int, shown: str, found: list[Finding]
) -> None:
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(record.text) > _LONGEST_ROW:
        result.broken.append(cells)
        found.append(
            finding(
                "C012",
                Span(shown, record.line, 1),
                "a row of {length} characters",
                hint="at most {most}: is a quote missing?",
                source=record.text[:200],
                length=len(record.text),
                most=_LONGEST_ROW,
            )
        )
        return
    if len(cells) == width:
        result.rows.append((record, cells))
        return
    result.broken.append(cells)
    line, column, source = record.cell(min(len(cells), width))
    found.append(
        finding(
            "C006",
            Span(shown, line, column),
            "{cells:cell|cells} where the header has {width}",
            hint="quote a cell that holds a comma; add commas for cells that are empty",
            source=source,
            cells=len(cells),
            width=width,
        )
    )


Problem = Callable[[str, Record], Finding]


def _row(text: str, position: int) -> tuple[int, list[str], Problem | None]:
    """Cells of the row that begins at `position`, where it ends (at the line end), and what is wrong."""
    cells: list[str] = []
    start = position
    while True:
        if text[position : position + 1] == '"':
            quoted = _QUOTED.match(text, position)
            if quoted is None:
                return -1, cells, _unclosed(position - start)
            cells.append(quoted.group()[1:-1].replace('""', '"'))
            at = quoted.end()
            if text.startswith("\r\n", at):
                return at + 1, cells, None
            if at < len(text) and text[at] not in ",\n":
                return -1, cells, _after_quote(position - start)
        else:
            plain = _PLAIN.match(text, position)
            at = plain.end() if plain else position
            cells.append(text[position:at])
            if text.startswith("\r\n", at):
                return at + 1, cells, None
            if text[at : at + 1] == "\r" and at + 1 < len(text):
                return -1, cells, _bare_return(at - start)
        if at >= len(text) or text[at] != ",":
            return at, cells, None
        position = at + 1


def _unclosed(offset: int) -> Problem:
    return _problem(
        "C007", offset, N_("a quoted cell that never ends"), N_('close the quote, or double it: ""')
    )


def _after_quote(offset: int) -> Problem:
    return _problem(
        "C007",
        offset,
        N_("after the closing quote of a cell comes neither a comma nor the end of the line"),
        N_('double a quote that belongs to the text: ""'),
    )


def _bare_return(offset: int) -> Problem:
    return _problem(
        "C008", offset, N_("a carriage return in the middle of a line"), N_("end lines with LF or CR LF")
    )


def _problem(code: str, offset: int, template: str, hint: str) -> Problem:
    def make(shown: str, record: Record) -> Finding:
        source = record.text.split("\n", 1)[0]
        return finding(code, Span(shown, record.line, offset + 1), template, hint=hint, source=source)

    return make


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def _decode(data: bytes, shown: str, found: list[Finding]) -> tuple[str, set[int]]:
    """The text, and the numbers of lines that are not UTF-8 (their bad bytes replaced)."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        return data.decode(), set()
    except UnicodeDecodeError:
        pass
    bad: set[int] = set()
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            bad.add(number)
            column = len(line[: error.start].decode()) + 1
            found.append(not_utf8(shown, number, column, line))
    return data.decode(errors="replace"), bad


def not_utf8(shown: str, line: int, column: int, source: bytes) -> Finding:
    """The finding for a line that is not UTF-8."""
    return finding(
        "C001",
        Span(shown, line, column),
        "this is not UTF-8",
        hint="save the file as UTF-8; `salescli import` reads GBK and UTF-16",
        source=source.decode(errors="replace").rstrip("\r\n"),
    )
