"""`ledger/notes/*.yaml` and `ledger/reports/*.yaml` as records.

Each file stands alone here: whether people and metrics exist, and what is there twice over several files, is
for `calc/checks/notes.py`. Notes are read where they are asked for, for books keep them for years; only
the files that may put a metric under watch are read with the book.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from salescli.books.schemas.notes import (
    ActionEntry,
    DiagnosisEntry,
    EvidenceEntry,
    NoteEntry,
    NotesFile,
    ReportEntry,
    ReportsFile,
    WatchEntry,
)
from salescli.books.typed import Typed, load_typed, type_document
from salescli.books.yamltree import parse_yaml
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, several
from salescli.model.note import Action, Diagnosis, Evidence, Filed, Note, Notes, Watch, WeeklyReports
from salescli.model.period import Period

NOTES = "ledger/notes"
REPORTS = "ledger/reports"
_WHYS = ("why_1", "why_2", "why_3", "why_4", "why_5")


def read_notes(paths: Iterable[Path], root: Path, fiscal: int, found: list[Finding]) -> Notes:
    """Everything in these files of the book at `root`; what is wrong goes to `found`.

    Args:
        paths: `Book.notes`.
        fiscal: First month of the fiscal year.
    """
    parts = [_read_file(path, root, fiscal, found) for path in sorted(paths)]
    return Notes(
        notes=tuple(sorted((n for p in parts for n in p.notes), key=lambda n: (n.on, n.place))),
        diagnoses=tuple(sorted((d for p in parts for d in p.diagnoses), key=_diagnosis_key)),
        actions=tuple(sorted((a for p in parts for a in p.actions), key=lambda a: (a.due, a.id, a.place))),
        watch=tuple(sorted((w for p in parts for w in p.watch), key=_watch_key)),
    )


def read_watch(
    paths: Iterable[Path], root: Path, fiscal: int, found: list[Finding]
) -> tuple[tuple[Watch, ...], list[Path]]:
    """Metrics under watch, and the files that say so; files that do not name the word are not parsed.

    What is wrong elsewhere in these files is told by `read_notes` too, so that here it stops the book only
    where a watch cannot be read.
    """
    watches: list[Watch] = []
    files: list[Path] = []
    for path in sorted(paths):
        if not _may_watch(path):
            continue
        told: list[Finding] = []
        read = _read_file(path, root, fiscal, told).watch
        found.extend(told)
        watches += read
        files += [path] if read or told else []
    return tuple(sorted(watches, key=_watch_key)), files


def read_reports(path: Path, root: Path, fiscal: int, found: list[Finding]) -> WeeklyReports | None:
    """The reports of one week; None, with an error in `found`, if the file is none or for another week."""
    typed = load_typed(path, ReportsFile, root, found)
    if typed is None:
        return None
    file = typed.value
    week = _period(typed, ("week",), file.week, fiscal, found)
    if week is None:
        return None
    if week.text != path.stem:
        found.append(
            typed.finding(
                "N003",
                ("week",),
                N_("the file's name says {name}"),
                N_("write `week: {name}`, or rename the file"),
                name=path.stem,
            )
        )
        return None
    filed = [_filed(typed, index, entry) for index, entry in enumerate(file.reports)]
    return WeeklyReports(week=week, filed=tuple(sorted(filed, key=lambda f: (f.person, f.place))))


def report_files(paths: Iterable[Path], root: Path, found: list[Finding]) -> dict[str, Path]:
    """Week → file, by week; a file whose name is no week is an error, for it would be passed over."""
    known: dict[str, Path] = {}
    for path in sorted(paths):
        if _is_week(path.stem):
            known[path.stem] = path
            continue
        found.append(
            finding(
                "N003",
                Span(path.relative_to(root).as_posix()),
                N_("the name of this file is no week"),
                hint=N_("name it after its week, such as 2026-W33.yaml"),
            )
        )
    return known


def _is_week(text: str) -> bool:
    try:
        return Period.parse(text).kind == "week"
    except (ValueError, OverflowError):
        return False


def _may_watch(path: Path) -> bool:
    try:
        return b"watch" in path.read_bytes()
    except OSError:
        return True  # reading it tells why


def notes_in(data: bytes, name: str, fiscal: int, found: list[Finding]) -> Notes:
    """As `read_notes`, of one file's bytes that are still to be written; `name` is its path in findings."""
    document = parse_yaml(data.decode("utf-8-sig"), name, found)
    typed = None if document is None else type_document(document, NotesFile, found)
    return Notes() if typed is None else _notes(typed, fiscal, found)


