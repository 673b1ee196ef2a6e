"""Cases as folders of files: `tests/cases/<command>/<name>/`, run by the program itself.

    cmd               one command line or several, as typed: `salescli validate`
    book/             files laid over the base book; `base` names another: `sample`, `none`
    gone              paths to remove from it, one a line
    expected.out      stdout; a line of `…` stands for any number of lines
    expected.err      stderr, where it matters
    expected.code     exit code of the last line; 0 if the file is not there

`pytest tests/test_cases.py --update` rewrites what is expected; read the diff before committing it.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from salescli import i18n
from salescli.cli.errors import guarded
from salescli.cli.group import cli

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
SAMPLE = ("salescli.yaml", "ledger", "policies", "report_templates")
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/cmd"))


def lay(source: Path, target: Path) -> None:
    """Copy a file or folder over what is there."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy(source, target)


def make_book(case: Path, book: Path) -> None:
    book.mkdir()
    base = (case / "base").read_text().strip() if (case / "base").exists() else "base"
    if base == "sample":
        for name in SAMPLE:
            lay(ROOT / name, book / name)
    elif base != "none":
        lay(CASES / base, book)
    lay(case / "book", book)
    for name in (case / "gone").read_text().split() if (case / "gone").exists() else ():
        (book / name).unlink()


def run(line: str) -> int:
    words = shlex.split(line)
    assert words[0] == "salescli", line
    i18n.use("en")
    return guarded(cli, words[1:])


def matches(expected: str, printed: str) -> bool:
    parts = [".*" if line == "…" else re.escape(line) for line in expected.split("\n")]
    return re.fullmatch("\n".join(parts), printed, re.DOTALL) is not None


@pytest.mark.parametrize("case", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_case(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    book = tmp_path / "book"
    make_book(case, book)
    monkeypatch.chdir(book)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SALESCLI_DIR", raising=False)
    code = 0
    for line in (case / "cmd").read_text(encoding="utf-8").splitlines():
        code = run(line)
    i18n.use("en")
    captured = capsys.readouterr()
    out, err = (text.replace(str(book), "BOOK") for text in captured)
    assert "Traceback" not in err
    if request.config.getoption("--update"):
        update(case, out, err, code)
    expected = int((case / "expected.code").read_text()) if (case / "expected.code").exists() else 0
    assert code == expected, out + err
    for name, text in (("out", out), ("err", err)):
        if (case / f"expected.{name}").exists():
            wanted = (case / f"expected.{name}").read_text(encoding="utf-8")
            assert matches(wanted, text), f"expected.{name} of {case.name}; printed:\n{text}"


def update(case: Path, out: str, err: str, code: int) -> None:
    """Rewrite what is expected, except where `…` leaves it open and it still matches."""
    for name, text in (("out", out), ("err", err)):
        path = case / f"expected.{name}"
        old = path.read_text(encoding="utf-8") if path.exists() else None
        if name == "err" and old is None and (out or code == 0):
            continue
        if old is None or "…" not in old.split("\n") or not matches(old, text):
            path.write_text(text, encoding="utf-8")
    if code:
        (case / "expected.code").write_text(f"{code}\n")
    else:
        (case / "expected.code").unlink(missing_ok=True)
