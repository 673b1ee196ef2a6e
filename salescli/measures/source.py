"""Fact files: which there are, what their headers say, and how DuckDB is told to read them as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.findings import Finding, Span, did_you_mean, finding, reason
from salescli.i18n import N_, Word, several
from salescli.measures.schema import COLUMNS, columns_of
from salescli.measures.text import Record, has_quotes, not_utf8, read_header, scan

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EXACT = re.compile(r"DECIMAL\(\d+,(\d+)\)|U?(?:TINY|SMALL|BIG|HUGE)?(?:INTEGER|INT)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FactFile:
    """A fact file whose header makes sense.

    Attributes:
        path: The file in the book.
        shown: How findings name it: relative to the root, forward slashes.
        header: Its columns in order, unknown ones included.
        read: What DuckDB reads: the file itself, or a copy holding its well-formed rows.
        quoted: Whether it holds a quote. DuckDB (2.0), given a list of files, reads over a quote that is
            never closed and drops the rest of that file without a word; given the file alone it complains.
        records: For a copy: the place in the book's file of each row.
        types: For Parquet: DuckDB's type of each column; empty for CSV.
    """

    kind: str
    path: Path
    shown: str
    header: tuple[str, ...]
    read: Path
    quoted: bool = False
    records: tuple[Record, ...] | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def parquet(self) -> bool:
        """Whether it is a Parquet file."""
        return bool(self.types)


@dataclass
class Sources:
    """The readable fact files of a book, and what is wrong with files as a whole.

    Attributes:
        files: By kind.
        found: Findings about headers and malformed rows.
        incomplete: Kinds of which a file could not be read at all.
        broken_deals: Ids in malformed rows of deals, so that receipts for them are not reported as well.
    """

    files: dict[str, list[FactFile]]
    found: list[Finding]
    incomplete: set[str]
    broken_deals: set[str] = field(default_factory=set)


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A text as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def path_literal(path: Path) -> str:
    """A path as an SQL literal in which no character is a wildcard."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def open_sources(root: Path, facts: Mapping[str, Iterable[Path]], con: DuckDBPyConnection) -> Sources:
    """Read the header of every fact file.

    Args:
        facts: kind → absolute paths of CSV and Parquet files.
    """
    sources = Sources({kind: [] for kind in COLUMNS}, [], set())
    for kind in COLUMNS:
        for path in facts.get(kind, ()):
            shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
            opened = (_open_parquet if path.suffix == ".parquet" else _open_csv)(
                kind, path, shown, sources, con
            )
            if opened is None:
                sources.incomplete.add(kind)
            else:
                sources.files[kind].append(opened)
    return sources


def _open_csv(
    kind: str, path: Path, shown: str, sources: Sources, _con: DuckDBPyConnection
) -> FactFile | None:
    found = sources.found
    try:
        header = read_header(path)
    except UnicodeDecodeError as error:
        found.append(not_utf8(shown, 1, 1, bytes(error.object)))
        return None
    except OSError as error:
        found.append(_unreadable(shown, reason(error)))
        return None
    if header is None:
        columns = ",".join(c.name for c in COLUMNS[kind] if c.required)
        found.append(
            finding(
                "C002",
                Span(shown, 1),
                "the file is empty",
                hint="begin it with a header such as {columns}",
                columns=columns,
            )
        )
        return None
    source = _first_line(path)
    sound = _check_header(kind, header, Span(shown, 1), source, found)
    return FactFile(kind, path, shown, tuple(header), path, has_quotes(path)) if sound else None


def _first_line(path: Path) -> str:
    with path.open("rb") as file:
        return file.readline(1 << 16).decode("utf-8-sig").rstrip("\r\n")


def _unreadable(shown: str, reason: str) -> Finding:
    return finding("C010", Span(shown), "cannot be read: {reason}", reason=reason)


def _check_header(kind: str, header: list[str], at: Span, source: str | None, found: list[Finding]) -> bool:
    """Add findings about a header; False if the file's rows cannot be read for them."""
    known = columns_of(kind)
    record = Record(at.line, source or "")
    sound = True
    for index, word in enumerate(header):
        place = Span(at.path, at.line, record.cell(index)[1] if source is not None else 0)
        if header.index(word) < index:
            found.append(finding("C005", place, "column {word} is named twice", source=source, word=word))
            sound = False
        elif word not in known:
            near = did_you_mean(word, known)
            hint = N_("did you mean {near}?") if near else N_("remove it, or use one of: {columns}")
            found.append(
                finding(
                    "C003",
                    place,
                    "{kind} have no column {word!r}",
                    hint=hint,
                    source=source,
                    kind=Word(kind),
                    word=word,
                    near=near,
                    columns=several(known),
                )
            )
    for column in known.values():
        if column.required and column.name not in header:
            found.append(
                finding(
                    "C004",
                    at,
                    "column {column} is missing",
                    hint="{kind} need {columns}",
                    source=source,
                    column=column.name,
                    kind=Word(kind),
                    columns=several(c.name for c in known.values() if c.required),
                )
            )
            sound = False
    return sound