def _read_file(path: Path, root: Path, fiscal: int, found: list[Finding]) -> Notes:
    typed = load_typed(path, NotesFile, root, found)
    return Notes() if typed is None else _notes(typed, fiscal, found)


def _notes(typed: Typed[NotesFile], fiscal: int, found: list[Finding]) -> Notes:
    file = typed.value
    diagnoses = (_diagnosis(typed, i, e, fiscal, found) for i, e in enumerate(file.diagnoses or ()))
    actions = (_action(typed, i, e, fiscal, found) for i, e in enumerate(file.actions or ()))
    watch = (_watch(typed, i, e, fiscal, found) for i, e in enumerate(file.watch or ()))
    return Notes(
        notes=tuple(_note(typed, i, e) for i, e in enumerate(file.notes or ())),
        diagnoses=tuple(d for d in diagnoses if d is not None),
        actions=tuple(a for a in actions if a is not None),
        watch=tuple(w for w in watch if w is not None),
    )


def _diagnosis_key(one: Diagnosis) -> tuple[Period, str, str, Span]:
    return (one.period, one.about, one.metric, one.place)


def _watch_key(one: Watch) -> tuple[str, Period, Span]:
    return (one.metric, one.since, one.place)


def _note(typed: Typed[NotesFile], index: int, entry: NoteEntry) -> Note:
    return Note(
        on=entry.on,
        kind=entry.kind,
        text=entry.text,
        person=entry.person,
        region=entry.region,
        product=entry.product,
        deal=entry.deal,
        customer=entry.customer,
        by=entry.by,
        place=typed.at("notes", index),
        places=_places(
            typed,
            (
                "notes",
                index,
            ),
        ),
    )


def _diagnosis(
    typed: Typed[NotesFile], index: int, entry: DiagnosisEntry, fiscal: int, found: list[Finding]
) -> Diagnosis | None:
    loc = ("diagnoses", index)
    period = _period(typed, (*loc, "period"), entry.period, fiscal, found)
    if period is None:
        return None
    words = [getattr(entry, word) or "" for word in _WHYS]
    _check_chain(typed, loc, words, found)
    _check_whom(typed, loc, entry, found)
    if entry.action and not (entry.owner and entry.due):
        missing = "due" if entry.owner else "owner"
        found.append(
            typed.finding(
                "N005",
                (*loc, "action"),
                N_("the action has no `{word}`, so it will not come back"),
                N_("add `{word}:`"),
                severity="warning",
                word=missing,
            )
        )
    evidence = (_evidence(typed, (*loc, "evidence", i), e, found) for i, e in enumerate(entry.evidence))
    return Diagnosis(
        period=period,
        metric=entry.metric,
        person=entry.person,
        region=entry.region,
        product=entry.product,
        target=entry.target,
        actual=entry.actual,
        at=tuple(entry.at),
        evidence=tuple(evidence),
        whys=tuple(word for word in words if word),
        root_cause=entry.root_cause or "",
        action=entry.action or "",
        owner=entry.owner or "",
        due=entry.due,
        done=entry.done,
        note=entry.note or "",
        place=typed.at(*loc),
        places=_places(typed, loc),
    )


