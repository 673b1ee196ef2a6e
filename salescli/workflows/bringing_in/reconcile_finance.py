"""Finance's export of receipts, read by the mapping of an import; nothing is written (SPEC K2, K5)."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books.intake import read_export
from salescli.calc.clean.convert import Reject, convert
from salescli.findings import Misuse, Span
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.period import Period
from salescli.model.reconcile import Unread
from salescli.model.table import Line, Row
from salescli.workflows.bringing_in.import_mapping import header_of, read_mapping, rules_of

if TYPE_CHECKING:
    from salescli.measures.finance import FinanceFile

KIND = "collections"
NO_DEAL = "(none)"
"""Stands for the deal of a receipt that names none, so that it is found to have none."""
_COLUMNS = ("receipt_id", "deal_id", "received_on", "amount", "currency", "customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export made ready.

    Attributes:
        name: The export's file, as messages name it.
        mapping: The mapping's file.
        file: Its sound rows as a book has them.
        lines: The export's line of each of them.
        rejects: Rows that could not be converted.
        skipped: Rows left out by the mapping.
    """

    name: str
    mapping: str
    file: FinanceFile
    lines: tuple[int, ...]
    rejects: tuple[Reject, ...]
    skipped: int

    def at(self, span: Span) -> Span:
        """A place in the converted file as the export's own; others as they are."""
        if Path(span.path).name != self.file.path.name:
            return span
        return Span(self.name, self.lines[span.line - 2])

    def rejected_rows(self, unread: Sequence[Unread]) -> tuple[Row, ...]:
        """Everything that could not be read, by line."""
        more = [
            Reject(
                line=self.lines[one.row - 1],
                column=one.column,
                value=one.value,
                why=one.template,
                params=one.params,
            )
            for one in unread
        ]
        return tuple(
            {
                "line": one.line,
                "column": one.column,
                "value": one.value,
                "why": Line(template=one.why, params=one.params),
            }
            for one in sorted((*self.rejects, *more), key=lambda one: (one.line, one.column, one.value))
        )


@contextmanager
def read_finance(
    book: Book, export: Path, mapping: Path, encoding: str | None, asked: Period | None
) -> Iterator[Export]:
    """An export as a file of receipts, there as long as the context is.

    A receipt without an id is called by its line; one without a deal has none. The days covered are those of
    the period asked for, else from the export's first to its last receipt.

    Raises:
        Misuse: if a file is not there or cannot be read, or no row of the export can.
        BookBroken: if the mapping has errors.
    """
    from salescli.measures.finance import FinanceFile

    map_file = read_mapping(book.root, KIND, mapping)
    sheet = read_export(
        export,
        encoding=encoding or map_file.encoding,
        delimiter={"tab": "\t"}.get(map_file.delimiter or "", map_file.delimiter),
        sheet=map_file.sheet,
        header=map_file.header_row,
    )
    header = header_of(export, map_file, sheet)
    kept = [one for one in sheet.rows if not _skipped(header, one[1], map_file.skip)]
    rules = replace(rules_of(map_file), region_of_owner=False)
    rows: list[tuple[int, dict[str, str]]] = []
    rejects: list[Reject] = []
    for line, cells in kept:
        row, wrong = convert(rules, header, cells, book.org, line)
        if len(cells) > len(sheet.header):
            why = N_("there are more cells than columns")
            wrong.append(Reject(line=line, column="", value=cells[len(sheet.header)], why=why))
        rejects += wrong
        if not wrong:
            rows.append((line, row))
    start, end = _days(export, rows, asked)
    with tempfile.TemporaryDirectory(prefix="salescli-") as folder:
        path = Path(folder) / f"{_name_for(export)}.csv"
        _write(path, rows)
        yield Export(
            name=export.name,
            mapping=mapping.name,
            file=FinanceFile(path=path, start=start, end=end),
            lines=tuple(line for line, _ in rows),
            rejects=tuple(rejects),
            skipped=len(sheet.rows) - len(kept),
        )


def _skipped(header: Mapping[str, int], cells: Sequence[str], skip: Mapping[str, Sequence[str]]) -> bool:
    return any(
        (cells[header[name]].strip() if header[name] < len(cells) else "") in accepted
        for name, accepted in skip.items()
    )


def _days(
    export: Path, rows: Sequence[tuple[int, dict[str, str]]], asked: Period | None
) -> tuple[date, date]:
    if asked is not None:
        return asked.start, asked.end
    days = sorted(day for _, row in rows if (day := row.get("received_on")))
    if not days:
        raise Misuse(
            N_("no row of {path} has a day of receipt that can be read"),
            hint=N_("map `received_on`, and state `dates:` if need be"),
            path=export.name,
        )
    return date.fromisoformat(days[0]), date.fromisoformat(days[-1])


def _name_for(export: Path) -> str:
    """A name no file of the book has."""
    return f"export-{export.stem}-{len(export.name)}"


def _write(path: Path, rows: Sequence[tuple[int, dict[str, str]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for line, row in rows:
            stated = {"receipt_id": f"line {line}", "deal_id": NO_DEAL}
            stated |= {key: " ".join(value.split()) for key, value in row.items() if value}
            writer.writerow([stated.get(column, "") for column in _COLUMNS])
