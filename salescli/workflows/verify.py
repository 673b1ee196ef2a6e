"""`verify`: the whole chain of settlements held against what is there, and reckoned again (SPEC S5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli.books.settlements import (
    read_settlement,
    rule_copy,
    settled_periods,
    settlement_path,
    sha256_of,
)
from salescli.findings import BookBroken, Finding, Misuse, Refused
from salescli.i18n import N_
from salescli.model.period import Period
from salescli.model.settlement import WRITTEN, Settlement
from salescli.model.table import Column, Line, Report, Table
from salescli.workflows.reckon import reckon, stop_on_errors
from salescli.workflows.session import Session, open_session
from salescli.workflows.settle import files_of, inputs_of
from salescli.workflows.settlement_files import lasting_hash, manifest_yaml

TAMPERED = 6
CHANGED = 1
COLUMNS = (
    Column("period", N_("Month")),
    Column("state", N_("State")),
    Column("result", N_("Result")),
    Column("file", N_("File")),
    Column("what", N_("What")),
)
_WORDS = {
    "recomputed": N_("as recorded, and reckoned again to the same bytes"),
    "changed": N_("changed since it was settled"),
    "differs": N_("not what was settled"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing said about a settlement; `what` names the row or the reason."""

    period: str
    state: str
    result: str
    file: str = ""
    what: Line | None = None


def verify(root: Path, period: str | None = None) -> Report:
    """Check every settlement, or one, and reckon again what rests on unchanged files.

    Exit 6 if a settled file, its manifest or the chain is not what was written, or if reckoning again gives
    something else; 1 if only files it rests on have changed since; else 0.

    Raises:
        Misuse: if the month has no settlement.
    """
    with open_session(root) as session:
        book = session.book.root
        months = settled_periods(book)
        if period is not None:
            asked = session.period(period, ("month",))
            if asked.text not in [month.text for month in months]:
                raise Misuse(N_("{period} has no settlement"), period=asked.text)
            months = tuple(month for month in months if month.text == asked.text)
        seen = [one for month in months for one in _of_month(session, month)]
    code = 0
    if any(one.result == "changed" for one in seen):
        code = CHANGED
    if any(one.result == "differs" for one in seen):
        code = TAMPERED
    rows = tuple(
        {
            "period": one.period,
            "state": one.state,
            "result": Line(template=_WORDS[one.result]),
            "file": one.file or None,
            "what": one.what,
        }
        for one in seen
    )
    text = (
        N_("{count} settlements checked: all as recorded") if not code else N_("{count} settlements checked")
    )
    note = Line(template=text, params={"count": len(months)})
    return Report(
        command="verify",
        tables=(Table(name="rows", columns=COLUMNS, rows=rows),),
        notes=(note,),
        exit_code=code,
    )


def _of_month(session: Session, month: Period) -> Iterator[Seen]:
    root = session.book.root
    path = settlement_path(Path(), month.text).as_posix()
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if known is None or found:
        said = found[0] if found else None
        what = None if said is None else Line(template=said.template, params=said.params)
        yield Seen(month.text, "", "differs", path, what)
        return
    wrong = list(_wrong_files(root, month, known, path))
    yield from wrong
    if wrong:
        return
    try:
        yield from _rests(session, month, known)
    except (Refused, BookBroken):
        what = Line(template=N_("it rests on a settlement that is not what was settled"))
        yield Seen(month.text, known.state, "differs", "", what)


def _rests(session: Session, month: Period, known: Settlement) -> Iterator[Seen]:
    """What it rests on; where that is unchanged, the month reckoned again."""
    now = inputs_of(session, month)
    then = {**known.inputs, **known.rules}
    changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if changed:
        for name in changed:
            yield Seen(month.text, known.state, "changed", name, _how(name in then, name in now))
        return
    yield from _again(session, month, known)


def _wrong_files(root: Path, month: Period, known: Settlement, path: str) -> Iterator[Seen]:
    written = (root / path).read_bytes()
    expected = manifest_yaml(known)
    if written != expected:
        line = _first_line(written, expected)
        yield Seen(
            month.text, known.state, "differs", path, Line(template=N_("line {line}"), params={"line": line})
        )
    folder = (root / path).parent
    wanted = {f"{settlement_path(Path(), month.text).parent.as_posix()}/{name}" for name in WRITTEN}
    for name in sorted(wanted | known.outputs.keys()):
        digest = known.outputs.get(name)
        file = root / name
        if digest is None or file.parent != folder or not file.is_file() or sha256_of(file) != digest:
            yield Seen(month.text, known.state, "differs", name)
    for rule, digest in sorted(known.rules.items()) if known.state != "draft" else ():
        copy = rule_copy(root, digest)
        if not copy.is_file() or sha256_of(copy) != digest:
            what = Line(template=N_("the copy of {rule} that {period} was paid by"),
                        params={"rule": rule, "period": month.text})  # fmt: skip
            yield Seen(month.text, known.state, "differs", copy.relative_to(root).as_posix(), what)
    if known.previous is not None:
        before = Path(known.previous[0]).parent.name
        found: list[Finding] = []
        earlier = read_settlement(root, before, found) if _is_month(before) else None
        if earlier is None or lasting_hash(earlier) != known.previous[1]:
            what = Line(template=N_("{period} names it as the one before"), params={"period": month.text})
            yield Seen(month.text, known.state, "differs", known.previous[0], what)


def _is_month(text: str) -> bool:
    try:
        return Period.parse(text).kind == "month"
    except ValueError:
        return False


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
            at = _first_line(written, data)
            lines: Sequence[str] = written.decode("utf-8", "replace").splitlines()
            row = lines[at - 1] if at <= len(lines) else ""
            what = Line(template=N_("line {line}: {row}"), params={"line": at, "row": row})
            yield Seen(month.text, known.state, "differs", (folder / name).as_posix(), what)
    if same:
        yield Seen(month.text, known.state, "recomputed")


def _first_line(one: bytes, other: bytes) -> int:
    """The number of the first line in which two files differ."""
    first, second = one.splitlines(), other.splitlines()
    for number, (a, b) in enumerate(zip(first, second, strict=False), 1):
        if a != b:
            return number
    return min(len(first), len(second)) + 1
