"""Importing an export: read, convert, compare with the book, check as the book would be, write (SPEC K2)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from salescli.books import load_book
from salescli.books.factfiles import FactFiles, Key, Row, key_of, lines, read_fact_files
from salescli.books.intake import Sheet, read_export
from salescli.books.schemas.mapping import Mapping as MapFile
from salescli.books.schemas.mapping import Source
from salescli.books.typed import Typed, load_typed
from salescli.calc.clean.convert import AMOUNTS, DATES, Reject, Rules, Take, convert
from salescli.calc.clean.dates import is_form
from salescli.findings import BookBroken, Finding, Misuse, did_you_mean, finding, has_errors
from salescli.i18n import N_, gettext
from salescli.model.book import Book
from salescli.model.exact import parse_decimal
from salescli.model.table import Column, Line, Report, Table
from salescli.model.table import Row as TableRow
from salescli.workflows.soundness import tidy

Progress = Callable[[int, int], None]

_SUMMARY = (
    Column("what", "", "word"),
    Column("count", "Rows", "count"),
)
_CHANGED = (
    Column("id", "Id"),
    Column("column", "Column"),
    Column("before", "Before"),
    Column("after", "After"),
    Column("line", "Line", "count"),
)
_REJECTED = (
    Column("line", "Line", "count"),
    Column("column", "Column"),
    Column("value", "Value"),
    Column("why", "Why"),
)


@dataclass
class Outcome:
    """What became of an export's rows."""

    new: list[tuple[Key, int]] = field(default_factory=list)
    changed: list[tuple[Key, int, str, str, str]] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked of an import."""

    kind: str
    export: Path
    mapping: Path
    encoding: str | None = None
    write: bool = False
    allow_rejects: bool = False


def bring_in(root: Path, job: Job, progress: Progress | None = None) -> Report:
    """Import an export; writes only if asked, and then all files or none.

    Raises:
        Misuse: for files that are not there or cannot be read.
        BookBroken: if the mapping, or the book's configuration, has errors.
    """
    book = _book(root)
    map_file = _mapping(root, job)
    sheet = read_export(
        job.export,
        encoding=job.encoding or map_file.encoding,
        delimiter={"tab": "\t"}.get(map_file.delimiter or "", map_file.delimiter),
        sheet=map_file.sheet,
        header=map_file.header_row,
    )
    header = _header(job, map_file, sheet)
    rows, outcome = _converted(job, _rules(map_file), map_file, sheet, header, book, progress)
    if not job.write:
        files = _merged(book, job.kind, rows, outcome)
        _check(book, job.kind, files, rows, outcome)
        return _report(book, job, outcome, files, written=False)
    from salescli.books.lock import book_lock
    from salescli.books.write import write_all

    with book_lock(root):
        files = _merged(book, job.kind, rows, outcome)
        _check(book, job.kind, files, rows, outcome)
        changes = files.changes()
        written = bool(changes) and (job.allow_rejects or not outcome.rejects)
        if written:
            write_all(changes, root)
    return _report(book, job, outcome, files, written=written)


# -- Reading -----------------------------------------------------------------------------------------


def _book(root: Path) -> Book:
    found: list[Finding] = []
    book = load_book(root, found)
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    return book


def _mapping(root: Path, job: Job) -> MapFile:
    path = job.mapping if job.mapping.is_absolute() else Path.cwd() / job.mapping
    if not path.is_file():
        raise Misuse(
            "there is no mapping {path}", hint="docs/import.md shows how to write one", path=str(job.mapping)
        )
    found: list[Finding] = []
    base = root if path.resolve().is_relative_to(root.resolve()) else path.parent
    typed = load_typed(path, MapFile, base, found)
    if typed is not None:
        found += _mapping_findings(job, typed)
    if typed is None or has_errors(found):
        raise BookBroken(tidy(base, found))
    return typed.value


def _mapping_findings(job: Job, typed: Typed[MapFile]) -> list[Finding]:
    """Columns of ours that there are, forms of dates that can be read, and the kind it is for."""
    from salescli.measures.schema import COLUMNS

    known = [column.name for column in COLUMNS[job.kind]]
    value = typed.value
    found = []
    parts: dict[str, Mapping[str, object]] = {
        "columns": value.columns,
        "constants": value.constants,
        "defaults": value.defaults,
        "values": value.values,
    }
    for part, names in parts.items():
        for name in names:
            if name not in known:
                near = did_you_mean(name, known)
                found.append(
                    finding(
                        "I001",
                        typed.key(part, name),
                        "{kind} have no column `{name}`",
                        hint="did you mean `{near}`?" if near else "there are: {known}",
                        kind=job.kind,
                        name=name,
                        near=near,
                        known=", ".join(known),
                    )
                )
    if value.kind is not None and value.kind != job.kind:
        found.append(
            finding(
                "I002",
                typed.at("kind"),
                "this mapping is for {theirs}, not {ours}",
                hint="run salescli import {theirs}, or use another mapping",
                theirs=value.kind,
                ours=job.kind,
            )
        )
    for index, form in enumerate(value.dates):
        if not is_form(form):
            found.append(
                finding(
                    "I003",
                    typed.at("dates", index),
                    "{form} names no year, month and day",
                    hint="for example yyyy-mm-dd, m/d/yyyy, yyyy年m月d日, %d.%m.%Y or excel",
                    form=form,
                )
            )
    return found


def _rules(value: MapFile) -> Rules:
    return Rules(
        columns={ours: _take(entry) for ours, entry in value.columns.items()},
        constants=value.constants,
        defaults=value.defaults,
        values=value.values,
        region_of_owner=value.region == "owner",
        dates=tuple(value.dates),
        decimal=value.decimal,
        shares=value.shares,
    )


def _take(entry: str | list[str] | Source) -> Take:
    if isinstance(entry, Source):
        since = entry.since
        return Take(
            (since,) if isinstance(since, str) else tuple(since),
            {column: tuple(accepted) for column, accepted in entry.when.items()},
        )
    return Take((entry,) if isinstance(entry, str) else tuple(entry))


def _header(job: Job, value: MapFile, sheet: Sheet) -> dict[str, int]:
    """Their columns by name; every one the mapping names must be there, and only once."""
    header = {name: index for index, name in reversed(list(enumerate(sheet.header)))}
    named = [name for entry in value.columns.values() for name in _take(entry).theirs] + list(value.skip)
    for name in named:
        if name not in header:
            near = did_you_mean(name, [h for h in header if h])
            raise Misuse(
                "{path} has no column {name}",
                hint="did you mean {near}?" if near else "it has: {known}",
                path=job.export.name,
                name=name,
                near=near,
                known=", ".join(h for h in sheet.header if h),
            )
        if sheet.header.count(name) > 1:
            raise Misuse("{path} has the column {name} twice", hint="rename one of them in the export",
                         path=job.export.name, name=name)  # fmt: skip
    return header


# -- Rows --------------------------------------------------------------------------------------------


def _converted(
    job: Job,
    rules: Rules,
    value: MapFile,
    sheet: Sheet,
    header: Mapping[str, int],
    book: Book,
    progress: Progress | None,
) -> tuple[dict[Key, tuple[int, Row]], Outcome]:
    """Every row of the export by key, in the book's form; what cannot be taken goes to the rejects."""
    outcome = Outcome()
    rows: dict[Key, tuple[int, Row]] = {}
    for number, (line, cells) in enumerate(sheet.rows):
        if progress is not None and number % 5000 == 0:
            progress(number, len(sheet.rows))
        if any(_cell(header, cells, name) in accepted for name, accepted in value.skip.items()):
            outcome.skipped += 1
            continue
        row, rejects = convert(rules, header, cells, book.org, line)
        if len(cells) > len(sheet.header):
            why = N_("there are more cells than columns")
            rejects.append(Reject(line=line, column="", value=cells[len(sheet.header)], why=why))
        if rejects:
            outcome.rejects += rejects
        else:
            _take_in(job.kind, rows, row, line, outcome)
    return rows, outcome


