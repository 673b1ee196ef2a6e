"""`target rollup`: proposals from below against the figures from above (SPEC T10)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "salescli"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    for name in ("ledger", "policies"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "salescli.yaml", tmp_path)
    return tmp_path


def run(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PROGRAM), *words], cwd=book, capture_output=True, text=True, check=False)


def test_t10_proposals_roll_up_and_are_compared(book: Path) -> None:
    (book / "ledger/targets/Q3-proposals.csv").write_text(
        "person,metric,proposal,note\nzhang,sales_amount,820000,\nwu,sales_amount,1150000,\nli,sales_amount,520000.5,\n",
        encoding="utf-8",
    )
    done = run(book, "target", "rollup", "Q3.yaml", "-o", "json")
    assert done.returncode == 0, done.stderr
    found = {(row["region"], row["person"]): row for row in json.loads(done.stdout)["rows"]}
    team, east, zhang = found[None, None], found["east", None], found["east", "zhang"]
    assert [Decimal(team[k]) for k in ("target", "proposal")] == [5_000_000, Decimal("2490000.5")]
    assert [Decimal(east[k]) for k in ("target", "proposal", "difference")] == [2_000_000, 1_970_000, -30_000]
    assert [Decimal(zhang[k]) for k in ("target", "proposal", "difference")] == [800_000, 820_000, 20_000]
    assert found["north", "wang"]["proposal"] is None


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ("zhagn,sales_amount,1,", "T130", "zhang"),
        ("zhang,sales,1,", "T130", "sales_amount"),
        ("zhang,sales_amount,1,\nzhang,sales_amount,2,", "T131", "line 2"),
        ("zhang,sales_amount,1万,", "Y110", "10000"),
    ],
)
def test_mistakes_in_proposals_have_their_line(book: Path, row: str, code: str, says: str) -> None:
    path = book / "ledger/targets/Q3-proposals.csv"
    path.write_text(f"person,metric,proposal,note\n{row}\n", encoding="utf-8")
    done = run(book, "target", "rollup", "Q3.yaml", "--lang", "en")
    assert done.returncode == 1
    assert "ledger/targets/Q3-proposals.csv:" in done.stderr
    assert says in done.stderr
    if code.startswith("T"):
        assert f"error[{code}]" in done.stderr


def test_without_proposals_it_says_where_to_write_them(book: Path) -> None:
    done = run(book, "target", "rollup", "Q2.yaml", "--lang", "en")
    assert done.returncode == 2
    assert "Q2-proposals.csv" in done.stderr


def test_proposals_are_no_targets(book: Path) -> None:
    assert run(book, "validate").returncode == 0
    assert run(book, "split", "Q3.yaml", "--check").returncode == 0
