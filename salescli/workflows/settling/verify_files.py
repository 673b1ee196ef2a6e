"""Which files of a settlement are not as they were written: manifest, results, objections, the one before."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from pathlib import Path

from salescli.books.objections import objections_folder
from salescli.books.settlements import read_settlement, rule_copy, settled_periods, settlement_path
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.period import Period
from salescli.model.settlement import WRITTEN, Settlement
from salescli.model.table import Line
from salescli.workflows.settling.chain import manifest, named, rests_on
from salescli.workflows.settling.settlement_files import lasting_hash, manifest_yaml
from salescli.workflows.settling.settlements import Settlements
from salescli.workflows.settling.verify_said import DIFFERS, Seen


def wrong_files(settled: Settlements, month: Period, known: Settlement, path: str) -> Iterator[Seen]:
    """What is not as it was written, each with its file and, where it can be told, its line.

    Nothing but the settlement folders is read: no setting, rule or fact of today.
    """
    root = settled.root
    written, expected = (root / path).read_bytes(), manifest_yaml(known)
    if written != expected:
        what = _ends(written, hashlib.sha256(expected).hexdigest()) or Line(
            template=N_("line {line}"), params={"line": first_line(written, expected)}
        )
        yield Seen(month.text, known.state, DIFFERS, path, what)
    folder = settlement_path(Path(), month.text).parent
    wanted = {(folder / name).as_posix() for name in WRITTEN}
    for name in sorted(wanted | known.outputs.keys()):
        digest = known.outputs.get(name)
        elsewhere = Path(name).parent != folder
        if digest is None or elsewhere or not _is(settled, name, digest):
            yield Seen(month.text, known.state, DIFFERS, name, _why(root, name, digest))
    objections = objections_folder(Path(), month.text)
    for number, digest in known.objections().items():
        name = (objections / f"{number}.yaml").as_posix()
        if not _is(settled, name, digest):
            yield Seen(month.text, known.state, DIFFERS, name, _why(root, name, digest))
    for rule, digest in sorted(known.rules.items()) if known.state != "draft" else ():
        copy = rule_copy(Path(), digest).as_posix()
        if not _is(settled, copy, digest):
            what = Line(
                template=N_("the copy of {rule} that {period} was paid by"),
                params={"rule": rule, "period": month.text},
            )
            yield Seen(month.text, known.state, DIFFERS, copy, what)
    yield from _broken_chain(settled, month, known)


def _is(settled: Settlements, name: str, digest: str) -> bool:
    return (settled.root / name).is_file() and settled.sha256(name) == digest


def _why(root: Path, name: str, digest: str | None) -> Line | None:
    path = root / name
    if not path.is_file():
        return Line(template=N_("gone"))
    return None if digest is None else _ends(path.read_bytes(), digest)


def _ends(data: bytes, digest: str) -> Line | None:
    """Whether only the ends of lines differ, as git converts them on some machines."""
    if b"\r\n" in data and hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest() == digest:
        return Line(
            template=N_("only its line ends differ, which git converts: write `* -text` into .gitattributes")
        )
    return None


def _broken_chain(settled: Settlements, month: Period, known: Settlement) -> Iterator[Seen]:
    """The settlement before, by the name this one has for it; a draft that is only older than it is none."""
    if known.previous is None or stale(settled, known) is not None:
        return
    path, digest = known.previous
    if _lasting(settled.root, path) != digest:
        what = Line(template=N_("{period} names it as the one before"), params={"period": month.text})
        yield Seen(month.text, known.state, DIFFERS, path, what)


def stale(settled: Settlements, known: Settlement) -> Line | None:
    """Why a draft is to be made again: one before it was drafted again since. None if it is not.

    Only drafts are drafted again, and nothing is published while a later draft is older: where the one before
    is more than a draft, it is not what was settled.
    """
    months = [at.text for at in settled_periods(settled.root) if at.text <= known.period]
    for before, at in itertools.pairwise(manifest(settled.root, name) for name in months):
        if before is None or at is None or {before.state, at.state} != {"draft"} or rests_on(at, before):
            continue
        if at.previous is None or at.previous[0] == named(before)[0]:
            return Line(
                template=N_("{before} was drafted again since: salescli settle draft {period}"),
                params={"before": before.period, "period": known.period},
            )
    return None


def _lasting(root: Path, path: str) -> str | None:
    """The lasting hash of the settlement at a path; None if there is none, whoever wrote what into it."""
    name = Path(path).parent.name
    try:
        earlier = Period.parse(name)
    except ValueError:
        return None
    if earlier.kind != "month" or settlement_path(Path(), name).as_posix() != path:
        return None
    found: list[Finding] = []
    known = read_settlement(root, name, found)
    return None if known is None else lasting_hash(known)


def first_line(one: bytes, other: bytes) -> int:
    """The number of the first line in which two files differ."""
    first, second = one.splitlines(), other.splitlines()
    for number, (a, b) in enumerate(zip(first, second, strict=False), 1):
        if a != b:
            return number
    return min(len(first), len(second)) + 1


def row_text(written: bytes, made: bytes, line: int) -> str:
    """That line as it stands in the file; where it ends before, the line that is missing there."""
    for data in (written, made):
        lines = data.decode("utf-8", "replace").splitlines()
        if line <= len(lines):
            return lines[line - 1]
    return ""
