"""Importing an export: read, convert, compare with the book, check as the book would be, write (SPEC K2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli.books import load_book
from salescli.books.factfiles import FactFiles, Key, Row, key_of
from salescli.books.intake import Sheet, read_export
from salescli.books.schemas.mapping import Mapping as MapFile
from salescli.books.steady import Look, hold
from salescli.calc.clean.convert import Reject, Rules, convert
from salescli.findings import BookBroken, Finding, has_errors
from salescli.i18n import N_, gettext
from salescli.model.book import Book
from salescli.model.table import Column, Line, Report, Table
from salescli.model.table import Row as TableRow
from salescli.workflows.bringing_in.import_mapping import header_of, read_mapping, rules_of
from salescli.workflows.bringing_in.import_merge import Outcome, check, merged
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
        Busy: if it is to be written and another run writes into the book.
    """
    with hold(root, job.write) as seen:
        return _bring_in(root, job, progress, seen)


def _bring_in(root: Path, job: Job, progress: Progress | None, seen: Look | None) -> Report:
    book = _book(root)
    map_file = read_mapping(root, job.kind, job.mapping)
    sheet = read_export(
        job.export,
        encoding=job.encoding or map_file.encoding,
        delimiter={"tab": "\t"}.get(map_file.delimiter or "", map_file.delimiter),
        sheet=map_file.sheet,
        header=map_file.header_row,
    )
    header = header_of(job.export, map_file, sheet)
    rows, outcome = _converted(job, rules_of(map_file), map_file, sheet, header, book, progress)
    files = merged(book, job.kind, rows, outcome)
    check(book, job.kind, files, rows, outcome)
    changes = files.changes()
    written = bool(changes) and seen is not None and (job.allow_rejects or not outcome.rejects)
    if written and seen is not None:
        seen.write(changes)
    return _report(book, job, outcome, files, written=written)


# -- Reading -----------------------------------------------------------------------------------------


def _book(root: Path) -> Book:
    found: list[Finding] = []
    book = load_book(root, found)
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    return book


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
    """Add a row. The same key again: activities add up, identical rows count once, different ones are all
    rejected, for nothing says which of them is right."""
    key = key_of(kind, row)
    if key in outcome.disputed:
        outcome.rejects.append(_disputed(key, line, outcome.disputed[key]))
        return
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
        del rows[key]
        outcome.disputed[key] = first
        outcome.rejects += [_disputed(key, first, line), _disputed(key, line, first)]


def _disputed(key: Key, line: int, other: int) -> Reject:
    why = N_("differs from line {other}, which has the same id")
    return Reject(line=line, column="", value=" ".join(key), why=why, params={"other": other})


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
            Line(template=N_("wrote {files:file|files}, first {first}"), params=params),
            Line(template=N_("next: salescli validate")),
        )
    if job.write:
        template = N_("nothing written: mend the rejected rows, or write the others with --allow-rejects")
        return (Line(template=template),)
    template = N_("nothing written yet; --write puts it into {files:file|files}, first {first}")
    return (Line(template=template, params=params),)