def _cell(header: Mapping[str, int], cells: Sequence[str], name: str) -> str:
    index = header[name]
    return cells[index].strip() if index < len(cells) else ""


def _take_in(kind: str, rows: dict[Key, tuple[int, Row]], row: Row, line: int, outcome: Outcome) -> None:
    """Add a row; the same key again is added up for activities, once if identical, else rejected."""
    key = key_of(kind, row)
    if key not in rows:
        rows[key] = (line, row)
        return
    first, known = rows[key]
    if kind == "activities":
        total = int(known.get("count") or 0) + int(row.get("count") or 0)
        rows[key] = (first, known | {"count": str(total)})
    elif known == row:
        outcome.unchanged += 1
    else:
        why = N_("differs from line {first}, which has the same id")
        outcome.rejects.append(
            Reject(line=line, column="", value=" ".join(key), why=why, params={"first": first})
        )


def _merged(book: Book, kind: str, rows: Mapping[Key, tuple[int, Row]], outcome: Outcome) -> FactFiles:
    """The book's files with the export's rows in them."""
    from salescli.measures.schema import COLUMNS

    columns = tuple(column.name for column in COLUMNS[kind])
    files = read_fact_files(kind, book.root, book.facts[kind], columns)
    for path in files.files.values():
        if not path.header:
            path.header = [column.name for column in COLUMNS[kind] if column.required]
    months = _months_of_deals(book, columns) if kind == "credits" else {}
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


