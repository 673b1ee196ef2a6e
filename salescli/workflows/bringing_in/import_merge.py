"""An import against the book: what is new or changed, and whether the book would still be sound."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from salescli.books.factfiles import FactFiles, Key, Row, lines, read_fact_files
from salescli.calc.clean.convert import AMOUNTS, DATES, Reject
from salescli.findings import Finding
from salescli.model.book import Book
from salescli.model.exact import parse_decimal


@dataclass
class Outcome:
    """What became of an export's rows; `disputed` are keys with different rows, and the line of the first."""

    new: list[tuple[Key, int]] = field(default_factory=list)
    changed: list[tuple[Key, int, str, str, str]] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    rejects: list[Reject] = field(default_factory=list)
    disputed: dict[Key, int] = field(default_factory=dict)


def merged(book: Book, kind: str, rows: Mapping[Key, tuple[int, Row]], outcome: Outcome) -> FactFiles:
    """The book's files with the export's rows in them."""
    from salescli.measures.schema import COLUMNS

    columns = tuple(column.name for column in COLUMNS[kind])
    files = read_fact_files(kind, book.root, book.facts[kind], columns)
    for path in files.files.values():
        if not path.header:
            path.header = [column.name for column in COLUMNS[kind] if column.required]
    months = _months_of_deals(book) if kind == "credits" else {}
    for key, (line, row) in rows.items():
        old = files.get(key)
        if old is None:
            outcome.new.append((key, line))
            files.put(key, row, _month(kind, row, months))
            continue
        differing = {c: v for c, v in row.items() if not _same(c, old.get(c, ""), v)}
        if not differing:
            outcome.unchanged += 1
            continue
        outcome.changed += [(key, line, column, old.get(column, ""), v) for column, v in differing.items()]
        merged = old | differing
        files.put(key, merged, _month(kind, merged, months))
    for path in files.files.values():
        required = [column.name for column in COLUMNS[kind] if column.required]
        if path.changed and not set(required) <= set(path.header):
            path.header = [c for c in columns if c in path.header or c in required] + [
                c for c in path.header if c not in columns
            ]
    return files


def _same(column: str, old: str, new: str) -> bool:
    if old == new:
        return True
    if column in AMOUNTS and old and new:
        try:
            return parse_decimal(old) == parse_decimal(new)
        except ValueError:
            return False
    return False


def _month(kind: str, row: Row, months: Mapping[str, str]) -> str:
    """The month file of a row: of signing, decision or opening; of receipt; of the deal; of the day."""
    if kind == "credits":
        return months.get(row.get("deal_id", ""), "undated")
    order = ("signed_on", "closed_on", "opened_on") if kind == "deals" else DATES
    day = next((row[column] for column in order if row.get(column)), "")
    return day[:7] or "undated"


def _months_of_deals(book: Book) -> dict[str, str]:
    deals = read_fact_files("deals", book.root, book.facts["deals"], ())
    return {key[0]: _month("deals", row, {}) for f in deals.files.values() for key, row in f.rows.items()}


def check(
    book: Book, kind: str, files: FactFiles, rows: Mapping[Key, tuple[int, Row]], outcome: Outcome
) -> None:
    """Check the book as it would be, and take out again what the same rules refuse as in `validate`."""
    changes = files.changes()
    if not changes:
        return
    with tempfile.TemporaryDirectory(prefix="salescli-") as folder:
        staged = _staged(book, Path(folder), kind, changes)
        found: list[Finding] = []
        from salescli.measures import open_facts

        with open_facts(staged) as facts:
            facts.check(found)
    at = {path.relative_to(book.root).as_posix(): (path, lines(files.files[path])) for path in changes}
    bad: dict[Key, None] = {}
    for one in sorted(found, key=Finding.sort_key):
        if one.severity != "error" or one.span.path not in at:
            continue
        path, keys = at[one.span.path]
        key = keys.get(one.span.line)
        if key is None or key not in rows:
            continue
        column = _column_at(one, files.files[path].header)
        value = rows[key][1].get(column, "") if column else " ".join(key)
        outcome.rejects.append(
            Reject(line=rows[key][0], column=column, value=value, why=one.template, params=one.params)
        )
        bad[key] = None
    _take_out(book, kind, files, bad, outcome)


def _take_out(book: Book, kind: str, files: FactFiles, bad: Mapping[Key, None], outcome: Outcome) -> None:
    """Put rows back to what they were; files that no longer differ are not written."""
    if not bad:
        return
    before = read_fact_files(kind, book.root, book.facts[kind], files.columns)
    for key in bad:
        files.remove(key)
        old = before.place.get(key)
        if old is not None:
            files.files[old].rows[key] = before.files[old].rows[key]
            files.place[key] = old
    for path, file in files.files.items():
        known = before.files.get(path)
        if known is not None and known.rows == file.rows:
            file.header, file.changed = known.header, False
        elif known is None and not file.rows:
            file.changed = False
    outcome.new = [(key, line) for key, line in outcome.new if key not in bad]
    outcome.changed = [change for change in outcome.changed if change[0] not in bad]


def _column_at(one: Finding, header: Sequence[str]) -> str:
    """The column a finding points at, by counting cells up to its place in the line."""
    if not one.span.column or one.source is None:
        return ""
    before = next(csv.reader([one.source[: one.span.column - 1] + "x"]), [])
    index = len(before) - 1
    return header[index] if 0 <= index < len(header) else ""


def _staged(book: Book, folder: Path, kind: str, changes: Mapping[Path, bytes]) -> Book:
    """The book with the changed files in a folder of its own, the others linked."""
    facts: dict[str, tuple[Path, ...]] = {}
    for one, paths in book.facts.items():
        wanted = {*paths, *(changes if one == kind else ())}
        placed = []
        for path in sorted(wanted):
            target = folder / path.relative_to(book.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path in changes:
                target.write_bytes(changes[path])
            else:
                os.symlink(path.resolve(), target)  # noqa: PTH211
            placed.append(target)
        facts[one] = tuple(placed)
    return replace(book, root=folder, facts=facts)
