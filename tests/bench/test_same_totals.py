"""The benchmark compares programs that do the same work: on a small book all give the same totals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bench.books import NEWEST, REGIONS, journal, make

PROJECT = Path(__file__).resolve().parents[2]
DEALS = 200


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("books"), DEALS)


def run(*command: str, folder: Path = PROJECT) -> str:
    env = os.environ | {"PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def salescli(book: Path, *words: str) -> str:
    return run(str(Path(sys.executable).parent / "salescli"), *words, folder=book)


def cents_by_region(book: Path) -> dict[str, int]:
    rows = json.loads(salescli(book, "status", "--period", NEWEST, "-o", "json"))["rows"]
    return {
        row["region"]: int(Decimal(row["actual"]) * 100)
        for row in rows
        if row["metric"] == "sales_amount" and row["region"] and not row["person"]
    }


def test_pandas_and_bare_sql_give_the_totals_of_status(book: Path) -> None:
    expected = cents_by_region(book)
    assert set(expected) == set(REGIONS)
    assert all(expected.values())
    assert json.loads(run(sys.executable, "-m", "bench.with_pandas", str(book))) == expected
    assert json.loads(run(sys.executable, "-m", "bench.bare", str(book), "run")) == expected


def test_the_book_is_sound_and_of_the_size_asked_for(book: Path) -> None:
    salescli(book, "validate")

    def count(kind: str) -> int:
        files = (book / "ledger" / kind).glob("*.csv")
        return sum(len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in files)

    assert count("deals") == DEALS
    assert count("collections") == 2 * DEALS
    shares = count("credits")
    assert shares % 2 == 0
    assert 0.2 * DEALS <= shares / 2 <= 0.3 * DEALS
    entries = journal(book).read_text(encoding="utf-8").count("\n\n")
    assert entries == DEALS


def test_the_same_size_gives_the_same_bytes(book: Path, tmp_path: Path) -> None:
    again = make(tmp_path, DEALS)
    files = sorted(path.relative_to(book) for path in book.rglob("*.csv"))
    assert files == sorted(path.relative_to(again) for path in again.rglob("*.csv"))
    assert all((book / file).read_bytes() == (again / file).read_bytes() for file in files)