def _open_parquet(
    kind: str, path: Path, shown: str, sources: Sources, con: DuckDBPyConnection
) -> FactFile | None:
    import duckdb

    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({path_literal(path)})").fetchall()
    except duckdb.Error:
        sources.found.append(_unreadable(shown, Word(N_("it is no Parquet file, or a damaged one"))))
        return None
    types = {str(row[0]): str(row[1]) for row in described}
    sound = _check_header(kind, list(types), Span(shown), None, sources.found)
    for column, kind_of in types.items():
        spec = columns_of(kind).get(column)
        if spec is not None and not _fits(spec.type, kind_of):
            sources.found.append(
                finding(
                    "C011",
                    Span(shown),
                    "column {column} is {type}",
                    hint="write money as DECIMAL, integer or text, dates as DATE or text, the rest as text",
                    column=column,
                    type=kind_of,
                )
            )
            sound = False
    return FactFile(kind, path, shown, tuple(types), path, types=types) if sound else None


def _fits(cell: str, sql_type: str) -> bool:
    if sql_type == "VARCHAR" or sql_type.startswith("ENUM("):
        return True
    if cell in ("amount", "signed"):
        return bool(_EXACT.fullmatch(sql_type))
    if cell == "date":
        return sql_type == "DATE"
    whole = _EXACT.fullmatch(sql_type)
    return cell in ("count", "id") and whole is not None and whole.group(1) is None


def text_sql(files: Iterable[FactFile], digits: int, *, row: bool = False, file: bool = False) -> str:
    """A SELECT of the rows of files (of one kind) with every column of the kind as text, NULL where empty.

    Args:
        digits: Decimal places of the book's currency, to which a wider DECIMAL is cut if that loses nothing.
        row: Also a column `row`, the number of the row in its file from 1. Only for a single file, and on
            a connection that keeps the order of rows.
        file: Also a column `file`, the path of the file DuckDB reads.
    """
    groups: dict[tuple[tuple[str, ...], Path | None], list[FactFile]] = {}
    parts: list[str] = []
    kind = ""
    for member in files:
        kind = member.kind
        if member.parquet:
            parts.append(_parquet_sql(member, digits, row, file))
        else:
            groups.setdefault((member.header, member.read if member.quoted else None), []).append(member)
    number = ["row_number() OVER () AS row"] * row + ["filename AS file"] * file
    for (header, _), members in groups.items():
        chosen = number + [
            name(c.name) if c.name in header else f"CAST(NULL AS VARCHAR) AS {name(c.name)}"
            for c in COLUMNS[kind]
        ]
        parts.append(f"SELECT {', '.join(chosen)} FROM {_read_csv(header, members, file)}")
    return "\nUNION ALL ".join(parts)


def _read_csv(header: tuple[str, ...], files: Iterable[FactFile], named: bool = False) -> str:
    paths = ", ".join(path_literal(file.read) for file in files)
    columns = ", ".join(f"{literal(word)}: 'VARCHAR'" for word in header)
    return (
        f"read_csv([{paths}], columns={{{columns}}}, header=true, auto_detect=false, delim=',', quote='\"',"
        " escape='\"', nullstr='', strict_mode=true, compression='none'"
        + (", filename=true)" if named else ")")
    )


def _parquet_sql(file: FactFile, digits: int, row: bool, named: bool) -> str:
    number = ["file_row_number + 1 AS row"] * row + [f"{literal(str(file.read))} AS file"] * named
    cells = [_parquet_cell(c.name, c.type, file.types.get(c.name), digits) for c in COLUMNS[file.kind]]
    option = ", file_row_number=true" if row else ""
    return f"SELECT {', '.join(number + cells)} FROM read_parquet({path_literal(file.read)}{option})"


def _parquet_cell(column: str, cell: str, sql_type: str | None, digits: int) -> str:
    quoted = name(column)
    if sql_type is None:
        return f"CAST(NULL AS VARCHAR) AS {quoted}"
    text = f"CAST({quoted} AS VARCHAR)"
    scale = _EXACT.fullmatch(sql_type)
    if cell in ("amount", "signed") and scale and scale.group(1) and int(scale.group(1)) > digits:
        cut = f"CAST({quoted} AS DECIMAL(38,{digits}))"
        text = f"CASE WHEN {cut} = {quoted} THEN CAST({cut} AS VARCHAR) ELSE {text} END"
    return f"nullif({text}, '') AS {quoted}"


def mend(file: FactFile, folder: Path, sources: Sources) -> FactFile:
    """A file DuckDB stumbles over, as a copy of its well-formed rows; the others become findings."""
    result = scan(file.path, file.shown, len(file.header), sources.found)
    if file.kind == "deals":
        at = file.header.index("deal_id")
        sources.broken_deals.update(cells[at] for cells in result.broken if len(cells) > at)
    copy = folder / f"{file.kind}-{len(list(folder.iterdir()))}.csv"
    copy.write_text(result.as_csv(list(file.header)), encoding="utf-8", newline="")
    return replace(
        file, read=copy, quoted=has_quotes(copy), records=tuple(record for record, _ in result.rows)
    )


def stumbles(file: FactFile, con: DuckDBPyConnection) -> bool:
    """Whether DuckDB cannot read a CSV file to its end."""
    import duckdb

    counts = ", ".join(f"count({name(word)})" for word in file.header)
    try:
        con.execute(f"SELECT {counts} FROM {_read_csv(file.header, [file])}").fetchall()
    except duckdb.Error:
        return True
    return False
