"""`verify`: the whole chain of settlements held against what is there, and reckoned again (SPEC S5).

First every settlement by itself: manifest, results, objections, kept rules, chain and commits need nothing of
today's book, so that they are checked whatever state it is in. Then the book is read, and every month is
reckoned again whose files are as they were; where the book cannot be read, that is said beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from salescli.books.settlements import read_settlement, settled_periods, settlement_path
from salescli.findings import BookBroken, Busy, Finding, Misuse, Refused, Stop
from salescli.i18n import N_, several
from salescli.model.period import Period
from salescli.model.settlement import Settlement
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.paying.reckon import reckon, stop_on_errors
from salescli.workflows.session import Session, open_session, period_of
from salescli.workflows.settling.settle import files_of, inputs_of
from salescli.workflows.settling.settlements import Settlements
from salescli.workflows.settling.verify_files import first_line, row_text, stale, wrong_files
from salescli.workflows.settling.verify_git import History, open_history
from salescli.workflows.settling.verify_said import (
    CHANGED,
    DIFFERS,
    RECOMPUTED,
    RECORDED,
    STALE,
    UNKEPT,
    WORDS,
    Seen,
)
from salescli.workflows.soundness import tidy

TAMPERED = 6
CHANGED_SINCE = 1
COLUMNS = (
    Column("period", N_("Month")),
    Column("state", N_("State"), "word"),
    Column("result", N_("Result")),
    Column("file", N_("File")),
    Column("what", N_("What")),
)


def verify(root: Path, period: str | None = None, git: bool = False) -> Report:
    """Check every settlement, or one, and reckon again what rests on unchanged files.

    Exit 6 if a settled file, its manifest or the chain is not what was written, or if reckoning again gives
    something else, whatever else is wrong with the book; 1 if only files it rests on have changed since, it
    is a draft older than the one before it, or the book has errors and cannot be reckoned again; else 0.

    Args:
        git: Also hold it against the commits of the book's repository (`verify_git`).

    Raises:
        Misuse: if the month has no settlement; with `git`, if there is no repository to ask.
    """
    root = root.resolve()
    months = _asked(root, period)
    settled = Settlements(root)
    with open_history(root, git) as history:
        alone = [_alone(settled, month, history) for month in months]
        seen, found = _with_the_book(settled, alone, history)
        if history is not None and period is None:
            seen += history.gone({month.text for month in months})
    return _report(seen, len(months), found)


def _asked(root: Path, period: str | None) -> tuple[Period, ...]:
    months = settled_periods(root)
    if period is None:
        return months
    asked = period_of(period, ("month",))
    if asked.text not in [month.text for month in months]:
        raise Misuse(
            N_("{period} has no settlement"),
            hint=N_("settled are: {months}") if months else N_("salescli settle draft 2026-08, say"),
            period=asked.text,
            months=several(month.text for month in months),
        )
    return tuple(month for month in months if month.text == asked.text)


# --- a settlement by itself


@dataclass(frozen=True, slots=True)
class _Alone:
    """What is seen of a settlement by itself; `whole` if every file of it is as it was written, and it is no
    draft older than the one before it, which would come to something else."""

    month: Period
    seen: tuple[Seen, ...]
    whole: bool


def _alone(settled: Settlements, month: Period, history: History | None) -> _Alone:
    path = settlement_path(Path(), month.text).as_posix()
    found: list[Finding] = []
    known = read_settlement(settled.root, month.text, found)
    if known is None or found:
        said = found[0] if found else None
        what = None if said is None else Line(template=said.template, params=said.params)
        seen = [Seen(month.text, "", DIFFERS, path, what)]
        return _Alone(month, (*seen, *(history.of_broken(month) if history is not None else ())), False)
    wrong = list(wrong_files(settled, month, known, path))
    kept = () if history is None else history.of(month, known)
    again = stale(settled, known)
    old = () if again is None else (Seen(month.text, known.state, STALE, "", again),)
    return _Alone(month, (*wrong, *old, *kept), not wrong and not old)


# --- what it rests on, by the book as it is now


def _with_the_book(
    settled: Settlements, alone: Sequence[_Alone], history: History | None
) -> tuple[list[Seen], list[Finding]]:
    """All that is seen, month by month, and what is wrong with the book as it is now."""
    found: list[Finding] = []
    with ExitStack() as stack:
        session, why = _opened(settled, stack, found)
        seen: list[Seen] = []
        for one in alone:
            seen += one.seen
            if one.whole:
                known = read_settlement(settled.root, one.month.text, [])
                assert known is not None  # it is whole
                seen += _of_book(settled, session, why, one.month, known, history, found)
    return seen, tidy(settled.root, found)


def _opened(settled: Settlements, stack: ExitStack, found: list[Finding]) -> tuple[Session | None, Line]:
    """The book as it is now; None, and why, if it cannot be read."""
    try:
        session = stack.enter_context(open_session(settled.root, settled=settled))
    except BookBroken as broken:
        found += broken.found
        return None, _ERRORS
    except Busy:
        raise
    except Stop as stop:
        return None, Line(template=stop.template, params=stop.params)
    return session, _ERRORS


_ERRORS = Line(template=N_("the book as it is now has errors"))


def _of_book(
    settled: Settlements,
    session: Session | None,
    why: Line,
    month: Period,
    known: Settlement,
    history: History | None,
    found: list[Finding],
) -> list[Seen]:
    """What a whole settlement rests on, and the month reckoned again, as far as the book can be read."""
    try:
        settled.before(month)
    except (Refused, BookBroken):
        what = Line(template=N_("it rests on a settlement that is not what was settled"))
        return [Seen(month.text, known.state, DIFFERS, "", what)]
    if session is not None:
        try:
            return list(_rests(session, session.book.period(month.text), known, history))
        except BookBroken as broken:
            found += broken.found
        except Refused as refused:
            why = Line(template=refused.template, params=refused.params)
    then = {**known.inputs, **known.rules}
    now = {name: settled.sha256(name) for name in then if (settled.root / name).is_file()}
    changed = sorted(name for name in then if then[name] != now.get(name))
    return [
        *_changed(month, known, then, now, changed, history),
        Seen(month.text, known.state, RECORDED, "", why),
    ]


def _rests(session: Session, month: Period, known: Settlement, history: History | None) -> Iterator[Seen]:
    """What it rests on; where that is unchanged, the month reckoned again.

    A file that was not there yet, of later months for example, changes nothing as long as reckoning with it
    gives the same bytes.
    """
    now = inputs_of(session, month)
    then = {**known.inputs, **known.rules}
    new = sorted(now.keys() - then.keys())
    changed = sorted(name for name in then if then[name] != now.get(name))
    if not changed:
        again = list(_again(session, month, known))
        if again[0].result == RECOMPUTED or not new:
            yield from again
            return
    yield from _changed(month, known, then, now, sorted((*changed, *new)), history)


def _changed(
    month: Period,
    known: Settlement,
    then: Mapping[str, str],
    now: Mapping[str, str],
    names: Sequence[str],
    history: History | None,
) -> Iterator[Seen]:
    """Files that are others now than when the month was settled, with the commit that changed each."""
    for name in names:
        what = _how(name in then, name in now)
        if history is not None and name in then:
            what = history.changed_by(name, then[name], name in now)
        yield Seen(month.text, known.state, CHANGED, name, what)


def _how(was: bool, is_now: bool) -> Line:
    if was and is_now:
        return Line(template=N_("other content"))
    return Line(template=N_("gone") if was else N_("new"))


def _again(session: Session, month: Period, known: Settlement) -> Iterator[Seen]:
    """Reckon the month once more and compare its files line by line."""
    root, folder = session.book.root, settlement_path(Path(), month.text).parent
    found: list[Finding] = []
    reckoned = reckon(session, month, found)
    stop_on_errors(found)
    _, _, files = files_of(session, month, reckoned)
    same = True
    for name, data in files.items():
        path = root / folder / name
        written = path.read_bytes() if path.is_file() else b""
        if written != data:
            same = False
            at = first_line(written, data)
            what = Line(
                template=N_("line {line}: {row}"), params={"line": at, "row": row_text(written, data, at)}
            )
            yield Seen(month.text, known.state, DIFFERS, (folder / name).as_posix(), what)
    if same:
        yield Seen(month.text, known.state, RECOMPUTED)


def _report(seen: Iterable[Seen], count: int, found: Sequence[Finding]) -> Report:
    rows: list[Row] = []
    results = set()
    left = []
    for one in seen:
        results.add(one.result)
        left += [one.period] if one.result == RECORDED else []
        rows.append(
            {
                "period": one.period,
                "state": one.state or None,
                "result": Line(template=WORDS[one.result]),
                "file": one.file or None,
                "what": one.what,
            }
        )
    less = bool(found) or bool(results & {CHANGED, UNKEPT, RECORDED, STALE})
    code = TAMPERED if DIFFERS in results else CHANGED_SINCE if less else 0
    text = (
        N_("{count:settlement|settlements} checked: all as recorded")
        if not code
        else N_("{count:settlement|settlements} checked")
    )
    notes = [Line(template=text, params={"count": count})]
    if left:
        text = N_("files, seals, chain and kept rules were checked; not reckoned again: {months}")
        notes.append(Line(template=text, params={"months": several(left)}))
    return Report(
        command="verify",
        tables=(Table(name="rows", columns=COLUMNS, rows=tuple(rows)),),
        findings=tuple(found),
        notes=tuple(notes),
        exit_code=code,
    )
