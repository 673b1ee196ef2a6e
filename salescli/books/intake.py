"""Reading exports: CSV in any usual encoding, and spreadsheets, as rows of text with lines (SPEC K2)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from salescli.findings import Misuse
from salescli.i18n import Word, several

SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An export.

    Attributes:
        header: Its columns, blanks around them removed.
        rows: Line (1 is the first of the file) and cells, as many as columns or fewer.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_export(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header: int = 1,
) -> Sheet:
    """Read a CSV file or a spreadsheet.

    Args:
        path: The export; spreadsheets by their ending.
        encoding: A codec; None tries byte-order marks, UTF-8, UTF-16 and GB18030, strictly in this order.
        delimiter: None takes the one that most often stands in the heading.
        sheet: Name of the sheet; None is the first.
        header: Line of the heading; what stands above is skipped.

    Raises:
        Misuse: if it is not there, or cannot be read as asked.
    """
    if not path.is_file():
        raise Misuse("there is no file {path}", hint="give the export's path", path=str(path))
    lines = (
        _sheet_rows(path, sheet)
        if path.suffix.lower() in SHEETS
        else _csv_rows(path, encoding, delimiter, header)
    )
    table = [(line, cells) for line, cells in lines if line >= header]
    if not table or table[0][0] != header:
        raise Misuse("{path} has no heading in line {line}", hint="state `header_row:` in the mapping",
                     path=str(path), line=header)  # fmt: skip
    heading = tuple(cell.strip() for cell in table[0][1])
    rows = tuple((line, cells) for line, cells in table[1:] if any(cell.strip() for cell in cells))
    return Sheet(heading, rows)


# -- CSV ---------------------------------------------------------------------------------------------


def decode(data: bytes, encoding: str | None = None) -> str:
    """Bytes as text, strictly: a byte-order mark, UTF-8, UTF-16 where every other byte is zero, GB18030.

    Raises:
        UnicodeError: if none fits.
        LookupError: if `encoding` is not known.
    """
    if encoding is not None:
        return data.decode(encoding).removeprefix("\ufeff")
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec)
    head = data[:2000]
    if head and b"\x00" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if odd > even and odd * 4 > len(head):
            return data.decode("utf-16-le")
        if even > odd and even * 4 > len(head):
            return data.decode("utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _csv_rows(
    path: Path, encoding: str | None, delimiter: str | None, header: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = decode(path.read_bytes(), encoding)
    except UnicodeError as error:
        raise Misuse("{path} is not text in {encoding}", hint="name its encoding with --encoding",
                     path=str(path), encoding=encoding or "UTF-8 or GB18030") from error  # fmt: skip
    except LookupError as error:
        raise Misuse("there is no encoding {encoding}", hint="for example utf-8, utf-16, gb18030, cp1252",
                     encoding=str(encoding)) from error  # fmt: skip
    heading = text.splitlines()[header - 1 : header]
    chosen = delimiter or (_likeliest(heading[0]) if heading else ",")
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=chosen, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + 1, tuple(cells)
            before = reader.line_num
    except csv.Error as error:
        raise Misuse("{path}:{line}: this is not CSV ({why})", hint="export it again, or name its delimiter",
                     path=str(path), line=before + 1, why=Word(error)) from error  # fmt: skip


def _likeliest(heading: str) -> str:
    return max(_DELIMITERS, key=lambda d: (heading.count(d), -_DELIMITERS.index(d)))


# -- Spreadsheets ------------------------------------------------------------------------------------


def _sheet_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise Misuse("{path} has no sheet {sheet}", hint="it has: {names}",
                         path=str(path), sheet=sheet, names=several(names))  # fmt: skip
        if not names:
            raise Misuse("{path} has no sheets", hint="export it again", path=str(path))
        rows = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Misuse("{path} cannot be read as a spreadsheet: {why}", hint="export it again, or as CSV",
                     path=str(path), why=Word(error)) from error  # fmt: skip
    for line, cells in enumerate(rows, 1):
        yield line, tuple(_cell(cell) for cell in cells)


def _cell(value: object) -> str:
    """A cell as text: numbers by their shortest form, dates ISO. The one border where floats come in."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        return text.removesuffix(".0")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value)
