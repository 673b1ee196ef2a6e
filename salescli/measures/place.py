"""From a row of a table back to its place in a file: only for the rows that somebody asks about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.load import judged_sql
from salescli.measures.schema import COLUMNS
from salescli.measures.source import FactFile, text_sql
from salescli.measures.text import Record, records_at


@dataclass(frozen=True, slots=True)
class Located:
    """A row of a fact file with its place.

    Attributes:
        cells: Column → text, None where empty.
        record: Its text; None in Parquet, whose rows have no lines.
        number: Number of the row in its file, from 1.
    """

    file: FactFile
    number: int
    cells: Mapping[str, str | None]
    record: Record | None

    def span(self, column: str | None = None) -> tuple[Span, str | None]:
        """Place of a cell (or the row) and the physical line it stands on; in Parquet the row's number."""
        if self.record is None:
            return Span(self.file.shown, self.number), None
        header = self.file.header
        if column is None or column not in header:
            line, _, source = self.record.cell(0)
            return Span(self.file.shown, line, 0 if column is None else 1), source
        line, at, source = self.record.cell(header.index(column))
        return Span(self.file.shown, line, at), source


def locate(base: Base, kind: str, where: str, files: Sequence[FactFile] | None = None) -> Iterator[Located]:
    """The rows of a kind that fulfil an SQL condition, with their places, by file and row.

    Args:
        where: Over the text columns of the kind, their typed forms `<name>_`, and `bad`.
        files: Where to look; None looks into the book's.
    """
    columns = [c.name for c in COLUMNS[kind]]
    chosen = ", ".join(f'"{c}"' for c in columns)
    for file in _files(base, kind, where, base.load().files[kind] if files is None else files):
        text = text_sql([file], base.digits, row=True)
        sql = f"SELECT row, {chosen} FROM ({judged_sql(kind, text, base.rules)}) AS j WHERE {where}"
        with base.in_file_order():
            rows = base.rows(sql)
        if rows:
            records = _records(file, [int(row[0]) for row in rows])
            for row in sorted(rows, key=lambda r: int(r[0])):
                yield Located(file, row[0], dict(zip(columns, row[1:], strict=True)), records.get(row[0]))


def _files(base: Base, kind: str, where: str, files: Sequence[FactFile]) -> Sequence[FactFile]:
    """The files that have such rows at all: asked of all files at once, on all threads."""
    if len(files) < 2:
        return files
    text = text_sql(files, base.digits, file=True)
    sql = f"SELECT DISTINCT file FROM ({judged_sql(kind, text, base.rules)}) AS j WHERE {where}"
    hit = {row[0] for row in base.rows(sql)}
    return [file for file in files if str(file.read) in hit]


def _records(file: FactFile, rows: list[int]) -> dict[int, Record]:
    if file.parquet:
        return {}
    if file.records is not None:
        return {row: file.records[row - 1] for row in rows}
    return records_at(file.path, rows)
