"""`verify`: the whole chain of settlements held against what is there, and reckoned again (SPEC S5).

Months are looked at one after another, first to last, and nothing of a month is kept once it has been said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from salescli.books.settlements import read_settlement, settled_periods, settlement_path
from salescli.findings import BookBroken, Finding, Misuse, Refused
from salescli.i18n import N_, several
from salescli.model.period import Period
from salescli.model.settlement import Settlement
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.reckon import reckon, stop_on_errors
from salescli.workflows.session import Session, open_session
from salescli.workflows.settle import files_of, inputs_of
from salescli.workflows.verify_files import first_line, row_text, wrong_files
from salescli.workflows.verify_git import History, open_history
from salescli.workflows.verify_said import CHANGED, DIFFERS, RECOMPUTED, UNKEPT, WORDS, Seen

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
    something else; 1 if only files it rests on have changed since; else 0.

    Args:
        git: Also hold it against the commits of the book's repository (`verify_git`).

    Raises:
        Misuse: if the month has no settlement; with `git`, if there is no repository to ask.
    """
    with open_session(root) as session, open_history(session.book.root, git) as history:
        months = _asked(session, period)
        seen = [one for month in months for one in _of_month(session, month, history)]
        if history is not None and period is None:
            seen += history.gone({month.text for month in months})
    return _report(seen, len(months))


def _asked(session: Session, period: str | None) -> tuple[Period, ...]:
    months = settled_periods(session.book.root)
    if period is None:
        return months
    asked = session.period(period, ("month",))
    if asked.text not in [month.text for month in months]:
        raise Misuse(
            N_("{period} has no settlement"),
            hint=N_("settled are: {months}") if months else N_("salescli settle draft 2026-08, say"),
            period=asked.text,
            months=several(month.text for month in months),
        )
    return tuple(month for month in months if month.text == asked.text)


def _of_month(session: Session, month: Period, history: History | None) -> Iterator[Seen]:
    root = session.book.root
    path = settlement_path(Path(), month.text).as_posix()
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if known is None or found:
        said = found[0] if found else None
        what = None if said is None else Line(template=said.template, params=said.params)
        yield Seen(month.text, "", DIFFERS, path, what)
        if history is not None:
            yield from history.of_broken(month)
        return
    wrong = list(wrong_files(session, month, known, path))
    yield from wrong
    if history is not None:
        yield from history.of(month, known)
    if wrong:
        return
    try:
        yield from _rests(session, month, known, history)
    except (Refused, BookBroken):
        what = Line(template=N_("it rests on a settlement that is not what was settled"))
        yield Seen(month.text, known.state, DIFFERS, "", what)


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
    for name in sorted((*changed, *new)):
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
        written = (root / folder / name).read_bytes()
        if written != data:
            same = False
            at = first_line(written, data)
            what = Line(
                template=N_("line {line}: {row}"), params={"line": at, "row": row_text(written, data, at)}
            )
            yield Seen(month.text, known.state, DIFFERS, (folder / name).as_posix(), what)
    if same:
        yield Seen(month.text, known.state, RECOMPUTED)


def _report(seen: Iterable[Seen], count: int) -> Report:
    rows: list[Row] = []
    results = set()
    for one in seen:
        results.add(one.result)
        rows.append(
            {
                "period": one.period,
                "state": one.state or None,
                "result": Line(template=WORDS[one.result]),
                "file": one.file or None,
                "what": one.what,
            }
        )
    code = TAMPERED if DIFFERS in results else CHANGED_SINCE if results & {CHANGED, UNKEPT} else 0
    text = (
        N_("{count} settlements checked: all as recorded") if not code else N_("{count} settlements checked")
    )
    return Report(
        command="verify",
        tables=(Table(name="rows", columns=COLUMNS, rows=tuple(rows)),),
        notes=(Line(template=text, params={"count": count}),),
        exit_code=code,
    )
