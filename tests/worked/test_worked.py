"""Worked examples published by others come out to the cent (a folder each; `checks.py` tells its form)."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from salescli import i18n
from salescli.cli.errors import guarded
from salescli.cli.group import cli

from .checks import Row, hold, not_shown, read_texts

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[2] / "shared" / "cases" / "worked-examples.yaml"
FOLDERS = sorted(path.parent for path in HERE.glob("*/case.yaml"))
BOOK = ("salescli.yaml", "ledger", "policies")


def case_of(folder: Path) -> Row:
    (case,) = read_texts(folder / "case.yaml")
    assert case["id"] == folder.name
    return case  # type: ignore[no-any-return]


def lay_book(folder: Path, over: str | None, book: Path) -> None:
    """The case's book, with the files of a further folder laid over it."""
    for name in BOOK:
        source = folder / name
        if source.is_dir():
            shutil.copytree(source, book / name)
        else:
            book.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, book / name)
    if over is not None:
        shutil.copytree(folder / over, book, dirs_exist_ok=True)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_worked_example(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SALESCLI_DIR", raising=False)

    def run(line: str) -> tuple[int, Any, str]:
        words = shlex.split(line)
        i18n.use("en")
        form = () if words[0] == "validate" else ("-o", "json")
        code = guarded(cli, [*words, *form, "--lang", "en"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if form and out else None, out + err

    for number, check in enumerate(case_of(folder)["checks"]):
        book = tmp_path / str(number)
        lay_book(folder, check.get("over"), book)
        monkeypatch.chdir(book)
        hold(check, run)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_published_figure_is_held_by_a_check(folder: Path) -> None:
    assert not_shown(case_of(folder)) == []


def test_the_published_examples_are_all_here() -> None:
    if not PUBLISHED.is_file():
        pytest.skip("the collection of published examples does not lie beside this project")
    published = {document["id"]: document for document in read_texts(PUBLISHED)}
    ours = {folder.name: case_of(folder) for folder in FOLDERS}
    assert sorted(ours) == sorted(published)
    assert {key: case["published"] for key, case in ours.items()} == {
        key: document["expected"] for key, document in published.items()
    }
    assert {key: case["status"] for key, case in ours.items()} == {
        key: document["check"]["status"] for key, document in published.items()
    }