def _months_of_deals(book: Book, _columns: tuple[str, ...]) -> dict[str, str]:
    deals = read_fact_files("deals", book.root, book.facts["deals"], ())
    return {key[0]: _month("deals", row, {}) for f in deals.files.values() for key, row in f.rows.items()}


# -- Checking ----------------------------------------------------------------------------------------


def _check(
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
    import csv

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


# -- Saying ------------------------------------------------------------------------------------------


def _report(book: Book, job: Job, outcome: Outcome, files: FactFiles, *, written: bool) -> Report:
    changed = {key for key, *_ in outcome.changed}
    counts = {
        N_("new"): len(outcome.new),
        N_("changed"): len(changed),
        N_("unchanged"): outcome.unchanged,
        N_("left out by the mapping"): outcome.skipped,
        N_("rejected"): len({reject.line for reject in outcome.rejects}),
    }
    summary: tuple[TableRow, ...] = tuple({"what": what, "count": count} for what, count in counts.items())
    rejects = sorted(outcome.rejects, key=lambda r: (r.line, r.column))
    rejected: tuple[TableRow, ...] = tuple(
        {
            "line": reject.line,
            "column": reject.column,
            "value": reject.value,
            "why": Line(template=reject.why, params=reject.params),
        }
        for reject in rejects
    )
    changes: tuple[TableRow, ...] = tuple(
        {"id": " ".join(key), "column": column, "before": before, "after": after, "line": line}
        for key, line, column, before, after in sorted(outcome.changed)
    )
    header = Line(
        template=N_("{kind} from {file} into {company}"),
        params={
            "kind": gettext(job.kind),
            "file": job.export.name,
            "company": book.settings.company or book.root.name,
        },
    )
    return Report(
        command="import",
        currency=book.settings.currency,
        header=(header,),
        tables=(
            Table(name="rows", columns=_SUMMARY, rows=summary),
            Table(name="changed", columns=_CHANGED, rows=changes, title=N_("Changed")),
            Table(name="rejected", columns=_REJECTED, rows=rejected, title=N_("Rejected")),
        ),
        notes=_notes(book, job, files, written),
        exit_code=1 if outcome.rejects else 0,
    )


def _notes(book: Book, job: Job, files: FactFiles, written: bool) -> tuple[Line, ...]:
    changes = [path.relative_to(book.root).as_posix() for path in files.changes()]
    params: dict[str, object] = {"files": len(changes), "first": changes[0] if changes else ""}
    if not changes:
        return (Line(template=N_("nothing to write: the book has all of it")),)
    if written:
        return (
            Line(template=N_("wrote {files} files, first {first}"), params=params),
            Line(template=N_("next: salescli validate")),
        )
    if job.write:
        template = N_("nothing written: mend the rejected rows, or write the others with --allow-rejects")
        return (Line(template=template),)
    template = N_("nothing written yet; --write puts it into {files} files, first {first}")
    return (Line(template=template, params=params),)
