"""`--on`: nobody has done anything on a day that has not come yet; the same for every step (SPEC R2, S1)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from notes_book import li_book
from track_books import DEALS, salescli, write

Capture = pytest.CaptureFixture[str]
MONTH = "2026-08"
STEPS = [
    ("action", "done", "2026-08.li.sales_amount"),
    ("settle", "publish", MONTH),
    ("settle", "close", MONTH, "--confirm", MONTH),
    ("settle", "pay", MONTH),
    ("object", "add", MONTH, "li", "--reason", "x"),
    ("object", "answer", MONTH, "1", "--reject", "--text", "x"),
    ("export", "payroll", MONTH),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("days", [3, 40_000])
def test_a_day_to_come_is_misuse(step: tuple[str, ...], days: int, tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    write(root, {"ledger/deals/2026-08.csv": "", "ledger/deals/all.csv": DEALS})
    day = (date.today() + timedelta(days=days)).isoformat()
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = salescli(capsys, root, *step, "--on", day, "--lang", "en")
    assert done.code == 2, done.err
    assert f"{day} has not come yet; give the day it was done, or leave --on out if that is today" in done.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_clock_behind_the_books_own_months_says_nothing(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    year = date.today().year + 2
    write(root, {f"ledger/deals/{year}-05.csv": DEALS})
    done = salescli(capsys, root, "action", "done", "nothing", "--on", f"{year}-05-20", "--lang", "en")
    assert "has not come yet" not in done.err
    assert "there is no action nothing" in done.err