def _check_chain(
    typed: Typed[NotesFile], loc: tuple[str | int, ...], words: list[str], found: list[Finding]
) -> None:
    """An answer to why 3 without one to why 2 is a break in the chain."""
    for index in range(1, len(words)):
        if words[index] and not words[index - 1]:
            found.append(
                typed.finding(
                    "N006",
                    (*loc, _WHYS[index]),
                    N_("`{later}` is answered, `{earlier}` is not"),
                    N_("each answer is asked why again; fill in `{earlier}`"),
                    key=True,
                    severity="warning",
                    later=_WHYS[index],
                    earlier=_WHYS[index - 1],
                )
            )
            return


def _check_whom(
    typed: Typed[NotesFile], loc: tuple[str | int, ...], entry: DiagnosisEntry, found: list[Finding]
) -> None:
    stated = [word for word in ("person", "region", "product") if getattr(entry, word) is not None]
    if len(stated) > 1:
        found.append(
            typed.finding(
                "N004",
                (*loc, stated[1]),
                N_("a diagnosis is about one person, region or product line, or about the team"),
                N_("keep one of {stated}"),
                key=True,
                stated=several(f"`{word}`" for word in stated),
            )
        )


def _evidence(
    typed: Typed[NotesFile], loc: tuple[str | int, ...], entry: EvidenceEntry, found: list[Finding]
) -> Evidence:
    if not entry.text and entry.metric is None:
        found.append(
            typed.finding("N004", loc, N_("this evidence says nothing"), N_("add `text:` or `metric:`"))
        )
    return Evidence(
        text=entry.text or "",
        metric=entry.metric,
        actual=entry.actual,
        team=entry.team,
        cases=entry.cases,
        at=tuple(entry.at),
        place=typed.at(*loc),
        places=_places(typed, loc),
    )


def _action(
    typed: Typed[NotesFile], index: int, entry: ActionEntry, fiscal: int, found: list[Finding]
) -> Action | None:
    decided = _period(typed, ("actions", index, "decided"), entry.decided, fiscal, found)
    if decided is None:
        return None
    return Action(
        id=entry.id,
        text=entry.text,
        owner=entry.owner,
        due=entry.due,
        decided=decided,
        done=entry.done,
        note=entry.note or "",
        place=typed.at("actions", index),
        places=_places(
            typed,
            (
                "actions",
                index,
            ),
        ),
    )


def _watch(
    typed: Typed[NotesFile], index: int, entry: WatchEntry, fiscal: int, found: list[Finding]
) -> Watch | None:
    since = _period(typed, ("watch", index, "since"), entry.since, fiscal, found)
    until = None
    if entry.until is not None:
        until = _period(typed, ("watch", index, "until"), entry.until, fiscal, found)
    if since is None or (entry.until is not None and until is None):
        return None
    return Watch(
        metric=entry.metric,
        since=since,
        until=until,
        target=entry.target,
        why=entry.why or "",
        place=typed.at("watch", index),
        places=_places(
            typed,
            (
                "watch",
                index,
            ),
        ),
    )


def _filed(typed: Typed[ReportsFile], index: int, entry: ReportEntry) -> Filed:
    return Filed(
        person=entry.person,
        filed_at=entry.filed_at,
        sales=entry.sales,
        deals=entry.deals,
        reason=entry.reason or "",
        place=typed.at("reports", index),
        places=_places(
            typed,
            (
                "reports",
                index,
            ),
        ),
    )


def _places(typed: Typed[NotesFile] | Typed[ReportsFile], loc: tuple[str | int, ...]) -> dict[str, Span]:
    """Where the value of each key of an entry stands."""
    return {key: typed.at(*loc, key) for key in typed.keys(*loc)}


def _period(
    typed: Typed[NotesFile] | Typed[ReportsFile],
    loc: tuple[str | int, ...],
    text: str,
    fiscal: int,
    found: list[Finding],
) -> Period | None:
    """A period under the book's fiscal year; its form has been read, but a week 54 is no week."""
    try:
        return Period.parse(text, fiscal)
    except (ValueError, OverflowError):
        found.append(
            typed.finding(
                "Y114",
                loc,
                N_("`{value}` is not a period"),
                N_("write 2026-08, 2026-Q3, 2026-H2 or 2026"),
                value=text,
            )
        )
        return None
